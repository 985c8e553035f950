#include "accounts/password_rules.hpp"
#include "accounts/use_cases.hpp"
#include "activity/activity.hpp"

#include <algorithm>
#include <chrono>

namespace enstore::accounts
{
namespace
{

constexpr std::chrono::minutes try_window{1};
constexpr std::int64_t tries_per_window = 5;

activity::Entry log_line(const http::Caller& caller, const Visitor& visitor, std::string action)
{
    return {.type = activity::LogType::auth,
            .action = std::move(action),
            .user = caller.user,
            .model_type = "user",
            .model_id = caller.user.value,
            .ip_address = visitor.ip_address,
            .user_agent = visitor.user_agent};
}

/// The try is counted before the password is checked, so that parallel guesses cannot slip past the limit.
Result<store::User> begin_try(db::Tx& tx, UserId id, Timestamp now)
{
    if (!store::take_password_try(tx, id, now - try_window, tries_per_window, now)) {
        const auto since = store::password_tries_since(tx, id);
        auto error = refuse(too_many_tries);
        const auto left = since ? (*since + try_window - now).count() : Microseconds(try_window).count();
        error.retry_after_s = static_cast<int>(std::clamp<std::int64_t>((left + 999'999) / 1'000'000, 1, 60));
        return error;
    }
    auto user = store::user(tx, id);
    if (!user) return refuse(signed_out);
    return std::move(*user);
}

} // namespace

Result<void> change_password(const Deps& deps, const http::Caller& caller, const PasswordChange& change,
                             const Visitor& visitor, Timestamp now)
{
    const auto before = deps.database.read([&](db::Tx& tx) { return store::user(tx, caller.user); });
    if (!before) return refuse(signed_out);
    if (auto problem =
            password_problem(change.wanted, {.admin = before->admin,
                                             .email = before->email,
                                             .phone = before->phone ? std::string_view(*before->phone) : ""}))
        return refuse_field("new_password", std::move(*problem));

    const auto user = TRY(deps.database.transact([&](db::Tx& tx) { return begin_try(tx, caller.user, now); }));
    if (!verify_counted(user.password, change.current)) {
        deps.database.transact(
            [&](db::Tx& tx) { activity::record(tx, log_line(caller, visitor, "password_change_failed"), now); });
        return refuse(wrong_password);
    }
    const auto hash = hash_counted(change.wanted);
    return deps.database.transact([&](db::Tx& tx) -> Result<void> {
        // Compared once more: of two changes at once, the one that comes second has checked a password that is gone.
        if (!store::replace_password(tx, caller.user, *user.password, hash, now)) return refuse(wrong_password);
        store::forget_password_tries(tx, caller.user);
        store::delete_other_sessions(tx, caller.user, caller.token);
        activity::record(tx, log_line(caller, visitor, "password_changed"), now);
        return done();
    });
}

} // namespace enstore::accounts

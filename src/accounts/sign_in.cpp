#include "accounts/password_rules.hpp"
#include "accounts/use_cases.hpp"
#include "activity/activity.hpp"
#include "platform/core/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/log/log.hpp"

namespace enstore::accounts
{
namespace
{

std::optional<store::User> user_named(db::Tx& tx, const std::string& identifier)
{
    if (identifier.find('@') != std::string::npos) return store::user_by_email(tx, identifier);
    const auto phone = normal_phone(identifier);
    if (phone.empty()) return std::nullopt;
    return store::user_by_phone(tx, phone);
}

/// Every failed check leaves a line, under the account when there is one, so that guessing can be seen and counted. The
/// identifier is masked: people type passwords into the wrong field.
void record_failure(db::Database& database, const std::optional<store::User>& user, const Credentials& credentials,
                    const Visitor& visitor, std::string_view reason, Timestamp now)
{
    activity::Entry entry{
        .type = activity::LogType::auth,
        .action = "login_failed",
        .ip_address = visitor.ip_address,
        .user_agent = visitor.user_agent,
        .facts = {{"identifier", log::masked(credentials.identifier)}, {"reason", std::string(reason)}}};
    if (user) {
        entry.user = user->id;
        entry.model_type = "user";
        entry.model_id = user->id.value;
    }
    database.transact([&](db::Tx& tx) { activity::record(tx, entry, now); });
}

} // namespace

Result<SignedIn> sign_in(const Deps& deps, const Credentials& credentials, const Visitor& visitor, Timestamp now)
{
    const auto user = deps.database.read([&](db::Tx& tx) { return user_named(tx, credentials.identifier); });
    // One verification whatever was found: an unknown account, a guest and a wrong password take the same time.
    const bool may = user && user->password && !user->guest;
    const bool right = verify_counted(may ? user->password : std::nullopt, credentials.password);
    if (!right) {
        record_failure(deps.database, user, credentials, visitor, "credentials", now);
        return refuse(invalid_credentials);
    }
    if (user->status != "active") {
        record_failure(deps.database, user, credentials, visitor, user->status, now);
        return refuse(account_inactive);
    }

    auto hash = *user->password;
    // Hashes of older strength are replaced now, the only moment when the password is at hand (S1).
    const auto stronger = crypto::wants_rehash(hash) ? hash_counted(credentials.password) : std::string();
    return deps.database.transact([&](db::Tx& tx) -> Result<SignedIn> {
        auto current = hash;
        if (!stronger.empty() && store::replace_password(tx, user->id, hash, stronger, now)) current = stronger;
        return enter(tx, {.user = user->id, .checked_hash = current, .ip_address = visitor.ip_address}, "login",
                     visitor, now);
    });
}

} // namespace enstore::accounts

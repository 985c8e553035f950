#include "accounts/use_cases.hpp"
#include "activity/activity.hpp"
#include "platform/core/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/log/log.hpp"

#include <algorithm>
#include <chrono>

namespace enstore::accounts
{
namespace
{

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t secret_length = 48; // of 62 symbols: 285 bits

/// Each use of a session would otherwise be a write; an idle limit loses a minute of precision at most.
constexpr minutes between_touches{1};

struct Lifetime {
    Microseconds idle;
    Microseconds absolute;
};
constexpr Lifetime lifetime(bool admin)
{
    return admin ? Lifetime{minutes{30}, hours{8}} : Lifetime{days{30}, days{365}};
}

Timestamp expiry(bool admin, Timestamp started_at, Timestamp last_used_at)
{
    const auto limits = lifetime(admin);
    return std::min(last_used_at + limits.idle, started_at + limits.absolute);
}

std::string issue(db::Tx& tx, UserId user, bool admin, std::string_view name, Timestamp started_at, Timestamp now)
{
    const auto secret = crypto::random_text(secret_length, crypto::token_alphabet);
    const auto id = store::insert_session(tx,
                                          {.user = user,
                                           .name = std::string(name),
                                           .token_hash = crypto::sha256(secret),
                                           .started_at = started_at,
                                           .expires_at = expiry(admin, started_at, now)},
                                          now);
    return std::to_string(id.value) + "|" + secret;
}

struct TokenParts {
    TokenId id;
    std::string_view secret;
};

/// `<id>|<secret>` in our own form; anything else asks no database.
std::optional<TokenParts> parts_of(std::string_view token)
{
    const auto bar = token.find('|');
    if (bar > 19 || // also when there is none: npos is larger
        token.size() - bar - 1 != secret_length)
        return std::nullopt;
    const auto id = parse_int(token.substr(0, bar));
    if (!id || *id <= 0) return std::nullopt;
    return TokenParts{.id = TokenId{*id}, .secret = token.substr(bar + 1)};
}

void touch(db::Database& database, const store::Session& session, Timestamp now)
{
    const auto stale = now - between_touches;
    if (session.last_used_at >= stale) return;
    try {
        database.transact([&](db::Tx& tx) {
            store::touch_session(tx, session.id, expiry(session.admin, session.started_at, now), stale, now);
        });
    } catch (const db::Failure& failure) {
        // A full disk must not lock out people who only want to read: the session is good, its use goes unnoted.
        log::warning("use of a session not noted", {{"user", session.user.value}, {"reason", failure.what()}});
    }
}

std::optional<http::Caller> caller_of(db::Database& database, std::string_view token, Timestamp now)
{
    const auto parts = parts_of(token);
    if (!parts) return std::nullopt;
    const auto session = database.read([&](db::Tx& tx) { return store::session(tx, parts->id); });
    if (!session || !crypto::equal(session->token_hash, crypto::sha256(parts->secret))) return std::nullopt;
    // The role may have changed since the session was opened: the limits of today count as well as the stored one.
    if (now >= session->expires_at || now >= expiry(session->admin, session->started_at, session->last_used_at))
        return std::nullopt;
    touch(database, *session, now);
    return http::Caller{
        .user = session->user, .token = session->id, .admin = session->admin, .reseller = session->reseller};
}

} // namespace

std::string Visitor::session_name() const
{
    constexpr std::size_t longest = 100;
    std::string name = user_agent.substr(0, longest);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return name.empty() ? "api" : name;
}

std::string open_session(db::Tx& tx, const Account& account, std::string_view name, Timestamp now)
{
    return issue(tx, account.id, account.admin, name, now, now);
}

Result<SignedIn> enter(db::Tx& tx, const store::SignIn& sign_in, std::string_view action, const Visitor& visitor,
                       Timestamp now)
{
    if (!store::mark_signed_in(tx, sign_in, now)) return refuse(invalid_credentials, "changed during the check");
    auto user = store::user(tx, sign_in.user);
    if (!user) return refuse(invalid_credentials, "closed during the check");
    auto token = open_session(tx, user->account(), visitor.session_name(), now);
    activity::record(tx,
                     {.type = activity::LogType::auth,
                      .action = std::string(action),
                      .user = user->id,
                      .model_type = "user",
                      .model_id = user->id.value,
                      .ip_address = visitor.ip_address,
                      .user_agent = visitor.user_agent},
                     now);
    return SignedIn{.token = std::move(token), .user = std::move(*user)};
}

void sign_out(db::Tx& tx, const http::Caller& caller, const Visitor& visitor, Timestamp now)
{
    if (!store::delete_session(tx, caller.token)) return; // Signed out meanwhile: that is what was wanted.
    activity::record(tx,
                     {.type = activity::LogType::auth,
                      .action = "logout",
                      .user = caller.user,
                      .model_type = "user",
                      .model_id = caller.user.value,
                      .ip_address = visitor.ip_address,
                      .user_agent = visitor.user_agent},
                     now);
}

Result<std::string> refresh_session(db::Tx& tx, const http::Caller& caller, Timestamp now)
{
    const auto session = store::session(tx, caller.token);
    if (!session || !store::delete_session(tx, caller.token)) return refuse(signed_out);
    return issue(tx, session->user, session->admin, session->name, session->started_at, now);
}

http::Guard guard(db::Database& database, const Clock& clock)
{
    return [&database, &clock](std::string_view token) { return caller_of(database, token, clock.now()); };
}

std::int64_t prune_sessions(db::Tx& tx, Timestamp now)
{
    return store::delete_expired_sessions(tx, now);
}

} // namespace enstore::accounts

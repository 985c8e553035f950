#include "accounts/store.hpp"

namespace enstore::accounts::store
{
namespace
{

// The account's state is read with the session, so that suspending an account ends its sessions at once, on every node.
constexpr db::Query session_of_active_account{
    "accounts.session",
    "SELECT t.id, t.user_id, t.token_hash, t.name, t.started_at, t.last_used_at, t.expires_at, u.role, u.customer_type "
    "FROM access_tokens t JOIN users u ON u.id = t.user_id "
    "WHERE t.id = ? AND u.status = 'active' AND u.deleted_at IS NULL"};
constexpr db::Query new_session{"accounts.open_session",
                                "INSERT INTO access_tokens (user_id, name, token_hash, started_at, last_used_at, "
                                "expires_at, created_at, updated_at) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query used_session{
    "accounts.touch_session",
    "UPDATE access_tokens SET last_used_at = ?, expires_at = ?, updated_at = ? WHERE id = ? AND last_used_at < ?"};
constexpr db::Query end_session{"accounts.end_session", "DELETE FROM access_tokens WHERE id = ?"};
constexpr db::Query end_others{"accounts.end_other_sessions",
                               "DELETE FROM access_tokens WHERE user_id = ? AND id <> ?"};
constexpr db::Query end_expired{"accounts.prune_sessions", "DELETE FROM access_tokens WHERE expires_at <= ?"};

constexpr db::Query withdraw_setup{"accounts.withdraw_setup", "DELETE FROM admin_setup WHERE used_at IS NULL"};
constexpr db::Query new_setup{"accounts.new_setup",
                              "INSERT INTO admin_setup (token_hash, expires_at, created_at) VALUES (?, ?, ?)"};
constexpr db::Query open_setup{
    "accounts.open_setup",
    "SELECT COUNT(*) FROM admin_setup WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?"};
constexpr db::Query use_setup{
    "accounts.use_setup",
    "UPDATE admin_setup SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?"};

} // namespace

std::optional<Session> session(db::Tx& tx, TokenId id)
{
    const auto row = tx.one(session_of_active_account, id);
    if (!row) return std::nullopt;
    return Session{.id = row->id<TokenId>(0),
                   .user = row->id<UserId>(1),
                   .token_hash = row->text(2),
                   .name = row->text(3),
                   .started_at = row->time(4),
                   .last_used_at = row->time(5),
                   .expires_at = row->time(6),
                   .admin = row->text(7) == "admin",
                   .reseller = row->text(8) == "reseller"};
}

TokenId insert_session(db::Tx& tx, const NewSession& session, Timestamp now)
{
    return TokenId{tx.insert(new_session, session.user, session.name, session.token_hash, session.started_at, now,
                             session.expires_at, now, now)};
}

void touch_session(db::Tx& tx, TokenId id, Timestamp expires_at, Timestamp stale, Timestamp now)
{
    tx.execute(used_session, now, expires_at, now, id, stale);
}

bool delete_session(db::Tx& tx, TokenId id)
{
    return tx.execute(end_session, id) == 1;
}

std::int64_t delete_other_sessions(db::Tx& tx, UserId user, TokenId kept)
{
    return tx.execute(end_others, user, kept);
}

std::int64_t delete_expired_sessions(db::Tx& tx, Timestamp now)
{
    return tx.execute(end_expired, now);
}

void delete_open_setup_tokens(db::Tx& tx)
{
    tx.execute(withdraw_setup);
}

void insert_setup_token(db::Tx& tx, std::string_view token_hash, Timestamp expires_at, Timestamp now)
{
    tx.execute(new_setup, token_hash, expires_at, now);
}

bool setup_token_open(db::Tx& tx, std::string_view token_hash, Timestamp now)
{
    return tx.number(open_setup, token_hash, now) == 1;
}

bool use_setup_token(db::Tx& tx, std::string_view token_hash, Timestamp now)
{
    return tx.execute(use_setup, now, token_hash, now) == 1;
}

} // namespace enstore::accounts::store

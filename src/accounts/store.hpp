#pragma once

#include "accounts/accounts.hpp"

#include <vector>

/// The SQL of accounts, and nowhere else's: a function is one statement.
namespace enstore::accounts::store
{

/// A row of `users`, as far as this room shows or checks it.
struct User {
    UserId id;
    std::string name;
    std::string email;
    std::optional<std::string> phone;
    std::optional<std::string> password; ///< the hash; none: social login only
    bool admin = false;
    bool reseller = false;
    bool guest = false;
    std::string status;
    std::optional<std::string> avatar;
    std::optional<std::string> social_avatar;
    std::optional<std::string> referral_code;
    std::optional<UserId> referred_by;
    std::optional<Timestamp> email_verified_at;
    std::optional<Timestamp> phone_verified_at;
    std::optional<Timestamp> last_login_at;
    Timestamp created_at;
    Timestamp updated_at;

    Account account() const;
};

std::optional<User> user(db::Tx& tx, UserId id);
std::optional<User> user_by_email(db::Tx& tx, std::string_view email);
std::optional<User> user_by_phone(db::Tx& tx, std::string_view normal_phone);
std::optional<UserId> owner_of_referral_code(db::Tx& tx, std::string_view code);
bool email_taken(db::Tx& tx, std::string_view email);
/// By an account other than `except`.
bool phone_taken(db::Tx& tx, std::string_view normal_phone, UserId except);

struct NewUser {
    std::string name;
    std::string email;
    std::optional<std::string> phone;
    std::string password_hash;
    bool admin = false;
    bool reseller = false;
    std::string referral_code;
    std::optional<UserId> referred_by;
};
/// Throws `db::UniqueViolation` when e-mail, phone or referral code is taken.
UserId insert_user(db::Tx& tx, const NewUser& user, Timestamp now);

struct SignIn {
    UserId user;
    std::string checked_hash; ///< the hash that the password was checked against
    std::string ip_address;
};
/// Notes a sign-in; false when the account was suspended or its password replaced since the check.
bool mark_signed_in(db::Tx& tx, const SignIn& sign_in, Timestamp now);
/// Replaces the password hash if it still is `from`.
bool replace_password(db::Tx& tx, UserId user, std::string_view from, std::string_view to, Timestamp now);
/// Raises the count of password checks since `window_start`; false when `most` have been made already.
bool take_password_try(db::Tx& tx, UserId user, Timestamp window_start, std::int64_t most, Timestamp now);
void forget_password_tries(db::Tx& tx, UserId user);
std::optional<Timestamp> password_tries_since(db::Tx& tx, UserId user);
/// Changes what is given; throws `db::UniqueViolation` when the phone is another account's. A new phone is unverified.
void update_profile(db::Tx& tx, UserId user, const std::optional<std::string>& name,
                    const std::optional<std::string>& phone, Timestamp now);

// ── sessions ───────────────────────────────────────────────────────────────────────────────────────────────────────

struct Session {
    TokenId id;
    UserId user;
    std::string token_hash;
    std::string name;
    Timestamp started_at;
    Timestamp last_used_at;
    Timestamp expires_at;
    bool admin = false;
    bool reseller = false;
};
/// The session, if its account is active.
std::optional<Session> session(db::Tx& tx, TokenId id);

struct NewSession {
    UserId user;
    std::string name;
    std::string token_hash;
    Timestamp started_at;
    Timestamp expires_at;
};
TokenId insert_session(db::Tx& tx, const NewSession& session, Timestamp now);
/// Notes a use, unless one was noted at or after `stale`.
void touch_session(db::Tx& tx, TokenId id, Timestamp expires_at, Timestamp stale, Timestamp now);
bool delete_session(db::Tx& tx, TokenId id);
std::int64_t delete_other_sessions(db::Tx& tx, UserId user, TokenId kept);
std::int64_t delete_expired_sessions(db::Tx& tx, Timestamp now);

// ── the first admin ────────────────────────────────────────────────────────────────────────────────────────────────

void delete_open_setup_tokens(db::Tx& tx);
void insert_setup_token(db::Tx& tx, std::string_view token_hash, Timestamp expires_at, Timestamp now);
bool setup_token_open(db::Tx& tx, std::string_view token_hash, Timestamp now);
/// False when it has been used or has expired.
bool use_setup_token(db::Tx& tx, std::string_view token_hash, Timestamp now);

} // namespace enstore::accounts::store

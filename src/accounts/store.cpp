#include "accounts/store.hpp"

#include "platform/core/text.hpp"

namespace enstore::accounts
{
namespace store
{
namespace
{

constexpr db::Filter::Piece user_columns{
    "SELECT id, name, email, phone, password, role, customer_type, is_guest, status, avatar, social_avatar, "
    "referral_code, referred_by, email_verified_at, phone_verified_at, last_login_at, created_at, updated_at "
    "FROM users WHERE deleted_at IS NULL"};

constexpr db::Query referral_owner{"accounts.referral",
                                   "SELECT id FROM users WHERE referral_code = ? AND deleted_at IS NULL"};
constexpr db::Query count_email{"accounts.email_taken", "SELECT COUNT(*) FROM users WHERE email = ?"};
constexpr db::Query count_phone{"accounts.phone_taken",
                                "SELECT COUNT(*) FROM users WHERE phone_normal = ? AND id <> ?"};
constexpr db::Query count_admins{
    "accounts.any_admin",
    "SELECT COUNT(*) FROM users WHERE role = 'admin' AND status = 'active' AND deleted_at IS NULL"};
constexpr db::Query new_user{
    "accounts.insert", "INSERT INTO users (name, email, phone, phone_normal, password, role, customer_type, "
                       "referral_code, referred_by, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                       "?)"};

// The password is compared again: between its check and this line it may have been changed, and then the sign-in is
// void.
constexpr db::Query signed_in{"accounts.signed_in",
                              "UPDATE users SET last_login_at = ?, last_login_ip = ? WHERE id = ? "
                              "AND password = ? AND status = 'active' AND deleted_at IS NULL"};
constexpr db::Query new_password{"accounts.replace_password",
                                 "UPDATE users SET password = ?, updated_at = ? WHERE id = ? AND password = ?"};

// `password_tries` is set before `password_tries_since`: MySQL evaluates assignments from left to right, and the first
// must still see the old moment.
constexpr db::Query one_more_try{
    "accounts.password_try",
    "UPDATE users SET password_tries = CASE WHEN password_tries_since > ? THEN password_tries + 1 ELSE 1 END, "
    "password_tries_since = CASE WHEN password_tries_since > ? THEN password_tries_since ELSE ? END "
    "WHERE id = ? AND (password_tries_since IS NULL OR password_tries_since <= ? OR password_tries < ?)"};
constexpr db::Query no_tries{"accounts.forget_tries",
                             "UPDATE users SET password_tries = 0, password_tries_since = NULL WHERE id = ?"};
constexpr db::Query tries_since{"accounts.tries_since", "SELECT password_tries_since FROM users WHERE id = ?"};

// `phone_verified_at` is set before `phone_normal`, for the same reason.
constexpr db::Query new_profile{
    "accounts.update_profile",
    "UPDATE users SET name = COALESCE(?, name), phone_verified_at = CASE WHEN phone_normal = COALESCE(?, phone_normal) "
    "THEN phone_verified_at ELSE NULL END, phone = COALESCE(?, phone), phone_normal = COALESCE(?, phone_normal), "
    "updated_at = ? WHERE id = ?"};

std::optional<User> read_user(db::Tx& tx, const db::Filter& filter)
{
    const auto rows = tx.all(filter);
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return User{.id = row.id<UserId>(0),
                .name = row.text(1),
                .email = row.text(2),
                .phone = row.maybe_text(3),
                .password = row.maybe_text(4),
                .admin = row.text(5) == "admin",
                .reseller = row.text(6) == "reseller",
                .guest = row.boolean(7),
                .status = row.text(8),
                .avatar = row.maybe_text(9),
                .social_avatar = row.maybe_text(10),
                .referral_code = row.maybe_text(11),
                .referred_by = row.maybe_id<UserId>(12),
                .email_verified_at = row.maybe_time(13),
                .phone_verified_at = row.maybe_time(14),
                .last_login_at = row.maybe_time(15),
                .created_at = row.time(16),
                .updated_at = row.time(17)};
}

std::optional<std::string> normal_form(const std::optional<std::string>& phone)
{
    if (!phone) return std::nullopt;
    return normal_phone(*phone);
}

} // namespace

Account User::account() const
{
    return Account{
        .id = id, .name = name, .email = email, .phone = phone, .admin = admin, .reseller = reseller, .status = status};
}

std::optional<User> user(db::Tx& tx, UserId id)
{
    return read_user(tx, db::Filter{"accounts.user", user_columns}.add("AND id = ?", id));
}

std::optional<User> user_by_email(db::Tx& tx, std::string_view email)
{
    return read_user(tx,
                     db::Filter{"accounts.user_by_email", user_columns}.add("AND email = ?", lower(trimmed(email))));
}

std::optional<User> user_by_phone(db::Tx& tx, std::string_view normal_phone)
{
    return read_user(tx, db::Filter{"accounts.user_by_phone", user_columns}.add("AND phone_normal = ?", normal_phone));
}

std::optional<UserId> owner_of_referral_code(db::Tx& tx, std::string_view code)
{
    const auto row = tx.one(referral_owner, code);
    if (!row) return std::nullopt;
    return row->id<UserId>(0);
}

bool email_taken(db::Tx& tx, std::string_view email)
{
    return tx.number(count_email, email) > 0;
}

bool phone_taken(db::Tx& tx, std::string_view normal_phone, UserId except)
{
    return tx.number(count_phone, normal_phone, except) > 0;
}

UserId insert_user(db::Tx& tx, const NewUser& user, Timestamp now)
{
    return UserId{tx.insert(new_user, user.name, user.email, user.phone, normal_form(user.phone), user.password_hash,
                            user.admin ? "admin" : "customer", user.reseller ? "reseller" : "retail",
                            user.referral_code, user.referred_by, now, now)};
}

bool mark_signed_in(db::Tx& tx, const SignIn& sign_in, Timestamp now)
{
    return tx.execute(signed_in, now, sign_in.ip_address, sign_in.user, sign_in.checked_hash) == 1;
}

bool replace_password(db::Tx& tx, UserId user, std::string_view from, std::string_view to, Timestamp now)
{
    return tx.execute(new_password, to, now, user, from) == 1;
}

bool take_password_try(db::Tx& tx, UserId user, Timestamp window_start, std::int64_t most, Timestamp now)
{
    return tx.execute(one_more_try, window_start, window_start, now, user, window_start, most) == 1;
}

void forget_password_tries(db::Tx& tx, UserId user)
{
    tx.execute(no_tries, user);
}

std::optional<Timestamp> password_tries_since(db::Tx& tx, UserId user)
{
    const auto row = tx.one(tries_since, user);
    return row ? row->maybe_time(0) : std::nullopt;
}

void update_profile(db::Tx& tx, UserId user, const std::optional<std::string>& name,
                    const std::optional<std::string>& phone, Timestamp now)
{
    const auto normal = normal_form(phone);
    tx.execute(new_profile, name, normal, phone, normal, now, user);
}

} // namespace store

std::optional<Account> find_by_email(db::Tx& tx, std::string_view email)
{
    const auto user = store::user_by_email(tx, email);
    if (!user) return std::nullopt;
    return user->account();
}

std::optional<Account> find(db::Tx& tx, UserId id)
{
    const auto user = store::user(tx, id);
    if (!user) return std::nullopt;
    return user->account();
}

bool any_admin(db::Tx& tx)
{
    return tx.number(store::count_admins) > 0;
}

} // namespace enstore::accounts

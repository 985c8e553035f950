#pragma once

#include "platform/core/secret.hpp"
#include "platform/db/db.hpp"
#include "platform/http/http.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Users, roles, sessions (domain 3 and 16).
namespace enstore::accounts
{

inline constexpr Refusal invalid_credentials{Kind::unauthenticated, "invalid_credentials",
                                             "Email/nomor telepon atau password salah",
                                             "Wrong e-mail, phone number or password"};
inline constexpr Refusal account_inactive{Kind::forbidden, "account_inactive", "Akun tidak aktif. Hubungi admin.",
                                          "This account is not active. Contact the store."};
inline constexpr Refusal wrong_password{Kind::business_rule, "wrong_password", "Password saat ini salah",
                                        "The current password is wrong"};
inline constexpr Refusal too_many_tries{Kind::rate_limited, "rate_limited",
                                        "Terlalu banyak percobaan password. Coba lagi sebentar lagi.",
                                        "Too many password attempts. Try again in a moment."};
inline constexpr Refusal signed_out{Kind::unauthenticated, "unauthenticated", "Sesi sudah berakhir; silakan masuk lagi",
                                    "This session has ended; sign in again"};
inline constexpr Refusal no_such_account{Kind::not_found, "account_not_found", "Akun tidak ditemukan",
                                         "No such account"};
inline constexpr Refusal setup_link_invalid{
    Kind::forbidden, "setup_link_invalid", "Tautan ini sudah dipakai atau kedaluwarsa; jalankan `enstore admin create`",
    "This link has been used or has expired; run `enstore admin create`"};

struct Account {
    UserId id;
    std::string name;
    std::string email;
    std::optional<std::string> phone;
    bool admin = false;
    bool reseller = false;
    std::string status; ///< `active`, `inactive`, `suspended`
};

struct NewAccount {
    std::string name;
    std::string email; ///< compared and stored in lower case
    std::optional<std::string> phone;
    Secret password; ///< at least 8 characters (15 for admins), not on the list of common ones
    bool admin = false;
    bool reseller = false;
    std::optional<std::string> referral_code; ///< of the account that referred this one
};

/// What other rooms do when an account is born, in the same transaction: the hall passes `wallet::open_wallet`.
using OnCreated = std::function<void(db::Tx&, UserId, Timestamp)>;

/// Refused with field problems (422): taken e-mail or phone, weak password, unknown referral code. Hashes the password
/// before the transaction opens, so it is not called inside one.
Result<Account> create_account(db::Database& database, const NewAccount& wanted, const OnCreated& on_created,
                               Timestamp now);

/// Nothing for unknown and closed accounts; case is ignored.
std::optional<Account> find_by_email(db::Tx& tx, std::string_view email);
std::optional<Account> find(db::Tx& tx, UserId user);
/// Whether an active admin exists.
bool any_admin(db::Tx& tx);

/// A new session: returns the bearer token `<id>|<secret>`, which is stored hashed. Expires after 30 days without use
/// and a year at the latest (admins: 30 minutes, 8 hours).
std::string open_session(db::Tx& tx, const Account& account, std::string_view name, Timestamp now);

/// The token of a one-time link that makes the first admin (`GET /setup?token=…`): it works once, for 24 hours, and
/// takes the place of earlier ones. Empty when there is an admin already.
std::string make_setup_token(db::Tx& tx, Timestamp now);

/// Turns tokens into callers for the HTTP edge: one indexed read, and at most one write a minute per session. A revoked
/// session and a suspended account are refused at once, on every node.
http::Guard guard(db::Database& database, const Clock& clock);

/// Removes expired sessions; returns how many.
std::int64_t prune_sessions(db::Tx& tx, Timestamp now);

struct Deps {
    db::Database& database;
    const Clock& clock;
    std::string public_url;
    OnCreated on_created;
    /// Balance and bonus of an account, for the profile (a higher room's figures, handed down by the hall).
    struct BalanceView {
        std::int64_t id = 0;
        Idr balance;
        Idr bonus;
        Idr hold;
        std::optional<Timestamp> created;
        std::optional<Timestamp> updated;
    };
    std::function<BalanceView(db::Tx&, UserId)> balance_of;
};
/// `/api/auth/register`, `login`, `logout`, `refresh-token`, `profile`; `/api/customer/profile` (GET, PUT, POST) and
/// `change-password`; and what makes the first admin: `GET /setup`, `POST /setup` (a page without scripts) and
/// `POST /api/setup/admin`.
http::Routes routes(Deps deps);

} // namespace enstore::accounts

#pragma once

#include "accounts/accounts.hpp"
#include "accounts/store.hpp"

#include <vector>

/// What a person may do with an account. Each function is one use case; password work is done outside transactions.
namespace enstore::accounts
{

/// Where a request came from, for sessions and the activity log.
struct Visitor {
    std::string ip_address = {};
    std::string user_agent = {};

    std::string session_name() const; ///< what the list of sessions calls it
};

struct SignedIn {
    std::string token;
    store::User user;
};

// ── making an account ──────────────────────────────────────────────────────────────────────────────────────────────

/// Registers a customer and signs them in. `noted` holds what is wrong with the request already; the answer names all
/// of it together with what is found here.
Result<SignedIn> register_customer(const Deps& deps, const NewAccount& wanted, std::vector<FieldProblem> noted,
                                   const Visitor& visitor, Timestamp now);

/// Checks everything that needs no database; a field that is in `noted` is not judged again.
std::vector<FieldProblem> with_problems_of(const NewAccount& wanted, std::vector<FieldProblem> noted);
/// Adds taken e-mail, taken phone and unknown referral code.
std::vector<FieldProblem> with_taken(db::Tx& tx, const NewAccount& wanted, std::vector<FieldProblem> noted);
/// Inserts the account under an open transaction, hash in hand.
Result<UserId> insert_account(db::Tx& tx, const NewAccount& wanted, const std::string& password_hash,
                              const OnCreated& on_created, Timestamp now);

// ── sessions ───────────────────────────────────────────────────────────────────────────────────────────────────────

/// Notes the sign-in, opens the session and logs it as `action`. Refused with `invalid_credentials` when the password
/// was replaced, or the account suspended, since the hash in `sign_in` was checked.
Result<SignedIn> enter(db::Tx& tx, const store::SignIn& sign_in, std::string_view action, const Visitor& visitor,
                       Timestamp now);

struct Credentials {
    std::string identifier; ///< e-mail address or phone number
    Secret password;
};
/// Refused with `invalid_credentials` (unknown, wrong, guest, no password: one answer, one cost) or, after the right
/// password only, `account_inactive`.
Result<SignedIn> sign_in(const Deps& deps, const Credentials& credentials, const Visitor& visitor, Timestamp now);
void sign_out(db::Tx& tx, const http::Caller& caller, const Visitor& visitor, Timestamp now);
/// A new token in place of the caller's, which stops working; the session keeps its beginning, and so its absolute end.
Result<std::string> refresh_session(db::Tx& tx, const http::Caller& caller, Timestamp now);

// ── the account itself ─────────────────────────────────────────────────────────────────────────────────────────────

struct PasswordChange {
    Secret current;
    Secret wanted;
};
/// Replaces the password and ends the account's other sessions. Refused with `wrong_password`, or `too_many_tries`
/// after five wrong ones in a minute.
Result<void> change_password(const Deps& deps, const http::Caller& caller, const PasswordChange& change,
                             const Visitor& visitor, Timestamp now);

struct ProfileChange {
    std::optional<std::string> name;
    std::optional<std::string> phone;
};
Result<void> change_profile(const Deps& deps, UserId user, const ProfileChange& change, std::vector<FieldProblem> noted,
                            Timestamp now);

/// What is wrong with a phone number that a person gives, or nothing.
std::optional<Text> phone_problem(std::string_view phone);

// ── the first admin ────────────────────────────────────────────────────────────────────────────────────────────────

struct FirstAdmin {
    std::string name;
    std::string email;
    Secret password;
};
/// Whether the token of a one-time link would be accepted now.
bool setup_open(db::Database& database, std::string_view token, Timestamp now);
/// Uses up the link under an open transaction. Refused with `setup_link_invalid`.
Result<void> claim_setup(db::Tx& tx, std::string_view token, Timestamp now);
/// Makes the first admin and signs them in. Refused with `setup_link_invalid` before any password work.
Result<SignedIn> make_first_admin(const Deps& deps, std::string_view token, const FirstAdmin& wanted,
                                  std::vector<FieldProblem> noted, const Visitor& visitor, Timestamp now);

} // namespace enstore::accounts

#include "accounts/password_rules.hpp"
#include "accounts/use_cases.hpp"
#include "activity/activity.hpp"
#include "platform/core/text.hpp"
#include "platform/crypto/crypto.hpp"

#include <algorithm>

namespace enstore::accounts
{
namespace
{

constexpr std::string_view referral_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::size_t referral_length = 8;
/// 36^8 codes: a second draw is rare, a fifth means that something else is wrong.
constexpr int most_draws = 5;

constexpr std::size_t longest_phone = 20;
constexpr std::size_t fewest_phone_digits = 8;
constexpr std::size_t most_phone_digits = 15;

bool noted_already(const std::vector<FieldProblem>& noted, std::string_view field)
{
    return std::any_of(noted.begin(), noted.end(), [&](const auto& problem) { return problem.field == field; });
}

void note(std::vector<FieldProblem>& noted, std::string_view field, std::optional<Text> problem)
{
    if (problem && !noted_already(noted, field))
        noted.push_back({.field = std::string(field), .text = std::move(*problem)});
}

std::optional<Text> email_problem(std::string_view email)
{
    if (is_email(email)) return std::nullopt;
    return Text{"Format email tidak valid", "This is no e-mail address"};
}

std::optional<Text> name_problem(std::string_view name)
{
    if (trimmed(name).empty()) return Text{"Nama wajib diisi", "A name is required"};
    if (!is_clean_utf8(name) || length_in_characters(name) > 255)
        return Text{"Nama maksimal 255 karakter", "A name has at most 255 characters"};
    return std::nullopt;
}

/// What the account is stored with, in the forms that are compared.
NewAccount tidied(const NewAccount& wanted)
{
    NewAccount tidy = wanted;
    tidy.name = std::string(trimmed(wanted.name));
    tidy.email = lower(trimmed(wanted.email));
    if (wanted.phone) tidy.phone = std::string(trimmed(*wanted.phone));
    if (tidy.phone && tidy.phone->empty()) tidy.phone.reset();
    if (wanted.referral_code) tidy.referral_code = upper(trimmed(*wanted.referral_code));
    if (tidy.referral_code && tidy.referral_code->empty()) tidy.referral_code.reset();
    return tidy;
}

/// Inserts with a referral code of its own; throws `db::UniqueViolation` only when e-mail or phone is taken.
UserId insert_with_referral_code(db::Tx& tx, store::NewUser& row, Timestamp now)
{
    for (int draw = 1;; ++draw) {
        row.referral_code = crypto::random_text(referral_length, referral_alphabet);
        try {
            return store::insert_user(tx, row, now);
        } catch (const db::UniqueViolation&) {
            const bool own_fault = store::email_taken(tx, row.email) ||
                                   (row.phone && store::phone_taken(tx, normal_phone(*row.phone), UserId{}));
            if (own_fault || draw == most_draws) throw;
        }
    }
}

} // namespace

std::optional<Text> phone_problem(std::string_view phone)
{
    const auto digits = std::count_if(phone.begin(), phone.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool plain = phone.find_first_not_of("0123456789 +-.()") == std::string_view::npos &&
                       phone.find('+', 1) == std::string_view::npos;
    if (phone.size() > longest_phone || !plain || digits < static_cast<std::ptrdiff_t>(fewest_phone_digits) ||
        digits > static_cast<std::ptrdiff_t>(most_phone_digits))
        return Text{"Nomor telepon tidak valid; contoh: 081234567890",
                    "This is no phone number; an example: 081234567890"};
    return std::nullopt;
}

std::vector<FieldProblem> with_problems_of(const NewAccount& wanted, std::vector<FieldProblem> noted)
{
    note(noted, "name", name_problem(wanted.name));
    note(noted, "email", email_problem(wanted.email));
    if (wanted.phone) note(noted, "phone", phone_problem(*wanted.phone));
    note(noted, "password",
         password_problem(wanted.password, {.admin = wanted.admin,
                                            .email = wanted.email,
                                            .phone = wanted.phone ? std::string_view(*wanted.phone) : ""}));
    return noted;
}

std::vector<FieldProblem> with_taken(db::Tx& tx, const NewAccount& wanted, std::vector<FieldProblem> noted)
{
    if (!noted_already(noted, "email") && store::email_taken(tx, wanted.email))
        note(noted, "email", Text{"Email sudah terdaftar", "This e-mail address is registered already"});
    if (wanted.phone && !noted_already(noted, "phone") && store::phone_taken(tx, normal_phone(*wanted.phone), UserId{}))
        note(noted, "phone", Text{"Nomor telepon sudah terdaftar", "This phone number is registered already"});
    if (wanted.referral_code && !noted_already(noted, "referral_code") &&
        !store::owner_of_referral_code(tx, *wanted.referral_code))
        note(noted, "referral_code", Text{"Kode referral tidak ditemukan", "There is no such referral code"});
    return noted;
}

Result<UserId> insert_account(db::Tx& tx, const NewAccount& wanted, const std::string& password_hash,
                              const OnCreated& on_created, Timestamp now)
{
    auto taken = with_taken(tx, wanted, {});
    if (!taken.empty()) return refuse_fields(std::move(taken));

    store::NewUser row{.name = wanted.name,
                       .email = wanted.email,
                       .phone = wanted.phone,
                       .password_hash = password_hash,
                       .admin = wanted.admin,
                       .reseller = wanted.reseller,
                       .referral_code = {},
                       .referred_by = {}};
    if (wanted.referral_code) row.referred_by = store::owner_of_referral_code(tx, *wanted.referral_code);
    try {
        const auto user = insert_with_referral_code(tx, row, now);
        if (on_created) on_created(tx, user, now);
        return user;
    } catch (const db::UniqueViolation&) {
        // Another registration with the same e-mail or phone committed between our look and our insert: it won.
        taken = with_taken(tx, wanted, {});
        if (taken.empty()) throw;
        return refuse_fields(std::move(taken));
    }
}

namespace
{

/// The rules around an insert: everything wrong is named at once, and the password is hashed before the database is
/// asked about the e-mail, so that a known and an unknown one take the same time (S6).
template <class Body>
auto with_checked(db::Database& database, const NewAccount& wanted, std::vector<FieldProblem> noted, const Body& body)
    -> std::invoke_result_t<const Body&, db::Tx&, const std::string&>
{
    noted = with_problems_of(wanted, std::move(noted));
    if (!noted.empty()) return refuse_fields(database.read([&](db::Tx& tx) { return with_taken(tx, wanted, noted); }));
    const auto hash = hash_counted(wanted.password);
    return database.transact([&](db::Tx& tx) { return body(tx, hash); });
}

} // namespace

Result<Account> create_account(db::Database& database, const NewAccount& wanted, const OnCreated& on_created,
                               Timestamp now)
{
    const auto tidy = tidied(wanted);
    return with_checked(database, tidy, {}, [&](db::Tx& tx, const std::string& hash) -> Result<Account> {
        const auto id = TRY(insert_account(tx, tidy, hash, on_created, now));
        return *find(tx, id);
    });
}

Result<SignedIn> register_customer(const Deps& deps, const NewAccount& wanted, std::vector<FieldProblem> noted,
                                   const Visitor& visitor, Timestamp now)
{
    auto tidy = tidied(wanted);
    tidy.admin = false;
    tidy.reseller = false;
    const auto insert = [&](db::Tx& tx, const std::string& hash) -> Result<SignedIn> {
        const auto id = TRY(insert_account(tx, tidy, hash, deps.on_created, now));
        return enter(tx, {.user = id, .checked_hash = hash, .ip_address = visitor.ip_address}, "register", visitor,
                     now);
    };
    return with_checked(deps.database, tidy, std::move(noted), insert);
}

Result<SignedIn> make_first_admin(const Deps& deps, std::string_view token, const FirstAdmin& wanted,
                                  std::vector<FieldProblem> noted, const Visitor& visitor, Timestamp now)
{
    if (!setup_open(deps.database, token, now)) return refuse(setup_link_invalid);
    const auto tidy = tidied({.name = wanted.name,
                              .email = wanted.email,
                              .phone = {},
                              .password = wanted.password,
                              .admin = true,
                              .reseller = false,
                              .referral_code = {}});
    const auto insert = [&](db::Tx& tx, const std::string& hash) -> Result<SignedIn> {
        TRY(claim_setup(tx, token, now));
        const auto id = TRY(insert_account(tx, tidy, hash, deps.on_created, now));
        return enter(tx, {.user = id, .checked_hash = hash, .ip_address = visitor.ip_address}, "first_admin", visitor,
                     now);
    };
    return with_checked(deps.database, tidy, std::move(noted), insert);
}

} // namespace enstore::accounts

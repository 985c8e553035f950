#include "accounts/account_fixture.hpp"

#include <algorithm>

namespace enstore::accounts
{
namespace
{

const char* const path = "/api/auth/login";

json::object as(const std::string& identifier, const std::string& password = good_password)
{
    return {{"identifier", identifier}, {"password", password}};
}

constexpr db::Query hash_of{"test.hash", "SELECT password FROM users WHERE id = ?"};
constexpr db::Query no_password{"test.no_password", "UPDATE users SET password = NULL WHERE id = ?"};
constexpr db::Query make_guest{"test.make_guest", "UPDATE users SET is_guest = 1 WHERE id = ?"};
constexpr db::Query last_ip{"test.last_ip", "SELECT last_login_ip FROM users WHERE id = ?"};
constexpr db::Query all_log_text{"test.log", "SELECT meta_data, action, user_id, description FROM activity_logs"};

class SigningIn : public AccountFixture
{
};

TEST_F(SigningIn, by_address_in_any_case_answers_as_the_contract_says)
{
    const auto user = a_person();

    const auto answer = post(path, as(" BUDI@example.com "));

    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.message(), "Login berhasil");
    EXPECT_EQ(answer.data().at("user"), (json::value{{"id", user.value},
                                                     {"name", "Budi"},
                                                     {"email", "budi@example.com"},
                                                     {"phone", "081234567891"},
                                                     {"role", "customer"},
                                                     {"customer_type", "retail"},
                                                     {"avatar", nullptr}}));
    EXPECT_EQ(guard_(std::string(answer.data().at("access_token").as_string()))->user, user);
    EXPECT_EQ(text(last_ip, user), "203.0.113.9");
    EXPECT_EQ(number(count_actions, "login"), 1);
}

TEST_F(SigningIn, by_phone_in_any_spelling)
{
    a_person();

    EXPECT_EQ(post(path, as("+62 812-3456-7891")).status, 200);
}

TEST_F(SigningIn, S6_an_unknown_account_and_a_wrong_password_are_one_answer_at_one_cost)
{
    a_person();

    const auto before_wrong = checks();
    const auto wrong = post(path, as("budi@example.com", "wrong password"));
    const auto for_wrong = checks() - before_wrong;
    const auto before_unknown = checks();
    const auto unknown = post(path, as("nobody@example.com", "wrong password"));

    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(wrong.code(), "invalid_credentials");
    EXPECT_EQ(unknown.status, wrong.status);
    EXPECT_EQ(unknown.body, wrong.body);
    EXPECT_EQ(for_wrong, 1);
    EXPECT_EQ(checks() - before_unknown, for_wrong);
}

TEST_F(SigningIn, S6_a_suspended_account_shows_only_to_who_knows_the_password)
{
    const auto user = a_person();
    write(set_status, "suspended", user);

    EXPECT_EQ(post(path, as("budi@example.com", "wrong password")).code(), "invalid_credentials");
    const auto right = post(path, as("budi@example.com"));

    EXPECT_EQ(right.status, 403);
    EXPECT_EQ(right.code(), "account_inactive");
    EXPECT_EQ(number(count_sessions), 0);
}

TEST_F(SigningIn, guests_and_accounts_without_a_password_cannot)
{
    write(make_guest, a_person());
    write(no_password, a_person({.email = "social@example.com", .phone = {}}));
    const auto before = checks();

    EXPECT_EQ(post(path, as("budi@example.com")).code(), "invalid_credentials");
    EXPECT_EQ(post(path, as("social@example.com")).code(), "invalid_credentials");

    EXPECT_EQ(checks() - before, 2);
}

TEST_F(SigningIn, S1_a_bcrypt_hash_of_old_verifies_and_is_replaced)
{
    const auto user = a_person({.hash = "$2y$04$Ubq/w2P4ppzg/nffTVnrU.o6..D0YfnCW2DJyXIDGls0ymTdPZ3n."});

    EXPECT_EQ(post(path, as("budi@example.com", "kata sandi lama")).status, 200);

    EXPECT_EQ(text(hash_of, user).substr(0, 10), "$argon2id$");
    EXPECT_EQ(post(path, as("budi@example.com", "kata sandi lama")).status, 200);
}

TEST_F(SigningIn, S53_S51_a_failure_is_logged_without_its_password_or_whole_address)
{
    const auto user = a_person();

    post(path, as("budi@example.com", "canary-password-1"));
    post(path, as("canary.nobody@example.com", "canary-password-2"));

    const auto rows = database_.db().read([&](db::Tx& tx) { return tx.all(all_log_text); });
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].text(1), "login_failed");
    EXPECT_EQ(rows[0].integer(2), user.value);
    EXPECT_TRUE(rows[1].null(2));
    for (const auto& row : rows) {
        EXPECT_EQ(row.text(0).find("canary"), std::string::npos) << row.text(0);
        EXPECT_EQ(row.text(0).find("budi@"), std::string::npos) << row.text(0);
    }
}

TEST_F(SigningIn, is_void_when_the_password_changed_during_the_check)
{
    const auto user = a_person();

    const auto entered = database_.db().transact([&](db::Tx& tx) {
        return enter(tx, {.user = user, .checked_hash = "an older hash", .ip_address = "203.0.113.9"}, "login", {},
                     clock_.now());
    });

    ASSERT_FALSE(entered.ok());
    EXPECT_TRUE(entered.error().is(invalid_credentials));
    EXPECT_EQ(number(count_sessions), 0);
}

TEST_F(SigningIn, both_fields_are_required)
{
    const auto answer = post(path, json::object{});

    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.bad_fields().size(), 2u);
}

TEST_F(SigningIn, S48_hostile_identifiers_are_only_unknown)
{
    a_person();
    for (const char* identifier :
         {"' OR '1'='1", "x' UNION SELECT 1 --", "%", "budi@example.com' --", "\\", "1;DROP TABLE users"})
        EXPECT_EQ(post(path, as(identifier, "y")).status, 401) << identifier;
    EXPECT_EQ(number(count_users), 1);
}

} // namespace
} // namespace enstore::accounts

#include "accounts/account_fixture.hpp"

#include <chrono>

namespace enstore::accounts
{
namespace
{

using std::chrono::seconds;

const char* const password_path = "/api/customer/profile/change-password";
const char* const profile_path = "/api/customer/profile";

json::object change(const std::string& current, const std::string& wanted)
{
    return {{"current_password", current}, {"new_password", wanted}, {"new_password_confirmation", wanted}};
}

constexpr db::Query verify_phone{"test.verify_phone", "UPDATE users SET phone_verified_at = ? WHERE id = ?"};
constexpr db::Query phone_verified{"test.phone_verified", "SELECT phone_verified_at FROM users WHERE id = ?"};
constexpr db::Query email_of{"test.email", "SELECT email FROM users WHERE id = ?"};
constexpr db::Query role_of{"test.role", "SELECT role FROM users WHERE id = ?"};

class ChangingThePassword : public AccountsOnBoth
{
};
ENSTORE_ON_BOTH_BACKENDS(ChangingThePassword);

TEST_P(ChangingThePassword, S27_keeps_this_session_and_ends_the_others)
{
    const auto user = a_person();
    const auto token = a_session(user);
    const auto other = a_session(user);

    EXPECT_EQ(post(password_path, change(good_password, "sapi helikopter jeruk"), token).status, 200);

    EXPECT_TRUE(guard_(token).has_value());
    EXPECT_FALSE(guard_(other).has_value());
    const auto login = [&](const std::string& password) {
        return post("/api/auth/login", json::object{{"identifier", "budi@example.com"}, {"password", password}}).status;
    };
    EXPECT_EQ(login(good_password), 401);
    EXPECT_EQ(login("sapi helikopter jeruk"), 200);
    EXPECT_EQ(number(count_actions, "password_changed"), 1);
}

TEST_P(ChangingThePassword, refuses_a_wrong_current_password_and_five_in_a_minute_close_the_door)
{
    const auto token = a_session(a_person());
    for (int i = 0; i < 5; ++i) {
        const auto wrong = post(password_path, change("not my password", "sapi helikopter jeruk"), token);
        EXPECT_EQ(wrong.status, 400);
        EXPECT_EQ(wrong.code(), "wrong_password");
        clock_.advance(seconds{5});
    }

    const auto closed = post(password_path, change(good_password, "sapi helikopter jeruk"), token);

    EXPECT_EQ(closed.status, 429);
    const std::pair<std::string, std::string> retry_after{"Retry-After", "35"};
    EXPECT_NE(std::find(closed.headers.begin(), closed.headers.end(), retry_after), closed.headers.end());
    EXPECT_EQ(number(count_actions, "password_change_failed"), 5);

    clock_.advance(seconds{36});
    EXPECT_EQ(post(password_path, change(good_password, "sapi helikopter jeruk"), token).status, 200);
}

TEST_P(ChangingThePassword, asks_of_a_new_one_what_registration_asks)
{
    const auto token = a_session(a_person());
    const auto before = checks();

    EXPECT_EQ(post(password_path, change(good_password, "password123"), token).bad_fields(),
              std::vector<std::string>{"new_password"});
    auto different = change(good_password, "sapi helikopter jeruk");
    different["new_password_confirmation"] = "sapi helikopter jambu";
    EXPECT_EQ(post(password_path, different, token).bad_fields(),
              std::vector<std::string>{"new_password_confirmation"});
    EXPECT_EQ(checks(), before);
}

class Profile : public AccountsOnBoth
{
};
ENSTORE_ON_BOTH_BACKENDS(Profile);

TEST_P(Profile, who_am_i_has_the_balance_and_all_fields_of_the_contract)
{
    const auto token = a_session(a_person());

    const auto me = get("/api/auth/profile", token);

    ASSERT_EQ(me.status, 200);
    for (const char* field : {"id", "name", "email", "phone", "role", "customer_type", "avatar", "balance",
                              "referral_code", "status", "email_verified_at", "phone_verified_at"})
        EXPECT_TRUE(me.data().contains(field)) << field;
    EXPECT_EQ(me.data().at("balance"), (json::value{{"balance", 250'000}, {"bonus_balance", 0}}));
    EXPECT_TRUE(me.data().at("phone_verified_at").is_null());
}

TEST_P(Profile, my_account_has_all_fields_of_the_contract_and_no_secret)
{
    const auto user = a_person({.phone = {}});
    const auto token = a_session(user);

    const auto me = get(profile_path, token);

    ASSERT_EQ(me.status, 200);
    for (const char* field : {"id", "name", "email", "phone", "phone_number", "role", "customer_type", "is_guest",
                              "status", "avatar", "created_at", "updated_at", "balance", "last_login_at"})
        EXPECT_TRUE(me.data().contains(field)) << field;
    EXPECT_EQ(me.data().at("created_at").as_string(), wire_time(clock_.now()));
    EXPECT_TRUE(me.data().at("phone").is_null());
    EXPECT_FALSE(me.data().at("is_guest").as_bool());
    EXPECT_EQ(me.data().at("balance").at("user_id").as_int64(), user.value);
    EXPECT_FALSE(me.data().contains("password"));
}

TEST_P(Profile, changes_name_and_phone_and_S22_nothing_else)
{
    const auto user = a_person();
    const auto token = a_session(user);

    const auto answer = call(http::Method::put, profile_path,
                             with_body({{"name", " Budi S. "},
                                        {"phone", "081211112222"},
                                        {"email", "other@example.com"},
                                        {"role", "admin"},
                                        {"customer_type", "reseller"},
                                        {"avatar", "not-a-file"}}),
                             token);

    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.data().at("name").as_string(), "Budi S.");
    EXPECT_EQ(answer.data().at("phone").as_string(), "081211112222");
    EXPECT_EQ(answer.data().at("phone_number").as_string(), "081211112222");
    EXPECT_TRUE(answer.data().at("avatar").is_null());
    EXPECT_EQ(text(email_of, user), "budi@example.com");
    EXPECT_EQ(text(role_of, user), "customer");
}

TEST_P(Profile, a_form_post_changes_only_what_it_sends)
{
    const auto token = a_session(a_person());
    auto request = with_body(json::object{});
    request.headers = {{"content-type", "multipart/form-data; boundary=b"}};
    request.body = "--b\r\nContent-Disposition: form-data; name=\"_method\"\r\n\r\nPUT\r\n"
                   "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nSiti\r\n"
                   "--b\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"a.png\"\r\n\r\nPNG\r\n--b--\r\n";

    const auto answer = call(http::Method::post, profile_path, request, token);

    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.data().at("name").as_string(), "Siti");
    EXPECT_EQ(answer.data().at("phone").as_string(), "081234567891");
}

TEST_P(Profile, a_phone_of_another_account_is_refused_in_any_spelling)
{
    a_person({.email = "siti@example.com", .phone = "081299998888"});
    const auto token = a_session(a_person());

    const auto answer = call(http::Method::put, profile_path, with_body({{"phone", "+62 812-9999-8888"}}), token);

    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.bad_fields(), std::vector<std::string>{"phone"});
    EXPECT_EQ(call(http::Method::put, profile_path, with_body({{"phone", "0812 3456 7891"}}), token).status, 200);
}

TEST_P(Profile, another_number_is_unverified_and_another_spelling_stays_verified)
{
    const auto user = a_person();
    const auto token = a_session(user);
    write(verify_phone, clock_.now(), user);

    call(http::Method::put, profile_path, with_body({{"phone", "+6281234567891"}}), token);
    EXPECT_NE(text(phone_verified, user), "NULL");
    call(http::Method::put, profile_path, with_body({{"phone", "081211112222"}}), token);
    EXPECT_EQ(text(phone_verified, user), "NULL");
}

} // namespace
} // namespace enstore::accounts

#include "accounts/account_fixture.hpp"

#include "platform/core/text.hpp"
#include "tests/support/threads.hpp"

#include <atomic>

namespace enstore::accounts
{
namespace
{

const char* const path = "/api/auth/register";

json::object body()
{
    return {{"name", "Budi Santoso"},
            {"email", "Budi@Example.com"},
            {"phone", "0812-3456-7891"},
            {"password", good_password},
            {"password_confirmation", good_password},
            {"referral_code", ""}};
}
json::object body_with(const char* field, json::value value)
{
    auto changed = body();
    changed[field] = std::move(value);
    return changed;
}

constexpr db::Query hash_of_email{"test.hash", "SELECT password FROM users WHERE email = ?"};
constexpr db::Query referrer_of_email{"test.referrer", "SELECT referred_by FROM users WHERE email = ?"};
constexpr db::Query referral_code_of{"test.code", "SELECT referral_code FROM users WHERE id = ?"};

class Registering : public AccountsOnBoth
{
};
ENSTORE_ON_BOTH_BACKENDS(Registering);

TEST_P(Registering, makes_a_retail_customer_with_a_wallet_who_is_signed_in)
{
    const auto answer = post(path, body());

    ASSERT_EQ(answer.status, 201);
    EXPECT_EQ(answer.message(), "Registrasi berhasil");
    EXPECT_EQ(answer.data().at("token_type").as_string(), "Bearer");
    const auto& user = answer.data().at("user").as_object();
    EXPECT_EQ(user.at("name").as_string(), "Budi Santoso");
    EXPECT_EQ(user.at("email").as_string(), "budi@example.com");
    EXPECT_EQ(user.at("phone").as_string(), "0812-3456-7891");
    EXPECT_EQ(user.at("role").as_string(), "customer");
    EXPECT_EQ(user.at("customer_type").as_string(), "retail");
    EXPECT_TRUE(user.at("avatar").is_null());
    const std::string code(user.at("referral_code").as_string());
    EXPECT_EQ(code.size(), 8u);
    EXPECT_EQ(code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), std::string::npos);

    EXPECT_EQ(wallets(), 1);
    const auto caller = guard_(std::string(answer.data().at("access_token").as_string()));
    ASSERT_TRUE(caller.has_value());
    EXPECT_EQ(caller->user.value, user.at("id").as_int64());
    EXPECT_EQ(number(count_actions, "register"), 1);
}

TEST_P(Registering, S1_stores_an_argon2id_hash_with_its_parameters)
{
    ASSERT_EQ(post(path, body()).status, 201);

    EXPECT_EQ(text(hash_of_email, "budi@example.com").substr(0, 30), "$argon2id$v=19$m=19456,t=2,p=1");
}

TEST_P(Registering, S22_ignores_fields_that_are_not_the_callers_to_set)
{
    auto greedy = body();
    greedy["role"] = "admin";
    greedy["customer_type"] = "reseller";
    greedy["balance"] = 1'000'000'000;
    greedy["status"] = "suspended";
    greedy["id"] = 1;
    greedy["referred_by"] = 7;

    const auto answer = post(path, greedy);

    ASSERT_EQ(answer.status, 201);
    EXPECT_EQ(answer.data().at("user").at("role").as_string(), "customer");
    EXPECT_EQ(answer.data().at("user").at("customer_type").as_string(), "retail");
    EXPECT_FALSE(guard_(std::string(answer.data().at("access_token").as_string()))->admin);
    EXPECT_EQ(text(referrer_of_email, "budi@example.com"), "NULL");
}

TEST_P(Registering, names_everything_that_is_missing_at_once)
{
    const auto answer = post(path, json::object{});

    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.code(), "validation_failed");
    const auto bad = answer.bad_fields();
    for (const char* field : {"name", "email", "phone", "password", "password_confirmation"})
        EXPECT_EQ(std::count(bad.begin(), bad.end(), field), 1) << field;
    for (const auto& field : answer.body.at("errors").as_object())
        EXPECT_EQ(field.value().as_array().size(), 1u) << field.key();
}

TEST_P(Registering, names_a_taken_address_beside_a_short_password)
{
    a_person();
    auto both = body();
    both["password"] = "short";
    both["password_confirmation"] = "other";

    const auto answer = post(path, both);

    EXPECT_EQ(answer.status, 422);
    const auto& errors = answer.body.at("errors").as_object();
    EXPECT_TRUE(errors.contains("email"));
    EXPECT_TRUE(errors.contains("phone"));
    EXPECT_TRUE(errors.contains("password"));
    EXPECT_TRUE(errors.contains("password_confirmation"));
    EXPECT_EQ(number(count_users), 1);
}

TEST_P(Registering, knows_an_address_in_any_case_and_a_number_in_any_spelling)
{
    a_person({.email = "budi@example.com", .phone = "+62 812 3456 7891"});

    EXPECT_EQ(post(path, body_with("phone", "081299998888")).bad_fields(), std::vector<std::string>{"email"});
    EXPECT_EQ(post(path, body_with("email", "siti@example.com")).bad_fields(), std::vector<std::string>{"phone"});
}

TEST_P(Registering, a_referral_code_must_be_somebodys)
{
    const auto friend_id = a_person({.email = "siti@example.com", .phone = "081299998888"});
    const auto code = text(referral_code_of, friend_id);

    EXPECT_EQ(post(path, body_with("referral_code", "NOBODY99")).bad_fields(),
              std::vector<std::string>{"referral_code"});
    EXPECT_EQ(post(path, body_with("referral_code", json::value(lower(code)))).status, 201);
    EXPECT_EQ(text(referrer_of_email, "budi@example.com"), std::to_string(friend_id.value));
}

TEST_P(Registering, refuses_what_is_no_phone_number)
{
    for (const char* phone : {"1234567", "08123456789a", "0812+3456789", "<script>", "0812345678901234"})
        EXPECT_EQ(post(path, body_with("phone", phone)).bad_fields(), std::vector<std::string>{"phone"}) << phone;
}

TEST_P(Registering, S6_costs_the_same_for_a_known_and_an_unknown_address)
{
    a_person({.email = "known@example.com", .phone = "081299998888"});

    const auto before_known = hashes();
    EXPECT_EQ(post(path, body_with("email", "known@example.com")).status, 422);
    const auto for_known = hashes() - before_known;
    const auto before_unknown = hashes();
    EXPECT_EQ(post(path, body_with("email", "unknown@example.com")).status, 201);

    EXPECT_EQ(for_known, 1);
    EXPECT_EQ(hashes() - before_unknown, for_known);
}

TEST_P(Registering, of_two_at_once_with_one_address_one_wins)
{
    std::atomic<int> made = 0;
    std::atomic<int> refused = 0;
    support::run_threads(2, [&](int index) {
        const auto answer = post(path, body_with("phone", index == 0 ? "081211112222" : "081233334444"));
        if (answer.status == 201) ++made;
        if (answer.status == 422) ++refused;
    });

    EXPECT_EQ(made, 1);
    EXPECT_EQ(refused, 1);
    EXPECT_EQ(number(count_users), 1);
    EXPECT_EQ(wallets(), 1);
}

TEST_P(Registering, leaves_nothing_behind_when_the_wallet_cannot_be_opened)
{
    deps_.on_created = [](db::Tx&, UserId, Timestamp) { throw std::runtime_error("no wallet"); };

    EXPECT_THROW((void)post(path, body()), std::runtime_error);

    EXPECT_EQ(number(count_users), 0);
    EXPECT_EQ(number(count_sessions), 0);
}

TEST_P(Registering, answers_in_english_when_asked)
{
    auto request = with_body(body_with("phone", "nonsense"));
    request.language = http::Language::english;

    const auto answer = call(http::Method::post, path, request);

    EXPECT_EQ(answer.message(), "The data sent is not valid");
    EXPECT_NE(answer.body.at("errors").at("phone").at(0).as_string().find("This is no phone number"),
              std::string::npos);
}

class CreatingAnAccount : public AccountFixture
{
};

TEST_F(CreatingAnAccount, makes_an_admin_only_with_a_long_password)
{
    NewAccount wanted{.name = "Pemilik",
                      .email = " Owner@Example.com ",
                      .phone = {},
                      .password = Secret{"x7#kQ p2"},
                      .admin = true,
                      .reseller = false,
                      .referral_code = {}};
    const auto refused = create_account(database_.db(), wanted, deps_.on_created, clock_.now());
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().fields.at(0).field, "password");

    wanted.password = Secret{"x7#kQ p2 and so on"};
    const auto made = create_account(database_.db(), wanted, deps_.on_created, clock_.now());

    ASSERT_TRUE(made.ok());
    EXPECT_TRUE(made->admin);
    EXPECT_EQ(made->email, "owner@example.com");
    EXPECT_EQ(made->status, "active");
    database_.db().read([&](db::Tx& tx) {
        EXPECT_TRUE(any_admin(tx));
        EXPECT_EQ(find_by_email(tx, "OWNER@example.com")->id, made->id);
    });
}

TEST_F(CreatingAnAccount, S3_no_byte_of_a_long_password_is_cut_off)
{
    std::string longest;
    while (longest.size() < 200)
        longest += "ké7~";
    auto request = body_with("password", json::value(longest));
    request["password_confirmation"] = json::value(longest);
    ASSERT_EQ(post(path, request).status, 201);

    const auto with = [&](const std::string& password) {
        return post("/api/auth/login", json::object{{"identifier", "budi@example.com"}, {"password", password}}).status;
    };
    EXPECT_EQ(with(longest.substr(0, 75)), 401); // a whole number of characters above 72 bytes
    EXPECT_EQ(with(longest), 200);
}

} // namespace
} // namespace enstore::accounts

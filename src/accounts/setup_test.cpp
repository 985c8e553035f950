#include "accounts/account_fixture.hpp"

#include "tests/support/threads.hpp"

#include <atomic>
#include <chrono>

namespace enstore::accounts
{
namespace
{

const std::string long_password = "kuda baterai staples benar";

constexpr db::Query setup_hashes{"test.setup", "SELECT token_hash FROM admin_setup"};

class FirstAdminLink : public AccountsOnBoth
{
protected:
    std::string a_link()
    {
        return database_.db().transact([&](db::Tx& tx) { return make_setup_token(tx, clock_.now()); });
    }
    static json::object form(const std::string& token, const std::string& email = "owner@example.com")
    {
        return {{"token", token}, {"name", "Pemilik"}, {"email", email}, {"password", long_password}};
    }
    http::Response open_page(const std::string& token)
    {
        auto request = with_body(json::object{});
        request.query.emplace("token", token);
        return respond(http::Method::get, "/setup", request);
    }
};
ENSTORE_ON_BOTH_BACKENDS(FirstAdminLink);

TEST_P(FirstAdminLink, S5_makes_an_admin_once_and_signs_them_in)
{
    const auto token = a_link();

    const auto made = post("/api/setup/admin", form(token));

    ASSERT_EQ(made.status, 201);
    EXPECT_EQ(made.data().at("user").at("role").as_string(), "admin");
    EXPECT_TRUE(guard_(std::string(made.data().at("access_token").as_string()))->admin);
    EXPECT_EQ(wallets(), 1);
    const auto again = post("/api/setup/admin", form(token, "second@example.com"));
    EXPECT_EQ(again.status, 403);
    EXPECT_EQ(again.code(), "setup_link_invalid");
    EXPECT_EQ(number(count_users), 1);
}

TEST_P(FirstAdminLink, is_stored_hashed)
{
    const auto token = a_link();

    EXPECT_EQ(text(setup_hashes), crypto::sha256(token));
}

TEST_P(FirstAdminLink, lives_for_a_day)
{
    const auto token = a_link();

    clock_.advance(std::chrono::hours{24} - std::chrono::seconds{1});
    EXPECT_EQ(open_page(token).status, 200);
    clock_.advance(std::chrono::seconds{1});
    EXPECT_EQ(open_page(token).status, 403);
    EXPECT_EQ(post("/api/setup/admin", form(token)).status, 403);
}

TEST_P(FirstAdminLink, a_newer_one_takes_the_place_of_the_older)
{
    const auto older = a_link();
    const auto newer = a_link();

    EXPECT_EQ(open_page(older).status, 403);
    EXPECT_EQ(open_page(newer).status, 200);
}

TEST_P(FirstAdminLink, there_is_none_once_an_admin_exists)
{
    const auto token = a_link();
    a_person({.email = "cli@example.com", .phone = {}, .admin = true});

    EXPECT_EQ(a_link(), "");
    EXPECT_EQ(post("/api/setup/admin", form(token)).status, 403);
    EXPECT_EQ(post("/api/setup/admin", form("")).status, 403);
}

TEST_P(FirstAdminLink, a_wrong_one_costs_no_password_work)
{
    a_link();
    const auto before = hashes();

    EXPECT_EQ(post("/api/setup/admin", form("not-the-token")).status, 403);

    EXPECT_EQ(hashes(), before);
}

TEST_P(FirstAdminLink, of_two_people_with_it_one_becomes_admin)
{
    const auto token = a_link();
    std::atomic<int> made = 0;
    support::run_threads(2, [&](int index) {
        if (post("/api/setup/admin", form(token, "owner" + std::to_string(index) + "@example.com")).status == 201)
            ++made;
    });

    EXPECT_EQ(made, 1);
    EXPECT_EQ(number(count_users), 1);
}

TEST_P(FirstAdminLink, survives_a_mistake_in_the_form)
{
    const auto token = a_link();
    auto weak = form(token);
    weak["password"] = "too short";

    EXPECT_EQ(post("/api/setup/admin", weak).bad_fields(), std::vector<std::string>{"password"});
    EXPECT_EQ(post("/api/setup/admin", form(token)).status, 201);
}

class FirstAdminPage : public FirstAdminLink
{
protected:
    http::Response send(const std::string& body)
    {
        auto request = with_body(json::object{});
        request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
        request.body = body;
        return respond(http::Method::post, "/setup", request);
    }
};
INSTANTIATE_TEST_SUITE_P(On, FirstAdminPage, testing::Values(support::Backend::sqlite), support::backend_name);

TEST_P(FirstAdminPage, shows_a_form_that_a_strict_content_policy_allows)
{
    const auto page = open_page(a_link());

    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    EXPECT_TRUE(page.no_store);
    EXPECT_EQ(page.headers.at(0).first, "Content-Security-Policy");
    EXPECT_EQ(page.headers.at(0).second.find("unsafe"), std::string::npos);
    EXPECT_NE(page.body.find("<form method=\"post\" action=\"/setup\">"), std::string::npos);
    EXPECT_EQ(page.body.find("<script"), std::string::npos);
    EXPECT_EQ(page.body.find("<style"), std::string::npos);
    EXPECT_EQ(page.body.find("style="), std::string::npos);
    EXPECT_EQ(respond(http::Method::get, "/setup/style.css", {}).content_type, "text/css; charset=utf-8");
}

TEST_P(FirstAdminPage, makes_the_admin)
{
    const auto token = a_link();

    const auto page =
        send("token=" + token + "&name=Pemilik&email=owner%40example.com&password=kuda+baterai+staples+benar");

    EXPECT_EQ(page.status, 201);
    EXPECT_NE(page.body.find("owner@example.com"), std::string::npos);
    EXPECT_EQ(page.body.find("kuda"), std::string::npos);
    EXPECT_EQ(open_page(token).status, 403);
}

TEST_P(FirstAdminPage, shows_what_is_wrong_beside_the_field_and_escapes_what_was_typed)
{
    const auto token = a_link();

    const auto page =
        send("token=" + token + "&name=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&email=nope&password=short");

    EXPECT_EQ(page.status, 422);
    EXPECT_EQ(page.body.find("<script"), std::string::npos);
    EXPECT_NE(page.body.find("&quot;&gt;&lt;script&gt;"), std::string::npos);
    EXPECT_NE(page.body.find("Password minimal 15 karakter"), std::string::npos);
    EXPECT_NE(page.body.find("Format email tidak valid"), std::string::npos);
    EXPECT_EQ(number(count_users), 0);
}

} // namespace
} // namespace enstore::accounts

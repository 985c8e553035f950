#include "notifications/notifications.hpp"

#include "platform/http/json.hpp"
#include "tests/support/people.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace enstore::notifications
{
namespace
{

namespace json = boost::json;

class Inbox : public testing::TestWithParam<support::Backend>
{
protected:
    Inbox()
    {
        database_.db().transact([&](db::Tx& tx) {
            alice_ = support::a_user(tx, "alice", clock_.now());
            bob_ = support::a_user(tx, "bob", clock_.now());
        });
    }

    void tell(UserId user, const std::string& title)
    {
        clock_.advance(std::chrono::seconds{1});
        database_.db().transact([&](db::Tx& tx) {
            notify(tx, user,
                   {.title = title,
                    .message = "Pembayaran diterima.",
                    .type = Type::success,
                    .data = {{"transaction_code", "ENS-20260220-AAAA"}, {"amount", std::int64_t{20387}}}},
                   clock_.now());
        });
    }

    /// What the route answers, its error turned into an answer as the server would.
    http::Response call(UserId user, http::Method method, const std::string& pattern, http::Request request = {})
    {
        request.caller = http::Caller{.user = user, .token = {}};
        if (request.path.empty()) request.path = pattern;
        for (const auto& route : routes({database_.db(), clock_, "http://store"})) {
            if (route.method != method || route.pattern != pattern) continue;
            auto answer = route.handler(request);
            return answer ? std::move(answer).value() : http::problem(answer.error(), request.language);
        }
        throw std::logic_error("no route " + pattern);
    }
    json::value data_of(const http::Response& response)
    {
        EXPECT_EQ(response.status, 200);
        return json::parse(response.body).at("data");
    }
    http::Request with_id(std::int64_t id)
    {
        http::Request request;
        request.path_params["id"] = std::to_string(id);
        return request;
    }
    std::int64_t newest_id(UserId user)
    {
        return data_of(call(user, http::Method::get, "/api/notifications")).at("data").at(0).at("id").as_int64();
    }
    std::int64_t unread(UserId user)
    {
        return data_of(call(user, http::Method::get, "/api/notifications/count")).at("count").as_int64();
    }

    support::TestDatabase database_{GetParam()};
    ManualClock clock_;
    UserId alice_;
    UserId bob_;
};
ENSTORE_ON_BOTH_BACKENDS(Inbox);

TEST_P(Inbox, lists_the_newest_first_in_the_shape_of_the_contract)
{
    tell(alice_, "Pembayaran Berhasil");
    tell(alice_, "Transaksi Berhasil");

    const auto page = data_of(call(alice_, http::Method::get, "/api/notifications"));

    EXPECT_EQ(page.at("total").as_int64(), 2);
    EXPECT_EQ(page.at("per_page").as_int64(), 10);
    const auto& first = page.at("data").at(0).as_object();
    EXPECT_EQ(first.at("title").as_string(), "Transaksi Berhasil");
    EXPECT_EQ(first.at("user_id").as_int64(), alice_.value);
    EXPECT_EQ(first.at("type").as_string(), "success");
    EXPECT_EQ(first.at("data"), (json::value{{"transaction_code", "ENS-20260220-AAAA"}, {"amount", 20387}}));
    EXPECT_FALSE(first.at("is_read").as_bool());
    EXPECT_TRUE(first.at("read_at").is_null());
    EXPECT_EQ(first.at("created_at").as_string(), wire_time(clock_.now()));
    EXPECT_TRUE(first.contains("updated_at"));
    EXPECT_TRUE(first.contains("message"));
    EXPECT_TRUE(first.contains("id"));
}

TEST_P(Inbox, limit_sets_the_rows_of_a_page)
{
    for (const char* title : {"one", "two", "three"})
        tell(alice_, title);
    http::Request request;
    request.query = {{"limit", "2"}, {"page", "2"}};

    const auto page = data_of(call(alice_, http::Method::get, "/api/notifications", request));

    EXPECT_EQ(page.at("per_page").as_int64(), 2);
    EXPECT_EQ(page.at("last_page").as_int64(), 2);
    ASSERT_EQ(page.at("data").as_array().size(), 1u);
    EXPECT_EQ(page.at("data").at(0).at("title").as_string(), "one");
}

TEST_P(Inbox, a_notice_without_facts_has_an_empty_object)
{
    database_.db().transact(
        [&](db::Tx& tx) { notify(tx, alice_, {.title = "Halo", .message = "Halo"}, clock_.now()); });

    const auto page = data_of(call(alice_, http::Method::get, "/api/notifications"));

    EXPECT_EQ(page.at("data").at(0).at("data"), json::value(json::object{}));
}

TEST_P(Inbox, reading_one_lowers_the_count_and_keeps_the_first_moment)
{
    tell(alice_, "one");
    tell(alice_, "two");
    const auto id = newest_id(alice_);
    const auto read_at = clock_.now();

    EXPECT_EQ(call(alice_, http::Method::post, "/api/notifications/read/{id}", with_id(id)).status, 200);
    clock_.advance(std::chrono::hours{1});
    EXPECT_EQ(call(alice_, http::Method::post, "/api/notifications/read/{id}", with_id(id)).status, 200);

    EXPECT_EQ(unread(alice_), 1);
    const auto page = data_of(call(alice_, http::Method::get, "/api/notifications"));
    EXPECT_TRUE(page.at("data").at(0).at("is_read").as_bool());
    EXPECT_EQ(page.at("data").at(0).at("read_at").as_string(), wire_time(read_at));
}

TEST_P(Inbox, S18_anothers_notification_does_not_exist)
{
    tell(bob_, "for bob");
    const auto id = newest_id(bob_);

    const auto answer = call(alice_, http::Method::post, "/api/notifications/read/{id}", with_id(id));

    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.body, call(alice_, http::Method::post, "/api/notifications/read/{id}", with_id(999'999)).body);
    EXPECT_EQ(unread(bob_), 1);
}

TEST_P(Inbox, S18_reading_all_touches_only_ones_own)
{
    tell(alice_, "one");
    tell(alice_, "two");
    tell(bob_, "three");

    EXPECT_EQ(call(alice_, http::Method::post, "/api/notifications/read-all").status, 200);

    EXPECT_EQ(unread(alice_), 0);
    EXPECT_EQ(unread(bob_), 1);
    EXPECT_EQ(data_of(call(alice_, http::Method::get, "/api/notifications")).at("total").as_int64(), 2);
}

TEST_P(Inbox, answers_in_english_when_asked)
{
    http::Request request;
    request.language = http::Language::english;

    const auto answer = call(alice_, http::Method::post, "/api/notifications/read-all", request);

    EXPECT_EQ(json::parse(answer.body).at("message").as_string(), "All marked as read");
}

} // namespace
} // namespace enstore::notifications

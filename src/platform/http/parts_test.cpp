#include "platform/http/client_ip.hpp"
#include "platform/http/forms.hpp"
#include "platform/http/json.hpp"
#include "platform/http/rate_limiter.hpp"
#include "platform/http/refusals.hpp"
#include "platform/http/router.hpp"
#include "platform/http/target.hpp"

#include <gmock/gmock.h>

namespace enstore::http
{
namespace
{

using testing::ElementsAre;
using testing::Pair;

class Routing : public testing::Test
{
protected:
    static Routes table(std::initializer_list<std::pair<Method, std::string>> rows)
    {
        Routes out;
        for (const auto& [method, pattern] : rows)
            out.push_back(
                {.method = method, .pattern = pattern, .role = Role::anyone, .rate = RateClass::none, .handler = {}});
        return out;
    }
    std::string find(const Router& router, Method method, std::string_view path)
    {
        params.clear();
        const Place* place = router.find(path, params);
        const Route* route = place == nullptr ? nullptr : place->of(method);
        return route == nullptr ? "" : route->pattern;
    }
    std::map<std::string, std::string, std::less<>> params;
};

TEST_F(Routing, lets_a_literal_win_over_a_parameter)
{
    const Router router(table({{Method::get, "/admin/products/{id}"},
                               {Method::get, "/admin/products/categories"},
                               {Method::put, "/admin/products/items/{id}"},
                               {Method::get, "/orders/{code}"},
                               {Method::get, "/orders/check"},
                               {Method::get, "/orders/{code}/items/{item_id}"}}));
    EXPECT_EQ(find(router, Method::get, "/admin/products/categories"), "/admin/products/categories");
    EXPECT_EQ(find(router, Method::get, "/admin/products/17"), "/admin/products/{id}");
    EXPECT_THAT(params, ElementsAre(Pair("id", "17")));
    EXPECT_EQ(find(router, Method::get, "/admin/products/17a"), "");
    EXPECT_EQ(find(router, Method::put, "/admin/products/items/7"), "/admin/products/items/{id}");
    EXPECT_EQ(find(router, Method::get, "/orders/check"), "/orders/check");
    EXPECT_EQ(find(router, Method::get, "/orders/ENS-1"), "/orders/{code}");
    EXPECT_EQ(find(router, Method::get, "/orders/check/items/3"), "/orders/{code}/items/{item_id}");
    EXPECT_THAT(params, ElementsAre(Pair("code", "check"), Pair("item_id", "3")));
    EXPECT_EQ(find(router, Method::head, "/orders/check"), "/orders/check");
    EXPECT_EQ(find(router, Method::post, "/orders/check"), "");
}

TEST_F(Routing, refuses_patterns_that_are_twice_or_cannot_be_read)
{
    EXPECT_THROW(Router(table({{Method::get, "/a/{id}"}, {Method::get, "/a/{id}"}})), std::logic_error);
    EXPECT_THROW(Router(table({{Method::get, "a"}})), std::logic_error);
    EXPECT_THROW(Router(table({{Method::get, "/a/{id"}})), std::logic_error);
    EXPECT_THROW(Router(table({{Method::get, "/a/{p*}/b"}})), std::logic_error);
    EXPECT_NO_THROW(Router(table({{Method::get, "/a/{id}"}, {Method::put, "/a/{id}"}})));
}

TEST(AnId, is_zero_when_it_overflows)
{
    Request request;
    request.path_params = {{"id", "412"}, {"big_id", "99999999999999999999"}};
    EXPECT_EQ(request.id_param("id"), 412);
    EXPECT_EQ(request.id_param("big_id"), 0);
    EXPECT_THROW(request.param("other"), std::logic_error);
}

TEST(Target, is_decoded_trimmed_and_freed_of_empty_values)
{
    Request request;
    request.target = "/a%20b/c?x=1&x=+2+&empty=&blank=%20&n%C3%A9=%E2%82%AC&filter.name=dot&filter_name=us&flag";
    ASSERT_TRUE(read_target(request));
    EXPECT_EQ(request.path, "/a b/c");
    EXPECT_EQ(request.query_value("x"), "2");
    EXPECT_EQ(request.query.count("x"), 2U);
    EXPECT_EQ(request.query_value("empty"), std::nullopt);
    EXPECT_EQ(request.query_value("blank"), std::nullopt);
    EXPECT_EQ(request.query_value("flag"), std::nullopt);
    EXPECT_EQ(request.query_value("né"), "€");
    EXPECT_EQ(request.query_value("filter.name"), "dot");
    EXPECT_EQ(request.query_value("filter_name"), "us");
}

TEST(Language, is_english_only_when_it_is_preferred)
{
    EXPECT_EQ(language_of(""), Language::indonesian);
    EXPECT_EQ(language_of("en"), Language::english);
    EXPECT_EQ(language_of("en-US,en;q=0.9"), Language::english);
    EXPECT_EQ(language_of("id-ID,id;q=0.9,en;q=0.8"), Language::indonesian);
    EXPECT_EQ(language_of("en;q=0.5,id;q=0.5"), Language::indonesian);
    EXPECT_EQ(language_of("en;q=0"), Language::indonesian);
    EXPECT_EQ(language_of("fr,de;q=0.5"), Language::indonesian);
}

TEST(Proxies, S16_refuse_entries_that_are_no_addresses)
{
    for (const std::string entry : {"nonsense", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/x", ""})
        EXPECT_THROW(TrustedProxies({entry}), std::invalid_argument) << entry;
    const TrustedProxies proxies({"10.0.0.0/9", "192.168.1.1", "fd00::/8"});
    EXPECT_TRUE(proxies.trusts(*parse_ip("10.127.255.255")));
    EXPECT_FALSE(proxies.trusts(*parse_ip("10.128.0.0")));
    EXPECT_TRUE(proxies.trusts(*parse_ip("::ffff:10.0.0.1")));
    EXPECT_FALSE(proxies.trusts(*parse_ip("192.168.1.2")));
    EXPECT_TRUE(proxies.trusts(*parse_ip("fd12::1")));
    EXPECT_FALSE(proxies.trusts(*parse_ip("fe80::1")));
}

class Limiting : public testing::Test
{
protected:
    ManualClock clock;
    RateLimiter limiter;
    bool take(RateClass rate_class, std::string_view ip) { return limiter.take(rate_class, ip, clock.now())->allowed; }
};

TEST_F(Limiting, counts_in_windows_that_begin_with_the_first_request)
{
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(take(RateClass::password_reset, "1.2.3.4"));
    EXPECT_FALSE(take(RateClass::password_reset, "1.2.3.4"));
    EXPECT_TRUE(take(RateClass::password_reset, "1.2.3.5"));
    clock.advance(std::chrono::minutes{59});
    const auto refused = limiter.take(RateClass::password_reset, "1.2.3.4", clock.now());
    EXPECT_FALSE(refused->allowed);
    EXPECT_EQ(refused->retry_after_s, 60);
    clock.advance(std::chrono::minutes{1});
    EXPECT_TRUE(take(RateClass::password_reset, "1.2.3.4"));
    EXPECT_EQ(limiter.take(RateClass::none, "1.2.3.4", clock.now()), std::nullopt);
    EXPECT_EQ(limiter.take(RateClass::polling, "1.2.3.4", clock.now())->limit, 600);
    EXPECT_EQ(limiter.take(RateClass::api, UserId{7}, clock.now())->limit, 300);
}

TEST_F(Limiting, counts_an_ipv6_subscriber_once)
{
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(take(RateClass::auth, "2001:db8:0:1::" + std::to_string(i)));
    EXPECT_FALSE(take(RateClass::auth, "2001:db8:0:1:ffff::9"));
    EXPECT_TRUE(take(RateClass::auth, "2001:db8:0:2::1"));
}

TEST_F(Limiting, keeps_its_memory_bounded_and_survives_a_clock_set_back)
{
    RateLimiter small(1'600);
    for (int i = 0; i < 20'000; ++i) {
        clock.advance(std::chrono::milliseconds{1});
        EXPECT_TRUE(small
                        .take(RateClass::auth,
                              "10." + std::to_string(i / 65'536) + "." + std::to_string(i / 256 % 256) + "." +
                                  std::to_string(i % 256),
                              clock.now())
                        ->allowed);
    }
    EXPECT_LE(small.buckets(), 1'600U);
    EXPECT_GE(small.buckets(), 1'000U);
    for (int i = 0; i < 6; ++i)
        (void)take(RateClass::auth, "9.9.9.9");
    EXPECT_FALSE(take(RateClass::auth, "9.9.9.9"));
    clock.set(Timestamp{1'000'000});
    EXPECT_TRUE(take(RateClass::auth, "9.9.9.9"));
}

TEST(Problems, have_the_contracts_shape_in_both_languages)
{
    const auto error = refuse_fields({{"email", {"Email sudah terdaftar", "E-mail taken"}},
                                      {"customer_data.user_id", {"Wajib diisi", "Required"}},
                                      {"email", {"Lagi", "Again"}}});
    const auto indonesian = problem(error, Language::indonesian);
    EXPECT_EQ(indonesian.status, 422);
    EXPECT_EQ(indonesian.body,
              R"({"success":false,"message":"Data yang dikirim tidak valid","code":"validation_failed",)"
              R"("errors":{"email":["Email sudah terdaftar","Lagi"],"customer_data.user_id":["Wajib diisi"]}})");
    EXPECT_THAT(problem(error, Language::english).body, testing::HasSubstr("The data sent is not valid"));
    Error named = refuse(overloaded);
    named.text = Text{"Tunggu 9 detik", "Wait 9 seconds"};
    named.retry_after_s = 9;
    const auto busy = problem(named, Language::english);
    EXPECT_EQ(busy.status, 503);
    EXPECT_THAT(busy.body, testing::HasSubstr("Wait 9 seconds"));
    EXPECT_THAT(busy.headers, ElementsAre(Pair("Retry-After", "9")));
}

TEST(Problems, have_a_status_for_every_kind)
{
    const std::vector<std::pair<Kind, int>> table{
        {Kind::malformed, 400},        {Kind::business_rule, 400}, {Kind::unauthenticated, 401},
        {Kind::forbidden, 403},        {Kind::not_found, 404},     {Kind::no_such_method, 405},
        {Kind::timed_out, 408},        {Kind::conflict, 409},      {Kind::too_large, 413},
        {Kind::uri_too_long, 414},     {Kind::invalid, 422},       {Kind::rate_limited, 429},
        {Kind::header_too_large, 431}, {Kind::server_error, 500},  {Kind::upstream_failed, 502},
        {Kind::unavailable, 503}};
    for (const auto& [kind, status] : table)
        EXPECT_EQ(status_of(kind), status);
}

TEST(Multipart, gives_fields_and_files_apart)
{
    Request request;
    request.headers = {{"content-type", "multipart/form-data; boundary=\"b=1\""}};
    request.body = "preamble\r\n--b=1\r\nContent-Disposition: form-data; name=\"a[b]\"\r\n\r\none\r\ntwo\r\n"
                   "--b=1\r\nContent-Disposition: form-data; name=\"image\"; filename=\"x;\\\"y.png\"\r\nContent-Type: "
                   "image/png\r\n\r\n"
                   "\x89PNG\r\n--b=1\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n--b=1--\r\n";
    const auto pairs = read_form(request);
    ASSERT_TRUE(pairs);
    EXPECT_THAT(*pairs, ElementsAre(Pair("a[b]", "one\r\ntwo"), Pair("empty", "")));
    const auto files = read_files(request);
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].field, "image");
    EXPECT_EQ(files[0].file_name, "x;\"y.png");
    EXPECT_EQ(files[0].bytes, "\x89PNG");
    for (const std::string body :
         {"", "--b=1", "--b=1\r\n", "--b=1\r\nContent-Disposition: form-data; name=a\r\n\r\nx", "x--b=1--"}) {
        request.body = body;
        EXPECT_EQ(read_form(request), std::nullopt) << body;
    }
}

} // namespace
} // namespace enstore::http

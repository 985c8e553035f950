#include "platform/db/db.hpp"
#include "platform/http/json.hpp"
#include "platform/http/server_fixture_for_tests.hpp"

#include <condition_variable>
#include <mutex>

namespace enstore::http
{
namespace
{

using testing::HasSubstr;
using testing::Not;

class Serving : public ServerTest
{
};

TEST_F(Serving, answers_get_and_keeps_the_connection)
{
    RawClient client(serve({route(Method::get, "/a", says("one")), inline_route("/b", says("two"))}));
    const auto first = client.ask(get("/a"));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->status, 200);
    EXPECT_EQ(first->body, "one");
    EXPECT_FALSE(first->has("connection"));
    const auto second = client.ask(get("/b"));
    ASSERT_TRUE(second);
    EXPECT_EQ(second->body, "two");
}

TEST_F(Serving, answers_pipelined_requests_in_order)
{
    RawClient client(serve({route(Method::get, "/slow", says("pool")), inline_route("/fast", says("inline"))}));
    std::string many;
    for (int i = 0; i < 20; ++i)
        many += get(i % 2 == 0 ? "/slow" : "/fast");
    client.send(many);
    for (int i = 0; i < 20; ++i) {
        const auto answer = client.read();
        ASSERT_TRUE(answer) << i;
        EXPECT_EQ(answer->body, i % 2 == 0 ? "pool" : "inline");
    }
}

TEST_F(Serving, reads_a_request_that_comes_byte_by_byte)
{
    const auto echo = [](const Request& request) -> Result<Response> {
        Response response;
        response.body = request.body;
        return response;
    };
    RawClient client(serve({route(Method::post, "/echo", echo)}));
    const std::string chunked = "POST /echo HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n";
    for (const char c : chunked + post("/echo", "again"))
        client.send({&c, 1});
    const auto first = client.read();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->body, "hello world");
    const auto second = client.read();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->body, "again");
}

TEST_F(Serving, answers_head_as_get_without_the_body)
{
    RawClient client(serve({route(Method::get, "/a", says("12345"))}));
    client.send("HEAD /a HTTP/1.1\r\nHost: shop\r\n\r\n" + get("/a"));
    const auto head = client.read(true);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->status, 200);
    EXPECT_EQ(head->header("content-length"), "5");
    const auto next = client.read();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->body, "12345");
}

TEST_F(Serving, tells_an_unknown_path_from_a_wrong_method_in_the_callers_language)
{
    serve({route(Method::get, "/a", says("a")), route(Method::put, "/a", says("b"))});
    const auto missing = once(get("/nothing"));
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.body, R"({"success":false,"message":"Data tidak ditemukan","code":"not_found"})");
    const auto method = once("DELETE /a HTTP/1.1\r\nHost: shop\r\nAccept-Language: en-GB,en;q=0.9,id;q=0.1\r\n\r\n");
    EXPECT_EQ(method.status, 405);
    EXPECT_EQ(method.header("allow"), "GET, HEAD, PUT, OPTIONS");
    EXPECT_THAT(method.body, HasSubstr("does not support that method"));
    EXPECT_EQ(once("TRACE /a HTTP/1.1\r\nHost: shop\r\n\r\n").status, 405);
}

TEST_F(Serving, lets_a_form_replace_the_method)
{
    serve({route(Method::post, "/a/{id}", says("post")), route(Method::put, "/a/{id}", says("put"))});
    const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
    EXPECT_EQ(once(post("/a/1", "x=1&_method=put", form)).body, "put");
    EXPECT_EQ(once(post("/a/1", "x=_method", form)).body, "post");
    EXPECT_EQ(once(post("/a/1", "_method=DELETE", form)).status, 405);
    EXPECT_EQ(once(post("/a/1", R"({"_method":"PUT"})", "Content-Type: application/json\r\n")).body, "post");
}

TEST_F(Serving, asks_who_calls_before_the_handler_runs)
{
    Routes routes;
    for (const auto role : {Role::optional, Role::auth, Role::customer, Role::admin})
        routes.push_back(route(Method::get, "/" + std::string(name(role)), says("in"), RateClass::none, role));
    serve(std::move(routes));
    const auto status = [&](const std::string& path, const std::string& token) {
        return once(get(path, token.empty() ? "" : "Authorization: Bearer " + token + "\r\n")).status;
    };
    EXPECT_EQ(status("/optional", ""), 200);
    EXPECT_EQ(status("/optional", "wrong"), 200);
    EXPECT_EQ(status("/auth", ""), 401);
    EXPECT_EQ(status("/auth", "wrong"), 401);
    EXPECT_EQ(status("/auth", "customer"), 200);
    EXPECT_EQ(status("/customer", "admin"), 200);
    EXPECT_EQ(status("/admin", "customer"), 403);
    EXPECT_EQ(status("/admin", "admin"), 200);
    EXPECT_THAT(once(get("/auth")).body, HasSubstr(R"("code":"unauthenticated")"));
}

TEST_F(Serving, S55_answers_a_throwing_handler_with_a_general_text)
{
    const auto breaks = [](const Request&) -> Result<Response> {
        throw std::runtime_error("SELECT secret FROM /srv/x.cpp");
    };
    const auto gone = [](const Request&) -> Result<Response> {
        throw db::Failure(db::Fault::gone, "orders.find", 2006);
    };
    const auto odd = [](const Request&) -> Result<Response> { throw 7; };
    serve({route(Method::get, "/breaks", breaks), route(Method::get, "/gone", gone), route(Method::get, "/odd", odd),
           inline_route("/inline", breaks)});
    for (const auto* path : {"/breaks", "/odd", "/inline"}) {
        const auto answer = once(get(path));
        EXPECT_EQ(answer.status, 500);
        EXPECT_EQ(answer.body, R"({"success":false,"message":"Terjadi kesalahan pada server","code":"server_error"})");
    }
    const auto unavailable = once(get("/gone"));
    EXPECT_EQ(unavailable.status, 503);
    EXPECT_FALSE(unavailable.header("retry-after").empty());
    EXPECT_THAT(unavailable.body, Not(HasSubstr("orders")));
}

TEST_F(Serving, sets_the_security_headers_and_an_id_on_every_answer)
{
    serve({route(Method::get, "/a", says("a"))});
    for (const auto& answer : {once(get("/a")), once(get("/nothing")), once("BAD\r\n\r\n")}) {
        EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
        EXPECT_EQ(answer.header("x-frame-options"), "DENY");
        EXPECT_EQ(answer.header("referrer-policy"), "no-referrer");
        EXPECT_THAT(answer.header("content-security-policy"), HasSubstr("default-src 'none'"));
        EXPECT_EQ(answer.header("cache-control"), "no-store");
        EXPECT_EQ(answer.header("x-request-id").size(), 15U);
        EXPECT_FALSE(answer.has("server"));
        EXPECT_TRUE(answer.has("date"));
    }
}

TEST_F(Serving, takes_a_request_id_only_from_a_trusted_proxy_and_only_well_formed)
{
    config.trusted_proxies = {"127.0.0.0/8"};
    serve({route(Method::get, "/a", says("a"))});
    EXPECT_EQ(once(get("/a", "X-Request-Id: 0123-abcd-XYZ\r\n")).header("x-request-id"), "0123-abcd-XYZ");
    EXPECT_NE(once(get("/a", "X-Request-Id: a b\"<c>\r\n")).header("x-request-id"), "a b\"<c>");
    server.reset();
    config.trusted_proxies = {"10.0.0.0/8"};
    serve({route(Method::get, "/a", says("a"))});
    EXPECT_NE(once(get("/a", "X-Request-Id: 0123-abcd-XYZ\r\n")).header("x-request-id"), "0123-abcd-XYZ");
}

TEST_F(Serving, gzips_long_text_for_who_takes_it_and_answers_304_to_who_has_it)
{
    const auto long_text = [](const Request&) -> Result<Response> {
        Response response;
        response.body = std::string(5'000, 'x');
        response.etag = "\"v1\"";
        response.no_store = false;
        return response;
    };
    serve({route(Method::get, "/long", long_text), route(Method::get, "/short", says("tiny"))});
    const auto plain = once(get("/long"));
    EXPECT_EQ(plain.body.size(), 5'000U);
    EXPECT_EQ(plain.header("etag"), "\"v1\"");
    EXPECT_EQ(plain.header("cache-control"), "no-cache");
    const auto packed = once(get("/long", "Accept-Encoding: br, gzip\r\n"));
    EXPECT_EQ(packed.header("content-encoding"), "gzip");
    EXPECT_EQ(packed.header("etag"), "W/\"v1\"");
    EXPECT_LT(packed.body.size(), 200U);
    EXPECT_FALSE(once(get("/long", "Accept-Encoding: gzip;q=0\r\n")).has("content-encoding"));
    EXPECT_FALSE(once(get("/short", "Accept-Encoding: gzip\r\n")).has("content-encoding"));
    const auto known = once(get("/long", "If-None-Match: \"v0\", W/\"v1\"\r\n"));
    EXPECT_EQ(known.status, 304);
    EXPECT_FALSE(known.has("content-length"));
    EXPECT_EQ(once(get("/long", "If-None-Match: \"v0\"\r\n")).status, 200);
}

TEST_F(Serving, refuses_two_routes_that_are_the_same_and_inline_routes_that_need_a_caller)
{
    const auto make = [&](Routes routes) { Server made(config, std::move(routes), &guard, clock); };
    EXPECT_THROW(make({route(Method::get, "/a", says("1")), route(Method::get, "/a", says("2"))}), std::logic_error);
    Route needy = inline_route("/b", says("b"));
    needy.role = Role::auth;
    EXPECT_THROW(make({needy}), std::logic_error);
    EXPECT_THROW(
        make({{.method = Method::get, .pattern = "/c", .role = Role::anyone, .rate = RateClass::none, .handler = {}}}),
        std::logic_error);
}

TEST_F(Serving, closes_instead_of_answering_when_a_handler_says_so)
{
    const auto abort = [](const Request&) -> Result<Response> {
        Response response;
        response.abort_connection = true;
        return response;
    };
    RawClient client(serve({route(Method::get, "/a", abort)}));
    client.send(get("/a"));
    EXPECT_TRUE(client.closed());
}

TEST_F(Serving, health_answers_and_S65_metrics_are_for_loopback_or_the_token)
{
    bool ready = false;
    config.trusted_proxies = {"127.0.0.1"};
    const auto reasons = [&ready]() -> std::vector<std::string> {
        return ready ? std::vector<std::string>{} : std::vector<std::string>{"the database cannot be reached"};
    };
    serve(health_routes({.reasons_not_ready = reasons, .metrics_token = Secret("letmein")}));
    EXPECT_EQ(once(get("/livez")).status, 200);
    EXPECT_EQ(once(get("/up")).body, R"({"status":"ok"})");
    EXPECT_EQ(once(get("/readyz")).status, 503);
    EXPECT_THAT(once(get("/readyz")).body, HasSubstr("the database cannot be reached"));
    EXPECT_THAT(once(get("/metrics")).body, HasSubstr("enstore_http_requests_total"));
    EXPECT_EQ(once(get("/metrics", "X-Forwarded-For: 127.0.0.1\r\n")).status, 404);
    EXPECT_EQ(once(get("/metrics", "X-Forwarded-For: 8.8.8.8\r\nAuthorization: Bearer wrong\r\n")).status, 404);
    EXPECT_EQ(once(get("/metrics", "X-Forwarded-For: 8.8.8.8\r\nAuthorization: Bearer letmein\r\n")).status, 200);
    ready = true;
    EXPECT_EQ(once(get("/readyz")).status, 200);
}

} // namespace
} // namespace enstore::http

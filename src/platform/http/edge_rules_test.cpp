#include "platform/http/server_fixture_for_tests.hpp"

namespace enstore::http
{
namespace
{

using testing::HasSubstr;

class Origins : public ServerTest
{
protected:
    void SetUp() override
    {
        config.cors_origins = {"http://localhost:3000", "https://shop.example"};
        serve({route(Method::get, "/a", says("a"))});
    }
    static std::string from(const std::string& origin) { return "Origin: " + origin + "\r\n"; }
};

TEST_F(Origins, S31_lets_listed_origins_in_with_credentials)
{
    const auto answer = once(get("/a", from("https://shop.example")));
    EXPECT_EQ(answer.header("access-control-allow-origin"), "https://shop.example");
    EXPECT_EQ(answer.header("access-control-allow-credentials"), "true");
    EXPECT_EQ(answer.header("vary"), "Origin");
    EXPECT_EQ(once(get("/missing", from("https://shop.example"))).header("access-control-allow-origin"),
              "https://shop.example");
    const auto preflight = once("OPTIONS /a HTTP/1.1\r\nHost: shop\r\nOrigin: http://localhost:3000\r\n"
                                "Access-Control-Request-Method: PATCH\r\n"
                                "Access-Control-Request-Headers: authorization, x-anything\r\n\r\n");
    EXPECT_EQ(preflight.status, 200);
    EXPECT_EQ(preflight.header("access-control-allow-origin"), "http://localhost:3000");
    EXPECT_EQ(preflight.header("access-control-allow-headers"), "authorization, x-anything");
    EXPECT_THAT(preflight.header("access-control-allow-methods"), HasSubstr("PATCH"));
}

TEST_F(Origins, S31_keeps_every_other_origin_out)
{
    for (const std::string origin : {"null",
                                     "*",
                                     "http://localhost:3001",
                                     "https://localhost:3000",
                                     "http://localhost",
                                     "http://localhost:30000",
                                     "http://localhost:3000.evil.example",
                                     "http://localhost:3000@evil.example",
                                     "http://evil.example/http://localhost:3000",
                                     "https://shop.example.evil.example",
                                     "https://evilshop.example",
                                     "https://shop.example:443",
                                     "https://SHOP.example",
                                     "https://shop.example/",
                                     "http://shop.example",
                                     "https://sub.shop.example",
                                     "https://shop_example",
                                     "https://shop.example,https://evil.example",
                                     "https://shop.example https://evil.example",
                                     "file://"}) {
        for (const auto& answer :
             {once(get("/a", from(origin))), once("OPTIONS /a HTTP/1.1\r\nHost: shop\r\nAccess-Control-Request-Method: "
                                                  "GET\r\nAccess-Control-Request-Headers: x\r\n" +
                                                  from(origin) + "\r\n")}) {
            EXPECT_FALSE(answer.has("access-control-allow-origin")) << origin;
            EXPECT_FALSE(answer.has("access-control-allow-credentials")) << origin;
            EXPECT_FALSE(answer.has("access-control-allow-headers")) << origin;
            EXPECT_THAT(answer.header("vary"), testing::AnyOf("Origin", HasSubstr("Access-Control"))) << origin;
        }
    }
}

class Addresses : public ServerTest
{
protected:
    static Result<Response> tells_address(const Request& request)
    {
        Response response;
        response.body = request.client_ip;
        return response;
    }
};

TEST_F(Addresses, S16_believes_forwarded_addresses_only_from_trusted_proxies)
{
    const auto address = [&](const std::string& headers) { return once(get("/ip", headers)).body; };
    serve({route(Method::get, "/ip", &tells_address)});
    EXPECT_EQ(address("X-Forwarded-For: 8.8.8.8\r\n"), "127.0.0.1");
    server.reset();
    config.trusted_proxies = {"127.0.0.1", "10.0.0.0/8", "2001:db8::/32"};
    serve({route(Method::get, "/ip", &tells_address)});
    EXPECT_EQ(address(""), "127.0.0.1");
    EXPECT_EQ(address("X-Forwarded-For: 8.8.8.8\r\n"), "8.8.8.8");
    EXPECT_EQ(address("X-Forwarded-For: 1.1.1.1, 8.8.8.8\r\n"), "8.8.8.8");
    EXPECT_EQ(address("X-Forwarded-For: 1.1.1.1, 8.8.8.8, 10.2.3.4\r\n"), "8.8.8.8");
    EXPECT_EQ(address("X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 8.8.8.8\r\n"), "8.8.8.8");
    EXPECT_EQ(address("X-Forwarded-For: 1.1.1.1, nonsense, 10.0.0.9\r\n"), "10.0.0.9");
    EXPECT_EQ(address("X-Forwarded-For: 2600::7, 2001:db8::1\r\n"), "2600::7");
    EXPECT_EQ(address("X-Forwarded-For: [2600::7]:4711\r\n"), "2600::7");
}

TEST_F(Addresses, S16_counts_a_spoofing_client_as_one)
{
    serve({route(Method::get, "/login", says("in"), RateClass::auth)});
    int refused = 0;
    for (int i = 0; i < 20; ++i)
        if (once(get("/login", "X-Forwarded-For: 8.8.8." + std::to_string(i) + "\r\n")).status == 429) ++refused;
    EXPECT_EQ(refused, 15);
}

TEST_F(Addresses, rates_are_told_and_end_with_their_window)
{
    serve({route(Method::get, "/login", says("in"), RateClass::auth),
           route(Method::get, "/register", says("in"), RateClass::auth),
           route(Method::get, "/mine", says("mine"), RateClass::api, Role::auth)});
    const auto first = once(get("/login"));
    EXPECT_EQ(first.header("x-ratelimit-limit"), "5");
    EXPECT_EQ(first.header("x-ratelimit-remaining"), "4");
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(once(get("/register")).status, 200);
    clock.advance(std::chrono::seconds{20});
    const auto refused = once(get("/login"));
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("retry-after"), "40");
    EXPECT_EQ(refused.header("x-ratelimit-remaining"), "0");
    EXPECT_EQ(refused.header("x-ratelimit-reset"), std::to_string(clock.now().unix_seconds() + 40));
    EXPECT_THAT(refused.body, HasSubstr("Terlalu banyak permintaan"));
    clock.advance(std::chrono::seconds{40});
    EXPECT_EQ(once(get("/login")).status, 200);
    // Accounts are counted apart from each other; wrong tokens count against the address.
    EXPECT_EQ(once(get("/mine", "Authorization: Bearer customer\r\n")).header("x-ratelimit-remaining"), "299");
    EXPECT_EQ(once(get("/mine", "Authorization: Bearer reseller\r\n")).header("x-ratelimit-remaining"), "299");
    EXPECT_EQ(once(get("/mine", "Authorization: Bearer wrong\r\n")).header("x-ratelimit-remaining"), "299");
    EXPECT_EQ(once(get("/mine")).header("x-ratelimit-remaining"), "298");
}

class Strictness : public ServerTest
{
};

TEST_F(Strictness, S66_refuses_requests_that_two_servers_could_read_differently)
{
    serve({route(Method::post, "/a", says("a")), route(Method::get, "/a", says("a"))});
    const std::string nul(1, 0);
    const std::string start = "POST /a HTTP/1.1\r\nHost: shop\r\n";
    for (const std::string& bytes : std::vector<std::string>{
             start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             start + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
             start + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
             start + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
             start + "Content-Length: 5, 5\r\n\r\nhello",
             start + "Content-Length: +5\r\n\r\nhello",
             start + "Content-Length: -5\r\n\r\nhello",
             start + "Content-Length: 0x5\r\n\r\nhello",
             start + "Content-Length: 5 \r\n x: y\r\n\r\nhello",
             start + "Content-Length:\r\n\r\nhello",
             start + "Content-Length: 99999999999999999999\r\n\r\nhello",
             start + "Content-Length : 5\r\n\r\nhello",
             start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
             start + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
             start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
             start + "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
             start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             start + "Transfer-Encoding:\x0b"
                     "chunked\r\n\r\n0\r\n\r\n",
             start + "Transfer-Encoding" + nul + ": chunked\r\n\r\n0\r\n\r\n",
             start + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
             start + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
             start + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
             start + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
             start + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
             "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             "GET /a HTTP/1.1\r\nHost: shop\r\nX: a\r\n folded\r\n\r\n",
             "GET /a HTTP/1.1\r\nHost: shop\r\n Transfer-Encoding: chunked\r\n\r\n",
             "GET /a HTTP/1.1\nHost: shop\n\n\r\n\r\n",
             "GET /a HTTP/1.1\r\nHost: shop\nX: y\r\n\r\n",
             "GET /a HTTP/1.1\r\nHost: shop\rX: y\r\n\r\n",
             "GET /a HTTP/1.1\r\nHost: shop\r\nX: a" + nul + "b\r\n\r\n",
             "GET /a HTTP/1.1\r\n\r\n",
             "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
             "GET /a HTTP/1.1\r\nHost: a, b\r\n\r\n",
             "GET /a HTTP/1.1\r\nHost: shop\r\nno colon\r\n\r\n",
             "GET /a HTTP/1.1\r\nHost: shop\r\n: nameless\r\n\r\n",
             "GET /a HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
             "GET  /a HTTP/1.1\r\nHost: shop\r\n\r\n",
             "GET /a b HTTP/1.1\r\nHost: shop\r\n\r\n",
             "GET /a HTTP/2.0\r\nHost: shop\r\n\r\n",
             "GET /a HTTP/1.1 \r\nHost: shop\r\n\r\n",
             "GET /a\r\nHost: shop\r\n\r\n",
             "G=T /a HTTP/1.1\r\nHost: shop\r\n\r\n",
             "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
         }) {
        RawClient client(server->port());
        client.send(bytes);
        const auto answer = client.read();
        EXPECT_TRUE(answer) << bytes;
        if (!answer) continue;
        EXPECT_EQ(answer->status, 400) << bytes;
        EXPECT_EQ(answer->header("connection"), "close") << bytes;
        EXPECT_FALSE(client.read(false, std::chrono::milliseconds{50})) << "a second answer to " << bytes;
    }
}

TEST_F(Strictness, S66_refuses_addresses_that_cannot_be_read_and_knows_no_dot_segments)
{
    serve({route(Method::get, "/storage/{path*}", says("file")), route(Method::get, "/a", says("a"))});
    for (const auto* target : {"/%", "/%zz", "/%00", "/%ff%fe", "/a?x=%zz", "/a?x=%00", "/a?%c3%28=1"})
        EXPECT_EQ(once(get(target)).status, 400) << target;
    for (const auto* target : {"/storage/../a", "/storage/%2e%2e/a", "/storage/..%2fa", "/storage//a", "//a", "/./a",
                               "/.git/config", "/.env", "/storage/"})
        EXPECT_EQ(once(get(target)).status, 404) << target;
    EXPECT_EQ(once(get("/storage/products/x.webp")).status, 200);
    EXPECT_EQ(once(get("/a/")).status, 200);
    EXPECT_EQ(once(get("http://shop/a?b=c")).status, 200);
}

TEST_F(Strictness, speaks_http_1_0_with_who_asks_for_it)
{
    RawClient client(serve({route(Method::get, "/a", says("a"))}));
    const auto kept = client.ask("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->header("connection"), "keep-alive");
    const auto last = client.ask("GET /a HTTP/1.0\r\n\r\n");
    ASSERT_TRUE(last);
    EXPECT_EQ(last->header("connection"), "close");
    EXPECT_TRUE(client.closed());
}

} // namespace
} // namespace enstore::http

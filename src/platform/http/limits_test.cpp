#include "platform/http/json.hpp"
#include "platform/http/server_fixture_for_tests.hpp"
#include "platform/metrics/metrics.hpp"

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

namespace enstore::http
{
namespace
{

using testing::HasSubstr;

long resident_pages()
{
    std::ifstream file("/proc/self/statm");
    long total = 0;
    long resident = 0;
    file >> total >> resident;
    return resident;
}

class Bounds : public ServerTest
{
protected:
    static Result<Response> read_fields(const Request& request)
    {
        const auto fields = TRY(Fields::of(request));
        return ok_message(fields.has("a") ? "has a" : "has no a");
    }
};

TEST_F(Bounds, S15_refuses_a_body_of_10_MB_and_stays_small)
{
    serve({route(Method::post, "/a", &read_fields)});
    // Made before the first look: the requests themselves are the test's own memory.
    const std::string big(10'000'000, 'x'); // NOLINT(bugprone-string-constructor): its size is the test
    const std::string whole = post("/a", big);
    const std::string head = "POST /a HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string one_chunk = head + "989680\r\n" + big;
    std::string many_chunks = head;
    for (int i = 0; i < 100; ++i)
        many_chunks += "400\r\n" + std::string(1024, 'y') + "\r\n";
    many_chunks += "0\r\n\r\n";
    const long before = resident_pages();
    const auto told = once(whole);
    EXPECT_EQ(told.status, 413);
    EXPECT_EQ(told.header("connection"), "close");
    EXPECT_THAT(told.body, HasSubstr("Ukuran berkas melebihi batas"));
    EXPECT_EQ(once(one_chunk).status, 413);
    EXPECT_EQ(once(many_chunks).status, 413);
    EXPECT_LT(resident_pages() - before, (16L << 20U) / 4096);
}

TEST_F(Bounds, S15_gives_each_route_its_own_body_limit)
{
    Route hook = route(Method::post, "/hook", &read_fields);
    hook.body_limit = 256 * 1024;
    serve({hook, route(Method::post, "/a", &read_fields)});
    const std::string body = R"({"a":")" + std::string(100 * 1024, 'x') + "\"}";
    EXPECT_EQ(once(post("/hook", body)).status, 200);
    EXPECT_EQ(once(post("/a", body)).status, 413);
}

TEST_F(Bounds, S15_refuses_json_that_is_10000_deep)
{
    serve({route(Method::post, "/a", &read_fields)});
    const std::string deep = R"({"a":)" + std::string(10'000, '[') + std::string(10'000, ']') + "}";
    EXPECT_EQ(once(post("/a", deep)).status, 400);
    EXPECT_EQ(once(post("/a", R"({"a":1})")).status, 200);
}

TEST_F(Bounds, S15_refuses_giant_headers_and_addresses)
{
    serve({route(Method::get, "/a", says("a"))});
    EXPECT_EQ(once(get("/a", "X-Big: " + std::string(20'000, 'x') + "\r\n")).status, 431);
    EXPECT_EQ(once(get("/a", "X-Big: " + std::string(1'000'000, 'x') + "\r\n")).status, 431);
    EXPECT_EQ(once(get("/" + std::string(9'000, 'x'))).status, 414);
    EXPECT_EQ(once(get("/" + std::string(1'000'000, 'x'))).status, 414);
    std::string many;
    for (int i = 0; i < 200; ++i)
        many += "X-" + std::to_string(i) + ": 1\r\n";
    EXPECT_EQ(once(get("/a", many)).status, 431);
}

TEST_F(Bounds, S15_answers_408_to_who_sends_too_slowly)
{
    config.limits.header_deadline_s = 1;
    config.limits.body_deadline_s = 1;
    RawClient slow_head(serve({route(Method::post, "/a", &read_fields)}));
    RawClient slow_body(server->port());
    slow_head.send("POST /a HT");
    slow_body.send("POST /a HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\n1234");
    for (auto* client : {&slow_head, &slow_body}) {
        const auto answer = client->read();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 408);
        EXPECT_TRUE(client->closed());
    }
}

TEST_F(Bounds, closes_an_idle_connection_without_a_word)
{
    config.limits.idle_deadline_s = 1;
    RawClient fresh(serve({route(Method::get, "/a", says("a"))}));
    RawClient used(server->port());
    ASSERT_TRUE(used.ask(get("/a")));
    EXPECT_TRUE(fresh.closed());
    EXPECT_TRUE(used.closed());
}

TEST_F(Bounds, asks_for_the_body_only_when_it_would_take_it)
{
    RawClient client(serve({route(Method::post, "/a", &read_fields)}));
    client.send("POST /a HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n");
    const auto go_on = client.read();
    ASSERT_TRUE(go_on);
    EXPECT_EQ(go_on->status, 100);
    const auto answer = client.ask(R"({"a":1})");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(once("POST /a HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n").status,
              413);
}

TEST_F(Bounds, turns_connections_away_when_all_seats_are_taken)
{
    config.limits.connections = 2;
    const int port = serve({route(Method::get, "/a", says("a"))});
    RawClient first(port);
    RawClient second(port);
    ASSERT_TRUE(first.ask(get("/a")));
    ASSERT_TRUE(second.ask(get("/a")));
    RawClient third(port);
    const auto refused = third.read();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503);
    EXPECT_EQ(refused->header("retry-after"), "2");
    EXPECT_TRUE(third.closed());
}

TEST_F(Bounds, answers_503_at_once_when_the_queue_of_handlers_is_full)
{
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    int inside = 0;
    const auto blocks = [&](const Request&) -> Result<Response> {
        std::unique_lock lock(mutex);
        ++inside;
        changed.notify_all();
        changed.wait(lock, [&] { return open; });
        return ok_message("done");
    };
    config.handler_threads = 1;
    config.limits.queue = 1;
    const int port = serve({route(Method::get, "/blocks", blocks), inline_route("/inline", says("alive"))});
    RawClient running(port);
    running.send(get("/blocks"));
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return inside == 1; });
    }
    // One more waits in the queue. Which of the next two got the seat does not matter: the other one is refused.
    RawClient second(port);
    RawClient third(port);
    second.send(get("/blocks"));
    third.send(get("/blocks"));
    std::optional<RawAnswer> refused;
    RawClient* waiting = nullptr;
    for (int i = 0; i < 100 && !refused; ++i) {
        refused = second.read(false, std::chrono::milliseconds{50});
        waiting = refused ? &third : &second;
        if (!refused) refused = third.read(false, std::chrono::milliseconds{50});
    }
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503);
    EXPECT_FALSE(refused->header("retry-after").empty());
    EXPECT_EQ(once(get("/inline")).body, "alive");
    {
        const std::lock_guard lock(mutex);
        open = true;
    }
    changed.notify_all();
    for (auto* client : {&running, waiting}) {
        const auto answer = client->read();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 200);
    }
}

} // namespace
} // namespace enstore::http

#include "platform/http/json.hpp"
#include "platform/http/server_fixture_for_tests.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace enstore::http
{
namespace
{

class Draining : public ServerTest
{
};

TEST_F(Draining, ends_idle_connections_at_once)
{
    const int port = serve({route(Method::get, "/a", says("a"))});
    RawClient fresh(port);
    RawClient used(port);
    ASSERT_TRUE(used.ask(get("/a")));
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(server->drain());
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{5});
    EXPECT_TRUE(fresh.closed());
    EXPECT_TRUE(used.closed());
    EXPECT_THROW(RawClient{port}, std::runtime_error);
}

TEST_F(Draining, lets_a_running_request_end_and_says_close)
{
    std::mutex mutex;
    std::condition_variable changed;
    bool inside = false;
    bool open = false;
    const auto blocks = [&](const Request&) -> Result<Response> {
        std::unique_lock lock(mutex);
        inside = true;
        changed.notify_all();
        changed.wait(lock, [&] { return open; });
        return ok_message("done");
    };
    RawClient client(serve({route(Method::get, "/blocks", blocks)}));
    client.send(get("/blocks"));
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return inside; });
    }
    bool drained = false;
    std::thread drainer([&] { drained = server->drain(); });
    // The listening socket is closed before running requests are waited for.
    for (bool listening = true; listening;) {
        try {
            RawClient probe(server->port());
            listening = !probe.closed(std::chrono::milliseconds{10});
        } catch (const std::runtime_error&) {
            listening = false;
        }
    }
    {
        const std::lock_guard lock(mutex);
        open = true;
    }
    changed.notify_all();
    const auto answer = client.read();
    drainer.join();
    EXPECT_TRUE(drained);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->header("connection"), "close");
    EXPECT_TRUE(client.closed());
}

TEST_F(Draining, cuts_off_what_outlasts_its_patience)
{
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    bool inside = false;
    const auto blocks = [&](const Request&) -> Result<Response> {
        std::unique_lock lock(mutex);
        inside = true;
        changed.notify_all();
        changed.wait(lock, [&] { return open; });
        return ok_message("done");
    };
    RawClient client(serve({route(Method::get, "/blocks", blocks)}));
    client.send(get("/blocks"));
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return inside; });
    }
    EXPECT_FALSE(server->drain(std::chrono::seconds{0}));
    EXPECT_TRUE(client.closed());
    {
        const std::lock_guard lock(mutex);
        open = true;
    }
    changed.notify_all();
    server.reset();
}

/// Requests of many connections, again and again, until the server is gone.
void ask_until_closed(int port, const std::string& bytes, std::atomic<int>& whole, std::atomic<int>& broken)
{
    try {
        RawClient client(port);
        for (;;) {
            client.send(bytes);
            const auto answer = client.read();
            if (!answer) return;
            if (answer->status != 200 || answer->body != "12345") ++broken;
            ++whole;
            if (answer->header("connection") == "close") return;
        }
    } catch (const std::runtime_error&) {
        // The server stopped listening first.
    }
}

TEST_F(Draining, survives_200_drains_under_load)
{
    std::atomic<int> whole{0};
    std::atomic<int> broken{0};
    for (int round = 0; round < 200; ++round) {
        const int port = serve({route(Method::get, "/pool", says("12345")), inline_route("/inline", says("12345"))});
        std::vector<std::thread> clients;
        for (int i = 0; i < 6; ++i)
            clients.emplace_back(
                [&, path = i % 2 == 0 ? "/pool" : "/inline"] { ask_until_closed(port, get(path), whole, broken); });
        const int wanted = whole + 3;
        while (whole < wanted)
            std::this_thread::yield();
        EXPECT_TRUE(server->drain()) << round;
        for (auto& client : clients)
            client.join();
        server.reset();
    }
    EXPECT_EQ(broken, 0);
    EXPECT_GE(whole, 600);
}

} // namespace
} // namespace enstore::http

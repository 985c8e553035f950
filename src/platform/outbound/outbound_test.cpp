#include "platform/db/db.hpp"
#include "platform/metrics/metrics.hpp"
#include "platform/outbound/outbound.hpp"
#include "tests/support/raw_server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace enstore::outbound
{
namespace
{

using Kind = Outcome::Kind;
using std::chrono::milliseconds;
using support::RawPeer;
using support::RawServer;

Call call_to(std::string url, milliseconds timeout = milliseconds{5'000})
{
    return Call{.label = "test.call",
                .method = "POST",
                .url = std::move(url),
                .headers = {{"Content-Type", "application/json"}},
                .body = R"({"ref_id":"rahasia"})",
                .connect_timeout = timeout,
                .total_timeout = timeout};
}

TEST(Outbound, a_complete_answer_is_answered_whatever_its_status)
{
    std::string seen;
    RawServer server([&](RawPeer& peer, int) {
        seen = peer.read_request().value_or("");
        peer.answer(400, R"({"data":{"rc":"41"}})");
    });
    Client client;
    const auto outcome = client.send(call_to(server.url("/v1/transaction?a=b")));
    EXPECT_EQ(outcome.kind, Kind::answered);
    EXPECT_EQ(outcome.status, 400);
    EXPECT_EQ(outcome.body, R"({"data":{"rc":"41"}})");
    EXPECT_EQ(outcome.problem, "");
    EXPECT_TRUE(seen.starts_with("POST /v1/transaction?a=b HTTP/1.1\r\n")) << seen;
    EXPECT_NE(seen.find("Content-Type: application/json\r\n"), std::string::npos) << seen;
    EXPECT_TRUE(seen.ends_with("\r\n\r\n{\"ref_id\":\"rahasia\"}")) << seen;
    EXPECT_EQ(seen.find("Expect:"), std::string::npos) << seen;
}

TEST(Outbound, sends_the_other_methods)
{
    std::atomic<int> number{0};
    std::vector<std::string> seen(3);
    RawServer server([&](RawPeer& peer, int) {
        while (const auto request = peer.read_request()) {
            seen.at(static_cast<std::size_t>(number++)) = *request;
            peer.answer(200, "");
        }
    });
    Client client;
    auto call = call_to(server.url("/get"));
    call.method = "GET";
    call.body.clear();
    EXPECT_TRUE(client.send(call).answered());
    call.method = "DELETE";
    EXPECT_TRUE(client.send(call).answered());
    call.method = "PUT";
    call.body = "x=1";
    EXPECT_TRUE(client.send(call).answered());
    EXPECT_TRUE(seen[0].starts_with("GET /get HTTP/1.1\r\n")) << seen[0];
    EXPECT_TRUE(seen[1].starts_with("DELETE /get HTTP/1.1\r\n")) << seen[1];
    EXPECT_TRUE(seen[2].starts_with("PUT /get HTTP/1.1\r\n")) << seen[2];
    EXPECT_TRUE(seen[2].ends_with("\r\n\r\nx=1")) << seen[2];
    EXPECT_EQ(server.connections(), 1);
}

TEST(Outbound, F10_a_refused_connection_is_proven_not_sent)
{
    Client client;
    const auto outcome = client.send(call_to("http://127.0.0.1:" + std::to_string(RawServer::closed_port()) + "/"));
    EXPECT_EQ(outcome.kind, Kind::not_sent);
    EXPECT_NE(outcome.problem, "");
    EXPECT_EQ(outcome.problem.find("rahasia"), std::string::npos);
}

TEST(Outbound, F10_a_name_that_does_not_exist_is_proven_not_sent)
{
    Client client;
    EXPECT_EQ(client.send(call_to("http://tidak-ada.invalid/", milliseconds{2'000})).kind, Kind::not_sent);
    EXPECT_EQ(client.send(call_to("ftp://127.0.0.1/")).kind, Kind::not_sent);
    EXPECT_EQ(client.send(call_to("file:///etc/hostname")).kind, Kind::not_sent);
    EXPECT_EQ(client.send(call_to("no url at all")).kind, Kind::not_sent);
}

TEST(Outbound, F10_a_reset_before_the_request_is_read_is_unknown_for_bytes_may_have_left)
{
    RawServer server([](RawPeer& peer, int) { peer.reset_at_end(); });
    Client client;
    EXPECT_EQ(client.send(call_to(server.url())).kind, Kind::unknown);
}

TEST(Outbound, F10_a_reset_during_the_tls_handshake_is_proven_not_sent)
{
    RawServer server([](RawPeer& peer, int) { peer.reset_at_end(); });
    Client client;
    const auto outcome = client.send(call_to("https://127.0.0.1:" + std::to_string(server.port()) + "/"));
    EXPECT_EQ(outcome.kind, Kind::not_sent);
}

TEST(Outbound, F09_a_connection_lost_after_the_request_is_unknown)
{
    RawServer reset([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.reset_at_end();
    });
    RawServer closed([](RawPeer& peer, int) { (void)peer.read_request(); });
    Client client;
    EXPECT_EQ(client.send(call_to(reset.url())).kind, Kind::unknown);
    EXPECT_EQ(client.send(call_to(closed.url())).kind, Kind::unknown);
    EXPECT_EQ(reset.connections(), 1);
    EXPECT_EQ(closed.connections(), 1);
}

TEST(Outbound, F09_an_answer_that_comes_too_late_is_unknown)
{
    RawServer server([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.wait_for_close();
    });
    Client client;
    const auto outcome = client.send(call_to(server.url(), milliseconds{150}));
    EXPECT_EQ(outcome.kind, Kind::unknown);
    EXPECT_GE(outcome.took, milliseconds{140});
    EXPECT_LT(outcome.took, milliseconds{4'000});
}

TEST(Outbound, F09_an_answer_that_trickles_is_bounded_by_the_deadline)
{
    RawServer server([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\":");
        peer.wait_for_close();
    });
    Client client;
    EXPECT_EQ(client.send(call_to(server.url(), milliseconds{150})).kind, Kind::unknown);
}

TEST(Outbound, a_server_that_never_finishes_the_tls_handshake_is_proven_not_sent)
{
    RawServer server([](RawPeer& peer, int) { peer.wait_for_close(); });
    Client client;
    const auto outcome =
        client.send(call_to("https://127.0.0.1:" + std::to_string(server.port()) + "/", milliseconds{150}));
    EXPECT_EQ(outcome.kind, Kind::not_sent);
}

TEST(Outbound, F12_a_truncated_body_is_unknown)
{
    RawServer short_body([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"data\":{\"rc\":\"02\"}}");
    });
    RawServer short_chunk([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{\"data\":{\"rc\":\"02\"}}\r\n");
    });
    RawServer no_http([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.write("hello, this is no HTTP\r\n\r\n");
    });
    Client client;
    for (const auto* server : {&short_body, &short_chunk, &no_http}) {
        const auto outcome = client.send(call_to(server->url()));
        EXPECT_EQ(outcome.kind, Kind::unknown);
        EXPECT_EQ(outcome.body, "");
    }
}

TEST(Outbound, S47_an_answer_beyond_its_limit_is_unknown)
{
    RawServer announced([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.answer(200, std::string(5'000, 'x'));
    });
    RawServer endless([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\n\r\n");
        while (peer.write(std::string(4'096, 'x'))) {
        }
    });
    RawServer headers([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\n");
        while (peer.write("X-Filler: " + std::string(1'000, 'x') + "\r\n")) {
        }
    });
    Client client;
    for (const auto* server : {&announced, &endless, &headers}) {
        auto call = call_to(server->url());
        call.answer_limit = 4'999;
        const auto outcome = client.send(call);
        EXPECT_EQ(outcome.kind, Kind::unknown);
        EXPECT_EQ(outcome.body, "");
        EXPECT_EQ(outcome.problem, "the answer is longer than its limit");
    }
    auto call = call_to(announced.url());
    call.answer_limit = 5'000;
    EXPECT_EQ(client.send(call).body.size(), 5'000U);
}

TEST(Outbound, F12_a_proxys_502_page_is_answered_and_left_to_the_caller)
{
    RawServer server([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.answer(502, "<html><h1>502 Bad Gateway</h1></html>", "text/html");
    });
    Client client;
    const auto outcome = client.send(call_to(server.url()));
    EXPECT_EQ(outcome.kind, Kind::answered);
    EXPECT_EQ(outcome.status, 502);
    EXPECT_EQ(outcome.body, "<html><h1>502 Bad Gateway</h1></html>");
}

TEST(Outbound, redirects_are_not_followed)
{
    RawServer target([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.answer(200, "{}");
    });
    RawServer server([&](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.write("HTTP/1.1 307 Elsewhere\r\nLocation: " + target.url() + "\r\nContent-Length: 0\r\n\r\n");
    });
    Client client;
    const auto outcome = client.send(call_to(server.url()));
    EXPECT_EQ(outcome.kind, Kind::answered);
    EXPECT_EQ(outcome.status, 307);
    EXPECT_EQ(target.connections(), 0);
}

TEST(Outbound, a_kept_connection_is_used_again)
{
    RawServer server([](RawPeer& peer, int) {
        while (peer.read_request())
            peer.answer(200, "{}");
    });
    Client client;
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(client.send(call_to(server.url())).answered());
    EXPECT_EQ(server.connections(), 1);
}

TEST(Outbound, F09_a_request_on_a_kept_connection_that_dies_is_not_sent_again)
{
    std::atomic<int> requests{0};
    RawServer server([&](RawPeer& peer, int) {
        if (peer.read_request()) ++requests;
        peer.answer(200, "{}");
        if (peer.read_request()) ++requests; // taken, and the connection closed without a word
    });
    Client client;
    EXPECT_TRUE(client.send(call_to(server.url())).answered());
    EXPECT_EQ(client.send(call_to(server.url())).kind, Kind::unknown);
    EXPECT_EQ(requests, 2);
    EXPECT_TRUE(client.send(call_to(server.url())).answered()); // and the next call starts afresh
}

TEST(Outbound, a_connection_the_peer_closed_meanwhile_is_replaced)
{
    RawServer server([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.answer(200, "{}");
    });
    Client client;
    // The server closes after each answer; however the race between its close and our next call ends, nothing is ever
    // reported as not sent, and a fresh connection serves in the end.
    int answered = 0;
    for (int i = 0; i < 20; ++i) {
        const auto outcome = client.send(call_to(server.url()));
        EXPECT_NE(outcome.kind, Kind::not_sent);
        if (outcome.answered()) ++answered;
    }
    EXPECT_GE(answered, 10); // never two losses in a row: after one, the connection is new
}

TEST(Outbound, a_header_with_a_line_break_is_refused)
{
    Client client;
    auto call = call_to("http://127.0.0.1:1/");
    call.headers.emplace_back("X-Note", "a\r\nX-Injected: b");
    EXPECT_THROW((void)client.send(call), std::invalid_argument);
}

TEST(Outbound, many_threads_call_at_once_and_each_gets_its_own_answer)
{
    RawServer server([](RawPeer& peer, int) {
        while (const auto request = peer.read_request())
            peer.answer(200, request->substr(request->find("\r\n\r\n") + 4));
    });
    Client client;
    std::atomic<int> right{0};
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                auto call = call_to(server.url());
                call.body = std::to_string(t * 1'000 + i);
                if (client.send(call).body == call.body) ++right;
            }
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(right, 200);
    EXPECT_LE(server.connections(), 8);
}

TEST(Outbound, every_call_is_counted_by_label_kind_and_status)
{
    RawServer server([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.answer(200, "{}");
    });
    Client client;
    auto call = call_to(server.url());
    call.label = "test.counted";
    (void)client.send(call);
    call.url = "http://127.0.0.1:" + std::to_string(RawServer::closed_port()) + "/";
    (void)client.send(call);
    EXPECT_EQ(metrics::counter_value("enstore_outbound_total",
                                     {{"label", "test.counted"}, {"kind", "answered"}, {"status", "200"}}),
              1);
    EXPECT_EQ(metrics::counter_value("enstore_outbound_total",
                                     {{"label", "test.counted"}, {"kind", "not_sent"}, {"status", "none"}}),
              1);
    EXPECT_NE(metrics::render().find("enstore_outbound_seconds_count{label=\"test.counted\"} 2"), std::string::npos);
}

TEST(Outbound, a_call_inside_a_database_transaction_is_a_bug)
{
    const auto database = db::Database::open({.dialect = db::Dialect::sqlite, .sqlite_path = ":memory:"});
    Client client;
    EXPECT_THROW(database->transact([&](db::Tx&) { (void)client.send(call_to("http://127.0.0.1:1/")); }),
                 std::logic_error);
    EXPECT_EQ(client.send(call_to("http://127.0.0.1:1/")).kind, Kind::not_sent);
}

} // namespace
} // namespace enstore::outbound

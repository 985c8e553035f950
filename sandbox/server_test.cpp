#include "platform/http/http.hpp"
#include "platform/outbound/outbound.hpp"
#include "sandbox/testing.hpp"

#include <mutex>

namespace enstore::sandbox
{
namespace
{

using ::testing::ElementsAre;
using testing_support::order_body;

/// A store's webhook route: keeps what arrives.
class Receiver
{
public:
    Receiver()
        : server_(
              serving(),
              {{.method = http::Method::post,
                .pattern = "/hook",
                .role = http::Role::anyone,
                .rate = http::RateClass::none,
                .handler = [this](const http::Request& request) { return take(request); }}},
              [](std::string_view) { return std::nullopt; }, clock_)
    {
        server_.start();
    }
    ~Receiver() { server_.drain(std::chrono::seconds{2}); }
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()) + "/hook"; }
    std::vector<http::Request> taken() const
    {
        const std::lock_guard lock(mutex_);
        return taken_;
    }

private:
    static http::ServerConfig serving()
    {
        http::ServerConfig config;
        config.port = 0;
        config.io_threads = 1;
        config.handler_threads = 2;
        config.rate_limits = false;
        config.access_log = false;
        return config;
    }
    Result<http::Response> take(const http::Request& request)
    {
        const std::lock_guard lock(mutex_);
        taken_.push_back(request);
        http::Response thanks;
        thanks.body = "{}";
        return thanks;
    }

    mutable std::mutex mutex_;
    std::vector<http::Request> taken_;
    SystemClock clock_;
    http::Server server_;
};

class SandboxServer : public ::testing::Test
{
protected:
    SandboxServer() { start(); }

    void start()
    {
        auto config = testing_support::test_config(folder_.path());
        config.webhook_url = receiver_.url();
        config.callback_delay = std::chrono::hours{1}; // only `flush` and the moved clock end an order
        sandbox_ = std::make_unique<Sandbox>(config, clock_);
        sandbox_->start();
    }

    outbound::Outcome send(const std::string& method, const std::string& path, const std::string& body = {})
    {
        outbound::Call call;
        call.label = "test";
        call.method = method;
        call.url = "http://127.0.0.1:" + std::to_string(sandbox_->port()) + path;
        call.body = body;
        call.headers = {{"Content-Type", "application/json"}};
        return client_.send(call);
    }
    json::value post(const std::string& path, const json::value& body)
    {
        const auto outcome = send("POST", path, json::serialize(body));
        return outcome.answered() ? json::parse(outcome.body) : json::value(nullptr);
    }
    json::value get(const std::string& path)
    {
        const auto outcome = send("GET", path);
        return outcome.answered() ? json::parse(outcome.body) : json::value(nullptr);
    }
    std::vector<std::string> events() const
    {
        std::vector<std::string> events;
        for (const auto& request : receiver_.taken())
            events.emplace_back(request.header("x-digiflazz-event"));
        return events;
    }

    testing_support::Folder folder_;
    ManualClock clock_;
    outbound::Client client_;
    Receiver receiver_;
    std::unique_ptr<Sandbox> sandbox_;
};

TEST_F(SandboxServer, sells_over_http_and_signs_its_webhooks_over_the_raw_bytes)
{
    const auto ask = testing_support::with(order_body("INV-20260101-0001", "087800001233"), "testing", true);
    EXPECT_EQ(post("/v1/transaction", ask).at("data").at("rc"), "03");
    EXPECT_EQ(send("POST", "/_sandbox/webhooks/flush").status, 200);

    // The last one is the vector of digiflazz.md 13, byte for byte.
    const auto taken = receiver_.taken();
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_THAT(events(), ElementsAre("create", "update"));
    EXPECT_EQ(taken[1].body,
              R"({"data":{"ref_id":"INV-20260101-0001","customer_no":"087800001233","buyer_sku_code":"xld10",)"
              R"("message":"Transaksi Sukses","status":"Sukses","rc":"00","buyer_last_saldo":990000,"sn":"1234567890",)"
              R"("price":10000,"tele":"@contoh","wa":"081200000000"}})");
    EXPECT_EQ(taken[1].header("x-hub-signature"), "sha1=47a1489c954b1c584bdda9ef696caec86d2ec9f4");
    EXPECT_EQ(taken[1].header("user-agent"), "Digiflazz-Hookshot");
    EXPECT_EQ(taken[0].header("x-hub-signature"), "sha1=" + crypto::hmac_sha1("rahasia-webhook", taken[0].body));
}

TEST_F(SandboxServer, counts_requests_and_deliveries_for_each_ref_id)
{
    EXPECT_EQ(send("GET", "/_sandbox/orders?ref_id=R-1").status, 404);
    post("/transaction", order_body("R-1", "087811112222"));
    post("/transaction", order_body("R-1", "087811112222"));
    auto order = get("/_sandbox/orders?ref_id=R-1");
    EXPECT_EQ(order.at("requests"), 2);
    EXPECT_EQ(order.at("deliveries"), 0);
    EXPECT_EQ(order.at("status"), "Pending");
    post("/_sandbox/clock", {{"advance_s", 3601}});
    order = get("/_sandbox/orders?ref_id=R-1");
    EXPECT_EQ(order.at("deliveries"), 1);
    EXPECT_EQ(order.at("status"), "Sukses");
    post("/transaction", order_body("R-2", "087811112222", "none"));
    EXPECT_EQ(get("/_sandbox/orders").as_array().size(), 2U);
    EXPECT_EQ(get("/_sandbox/orders?limit=1").as_array().at(0).at("ref_id"), "R-2");

    EXPECT_EQ(post("/_sandbox/settle", {{"ref_id", "R-1"}, {"rc", "74"}}).at("status"), "Gagal");
    EXPECT_EQ(get("/_sandbox/deposit").at("deposit"), 100'000'000);
    EXPECT_EQ(send("POST", "/_sandbox/settle", R"({"ref_id":"R-2","rc":"00"})").status, 404);
}

TEST_F(SandboxServer, keeps_due_webhooks_over_a_restart)
{
    post("/_sandbox/settings", {{"webhook_create", false}});
    post("/transaction", order_body("R-1", "087800001233"));
    sandbox_.reset();
    start();
    EXPECT_EQ(get("/_sandbox/orders?ref_id=R-1").at("status"), "Pending");
    EXPECT_EQ(post("/_sandbox/webhooks/flush", json::object{}).at("sent"), 1);
    EXPECT_THAT(events(), ElementsAre("update"));
    EXPECT_EQ(get("/_sandbox/webhooks?ref_id=R-1").as_array().at(0).at("state"), "sent");
}

TEST_F(SandboxServer, closes_the_connection_instead_of_answering)
{
    post("/_sandbox/faults", {{"fault", "drop_after_accept"}, {"match", {{"ref_id", "R-1"}}}});
    const auto lost = send("POST", "/transaction", json::serialize(order_body("R-1", "087811112222")));
    EXPECT_EQ(lost.kind, outbound::Outcome::Kind::unknown);
    EXPECT_EQ(get("/_sandbox/orders?ref_id=R-1").at("status"), "Pending");
    post("/_sandbox/faults", {{"fault", "truncated_json"}, {"times", 2}});
    EXPECT_EQ(get("/_sandbox/faults").as_array().size(), 1U);
    EXPECT_EQ(send("DELETE", "/_sandbox/faults").status, 200);
    EXPECT_EQ(post("/transaction", order_body("R-1", "087811112222")).at("data").at("rc"), "03");
    EXPECT_EQ(send("POST", "/_sandbox/faults", R"({"fault":"none"})").status, 400);
}

TEST_F(SandboxServer, forges_signatures_and_loses_webhooks_when_told_to)
{
    post("/_sandbox/faults", {{"fault", "bad_signature_webhook"}});
    post("/_sandbox/settings", {{"webhook_create", "off"}});
    post("/transaction", order_body("R-1", "087800001233"));
    post("/_sandbox/webhooks/flush", json::object{});
    ASSERT_EQ(receiver_.taken().size(), 1U);
    const auto forged = receiver_.taken()[0];
    EXPECT_NE(forged.header("x-hub-signature"), "sha1=" + crypto::hmac_sha1("rahasia-webhook", forged.body));
    post("/_sandbox/settings", {{"webhook_loss_percent", 100}});
    post("/transaction", order_body("R-2", "087800001233"));
    EXPECT_EQ(post("/_sandbox/webhooks/flush", json::object{}).at("sent"), 0);
    EXPECT_EQ(get("/_sandbox/webhooks?ref_id=R-2").as_array().at(0).at("state"), "lost");
}

TEST_F(SandboxServer, pings_the_store)
{
    EXPECT_EQ(post("/_sandbox/ping", json::object{}).at("answer"), 200);
    EXPECT_THAT(events(), ElementsAre("ping"));
    EXPECT_FALSE(json::parse(receiver_.taken()[0].body).as_object().contains("data"));
}

TEST_F(SandboxServer, changes_deposit_settings_and_items_and_says_what_is_wrong)
{
    EXPECT_EQ(post("/_sandbox/deposit", {{"deposit", 5'000}}).at("deposit"), 5'000);
    EXPECT_EQ(post("/transaction", order_body("R-1", "087811112222")).at("data").at("rc"), "44");
    EXPECT_EQ(post("/_sandbox/settings", {{"deposit", 50'000}, {"cut_off", "off"}}).at("cut_off"), false);
    EXPECT_EQ(post("/_sandbox/items", {{"sku", "xld10"}, {"price", 12'000}}).at("price"), 12'000);
    EXPECT_EQ(post("/transaction", order_body("R-1", "087811112222")).at("data").at("price"), 12'000);
    for (const auto* bad : {R"({"deposit":-1})", R"({"refusal_status":300})", R"({"nothing":1})", "[]", "{"})
        EXPECT_EQ(send("POST", "/_sandbox/settings", bad).status, 400) << bad;
    EXPECT_EQ(send("POST", "/_sandbox/clock", R"({"advance_s":"1"})").status, 400);
    EXPECT_EQ(send("POST", "/_sandbox/items", R"({"sku":"none"})").status, 404);
}

TEST(SandboxAddress, refuses_anything_but_loopback)
{
    const ManualClock clock;
    Config config;
    config.address = "0.0.0.0";
    EXPECT_THROW(Sandbox(config, clock), std::invalid_argument);
    config.address = "127.0.0.2";
    EXPECT_NO_THROW(Sandbox(config, clock));
}

} // namespace
} // namespace enstore::sandbox

#include "orders/webhook.hpp"

#include "orders/orders_fixture.hpp"
#include "platform/crypto/crypto.hpp"

namespace enstore::orders
{
namespace
{

using testing_shop::InTheShop;

constexpr db::Query stored{"test.callbacks", "SELECT COUNT(*) FROM payment_callbacks WHERE is_valid = ?"};
constexpr db::Query unprocessed{"test.unprocessed",
                                "SELECT COUNT(*) FROM payment_callbacks WHERE processed = ? AND is_valid = 1"};
constexpr db::Query entries_of{"test.entries_of", "SELECT COUNT(*) FROM ledger_entries WHERE transaction_id = ?"};

class TakingAWebhook : public InTheShop
{
protected:
    void SetUp() override
    {
        clock.set(shop.now);
        buyer = shop.buyer("alice", 50'000_idr);
        order = shop.sent(shop.place(shop.wish(buyer, shop.item("s5"))).value());
    }
    Deps deps()
    {
        return {.database = shop.db(),
                .supplier = supplier,
                .clock = clock,
                .zone = shop.zone,
                .public_url = "http://shop"};
    }
    std::string body(const std::string& rc, const std::string& status, const std::string& ref)
    {
        return R"({"data":{"ref_id":")" + ref + R"(","customer_no":")" + order.customer_no.value() +
               R"(","buyer_sku_code":"s5","status":")" + status + R"(","rc":")" + rc +
               R"(","sn":"SN-1","price":9900,"message":"x"}})";
    }
    int deliver(const std::string& raw, const std::string& secret = "hook")
    {
        http::Request request;
        request.method = http::Method::post;
        request.path = "/api/webhooks/digiflazz";
        request.body = raw;
        request.client_ip = "52.74.250.133";
        request.request_id = "req-" + std::to_string(++requests);
        request.headers = {{"x-digiflazz-event", "update"}};
        if (!secret.empty()) request.headers.emplace_back("x-hub-signature", "sha1=" + crypto::hmac_sha1(secret, raw));
        return supplier_webhook(deps(), request).value().status;
    }

    ManualClock clock;
    outbound::Client http;
    digiflazz::Client supplier{{.base_url = "http://127.0.0.1:1",
                                .username = "toko",
                                .api_key = Secret{"k"},
                                .webhook_secret = Secret{"hook"},
                                .testing = false,
                                .callback_url = {}},
                               http};
    UserId buyer;
    Order order;
    std::atomic<int> requests{0};
};

TEST_P(TakingAWebhook, ends_the_order_and_keeps_the_delivery)
{
    EXPECT_EQ(deliver(body("00", "Sukses", order.code)), 200);
    EXPECT_EQ(shop.order(order.id).status, Status::success);
    EXPECT_EQ(shop.count(stored, 1), 1);
    EXPECT_EQ(shop.count(unprocessed, 0), 0);
}

TEST_P(TakingAWebhook, S39_refuses_what_is_not_signed_over_its_very_bytes)
{
    const auto raw = body("00", "Sukses", order.code);
    EXPECT_EQ(deliver(raw, ""), 403);
    EXPECT_EQ(deliver(raw, "another secret"), 403);
    http::Request moved;
    moved.body = raw + " ";
    moved.request_id = "moved";
    moved.headers = {{"x-hub-signature", "sha1=" + crypto::hmac_sha1("hook", raw)}};
    EXPECT_EQ(supplier_webhook(deps(), moved).value().status, 403);
    EXPECT_EQ(shop.order(order.id).status, Status::processing);
    EXPECT_EQ(shop.count(stored, 0), 3); // kept as refused
    EXPECT_EQ(shop.count(stored, 1), 0);
}

TEST_P(TakingAWebhook, S40_a_replayed_delivery_has_no_second_effect)
{
    const auto raw = body("02", "Gagal", order.code);
    EXPECT_EQ(deliver(raw), 200);
    const auto entries = shop.count(entries_of, order.id.value);
    clock.advance(std::chrono::hours{24 * 365});
    EXPECT_EQ(deliver(raw), 200);
    EXPECT_EQ(shop.count(entries_of, order.id.value), entries);
    EXPECT_EQ(shop.count(stored, 1), 1);
    EXPECT_EQ(shop.balance(buyer), 50'000_idr);
}

TEST_P(TakingAWebhook, acknowledges_unknown_references_and_pings_without_effect)
{
    EXPECT_EQ(deliver(body("00", "Sukses", "ENS-20260220-UNKNOWNUNKNOWN22")), 200);
    EXPECT_EQ(deliver(R"({"sed":"x","hook_id":"h-1","hook":{"url":"u","secret":"s","type":"json","status":1}})"), 200);
    EXPECT_EQ(deliver("not json"), 400);
    EXPECT_EQ(shop.order(order.id).status, Status::processing);
    EXPECT_EQ(shop.count(unprocessed, 0), 0); // each has its reason
}

TEST_P(TakingAWebhook, stores_a_bounded_number_of_forgeries_a_day)
{
    constexpr db::Query fill{"test.fill", "INSERT INTO payment_callbacks (source, dedupe_key, body, ip_address, "
                                          "is_valid, created_at, updated_at) VALUES {rows}"};
    std::vector<std::vector<db::Param>> rows;
    for (int i = 0; i < 1'000; ++i)
        rows.push_back({"supplier", "k" + std::to_string(i), "b", "1.1.1.1", 0, shop.now, shop.now});
    shop.db().transact([&](db::Tx& tx) { return tx.insert_rows(fill, rows); });
    EXPECT_EQ(deliver(body("00", "Sukses", order.code), "forged"), 403);
    EXPECT_EQ(shop.count(stored, 0), 1'000);
}

TEST_P(TakingAWebhook, races_of_one_delivery_have_one_effect)
{
    const auto raw = body("02", "Gagal", order.code);
    std::atomic<int> good{0};
    support::run_threads(16, [&](int) {
        if (deliver(raw) == 200) ++good;
    });
    EXPECT_EQ(good, 16);
    EXPECT_EQ(shop.balance(buyer), 50'000_idr);
    EXPECT_EQ(shop.count(stored, 1), 1);
}

ENSTORE_ON_BOTH_BACKENDS(TakingAWebhook);

} // namespace
} // namespace enstore::orders

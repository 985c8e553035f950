#include "catalog/catalog.hpp"
#include "platform/outbound/outbound.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>

namespace enstore::catalog
{
namespace
{

constexpr const char* prepaid_answer =
    R"({"data":[{"product_name":"Axis 5.000","category":"Pulsa","brand":"AXIS","type":"Umum","seller_name":"S","price":5500,)"
    R"("buyer_sku_code":"ax5","buyer_product_status":true,"seller_product_status":true,"unlimited_stock":true,"stock":0,)"
    R"("multi":true,"start_cut_off":"0:0","end_cut_off":"0:0","desc":"-"}]})";
constexpr const char* postpaid_answer =
    R"({"data":[{"product_name":"PDAM Kota Contoh","category":"Pascabayar","brand":"PDAM","seller_name":"S","admin":2500,)"
    R"("commission":1000,"buyer_sku_code":"pdam","buyer_product_status":true,"seller_product_status":true,"desc":"-"}]})";
constexpr const char* too_often = R"({"data":{"rc":"83","message":"limitasi pengecekan pricelist"}})";

/// A supplier on a loopback socket, whose answers a test sets.
class SyncingFromTheSupplier : public testing::Test
{
protected:
    std::mutex mutex;
    std::string prepaid = prepaid_answer;
    std::string postpaid = postpaid_answer;
    std::atomic<int> asked{0};
    support::RawServer server{[this](support::RawPeer& peer, int) {
        while (const auto request = peer.read_request()) {
            ++asked;
            const std::lock_guard lock(mutex);
            const bool bills = request->find("\"pasca\"") != std::string::npos;
            if (!peer.answer(200, bills ? postpaid : prepaid)) return;
        }
    }};
    outbound::Client outbound;
    digiflazz::Client supplier{{.base_url = server.url(""),
                                .username = "user",
                                .api_key = Secret("key"),
                                .webhook_secret = Secret(""),
                                .callback_url = {}},
                               outbound};
    support::TestDatabase database;
    db::Database& db = database.db();
    ManualClock clock;

    Result<SyncReport> run(bool force = false) { return sync_from_supplier(db, supplier, clock, {}, force); }
    void answers(std::string prepaid_list, std::string postpaid_list)
    {
        const std::lock_guard lock(mutex);
        prepaid = std::move(prepaid_list);
        postpaid = std::move(postpaid_list);
    }
};

TEST_F(SyncingFromTheSupplier, asks_for_both_lists_and_keeps_them_for_an_hour)
{
    const auto first = run();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->items_created, 2);
    EXPECT_EQ(first->prepaid_source, "fetched");
    EXPECT_EQ(first->postpaid_source, "fetched");
    EXPECT_EQ(first->finished_at, clock.now());
    EXPECT_EQ(asked.load(), 2);

    clock.advance(std::chrono::minutes(59));
    const auto second = run();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->prepaid_source, "kept");
    EXPECT_EQ(second->items_created, 0);
    EXPECT_EQ(second->items_deactivated, 0);
    EXPECT_EQ(asked.load(), 2) << "the kept lists were used";

    ASSERT_TRUE(run(true));
    EXPECT_EQ(asked.load(), 4) << "force asks again";
    clock.advance(std::chrono::hours(1));
    EXPECT_EQ(run()->prepaid_source, "fetched");
    EXPECT_EQ(asked.load(), 6);
}

TEST_F(SyncingFromTheSupplier, writes_the_one_list_that_could_be_had)
{
    answers(prepaid_answer, too_often);
    const auto half = run();
    ASSERT_TRUE(half);
    EXPECT_EQ(half->items_created, 1);
    EXPECT_EQ(half->postpaid_source, "unavailable");

    answers(too_often, postpaid_answer);
    const auto rest = run();
    ASSERT_TRUE(rest);
    EXPECT_EQ(rest->prepaid_source, "kept");
    EXPECT_EQ(rest->postpaid_source, "fetched");
    EXPECT_EQ(rest->items_created, 1);
    EXPECT_EQ(rest->items_deactivated, 0);
}

TEST_F(SyncingFromTheSupplier, changes_nothing_when_neither_list_can_be_had)
{
    ASSERT_TRUE(run());
    clock.advance(std::chrono::hours(2));
    answers(too_often, too_often);
    const auto limited = run();
    ASSERT_FALSE(limited);
    EXPECT_TRUE(limited.error().is(digiflazz::price_list_too_often));

    answers("<html>502</html>", "{\"data\":");
    const auto broken = run();
    ASSERT_FALSE(broken);
    EXPECT_TRUE(broken.error().is(digiflazz::price_list_unavailable));

    static constexpr db::Query available{"test.available",
                                         "SELECT COUNT(id) FROM product_items WHERE stock_status = 'available'"};
    EXPECT_EQ(db.read([](db::Tx& tx) { return tx.number(available); }), 2);
    answers(prepaid_answer, postpaid_answer);
    EXPECT_TRUE(run()) << "a refused run gives the lease back";
}

} // namespace
} // namespace enstore::catalog

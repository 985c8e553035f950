#include "sandbox/testing.hpp"

#include <thread>
#include <vector>

namespace enstore::sandbox
{
namespace
{

using ::testing::ElementsAre;
using testing_support::order_body;
using testing_support::sign;
using testing_support::with;

class SandboxPrepaid : public testing_support::SupplierTest
{
protected:
    static constexpr std::int64_t opening = 100'000'000;
    static constexpr const char* any_number = "087811112222";
};

TEST(SandboxSignatures, are_the_vectors_of_the_specification)
{
    EXPECT_EQ(sign("depo"), "6fd95cfaa35c3ecdccac4b02f3dc7414");
    EXPECT_EQ(sign("pricelist"), "9ebec2458555898f451661281369d974");
    EXPECT_EQ(sign("deposit"), "5295a7eb636dab77c1e71ae35adb5d1d");
    EXPECT_EQ(sign("INV-20260101-0001"), "5b45bc34ba7cd1b52b9a68e3a399dfb4");
}

TEST_F(SandboxPrepaid, answers_the_test_numbers_with_fixed_values_in_test_mode)
{
    const auto test = [&](const std::string& ref, const std::string& number) {
        return data("/transaction", with(order_body(ref, number), "testing", true));
    };
    const auto success = test("T-1", "087800001230");
    EXPECT_EQ(json::serialize(success),
              R"({"ref_id":"T-1","customer_no":"087800001230","buyer_sku_code":"xld10","message":"Transaksi Sukses",)"
              R"("status":"Sukses","rc":"00","sn":"1234567890","buyer_last_saldo":990000,"price":10000,)"
              R"("tele":"@contoh","wa":"081200000000"})");
    const auto failure = test("T-2", "087800001232");
    EXPECT_EQ(failure.at("rc"), "02");
    EXPECT_EQ(failure.at("buyer_last_saldo"), 1'000'000);
    EXPECT_EQ(failure.at("price"), 10'000);
    EXPECT_FALSE(failure.contains("sn"));
    for (const auto* number : {"087800001233", "087800001234"}) {
        const auto pending = test(std::string("T-") + number, number);
        EXPECT_EQ(pending.at("rc"), "03");
        EXPECT_EQ(pending.at("status"), "Pending");
        EXPECT_EQ(pending.at("buyer_last_saldo"), 990'000);
        EXPECT_FALSE(pending.contains("sn"));
    }
    callbacks_pass();
    EXPECT_EQ(test("T-087800001233", "087800001233").at("sn"), "1234567890");
    EXPECT_EQ(test("T-087800001234", "087800001234").at("rc"), "02");
    EXPECT_EQ(deposit(), opening);
}

TEST_F(SandboxPrepaid, lets_test_numbers_decide_on_any_sku_and_charges_its_list_price)
{
    const auto pending = buys("R-1", "087800001233", "s10");
    const auto price = pending.at("price").as_int64();
    EXPECT_EQ(pending.at("rc"), "03");
    EXPECT_EQ(pending.at("sn"), "");
    EXPECT_EQ(pending.at("buyer_last_saldo"), opening - price);
    EXPECT_EQ(deposit(), opening - price);

    buys("R-2", "087800001234", "s10");
    EXPECT_EQ(deposit(), opening - 2 * price);
    callbacks_pass();
    EXPECT_EQ(deposit(), opening - price) << "the failed one is credited back";
    EXPECT_EQ(order("R-1").deliveries, 1);
    EXPECT_EQ(order("R-2").deliveries, 0);
    EXPECT_EQ(buys("R-2", "087800001234", "s10").at("status"), "Gagal");
}

TEST_F(SandboxPrepaid, refuses_what_is_not_signed_or_not_a_request)
{
    const auto good = order_body("R-1", any_number);
    EXPECT_EQ(rc(with(good, "sign", "00000000000000000000000000000000")), "41");
    EXPECT_EQ(rc(with(good, "username", "orang")), "42");
    EXPECT_EQ(rc(with(good, "customer_no", 87811112222)), "40");
    EXPECT_EQ(rc(with(good, "testing", "ya")), "40");
    EXPECT_EQ(rc(with(good, "max_price", "10000")), "40");
    EXPECT_EQ(rc(with(good, "commands", "pln-subscribe")), "40");
    EXPECT_EQ(json::parse(supplier_->post("/transaction", "{\"ref", "127.0.0.1").body).at("data").at("rc"), "40");
    EXPECT_EQ(json::parse(supplier_->post("/transaction", "[]", "127.0.0.1").body).at("data").at("rc"), "40");
    EXPECT_EQ(deposit(), opening);
    EXPECT_EQ(world_->database().read([](db::Tx& tx) { return store::orders(tx, 10, 0).size(); }), 0U);
}

TEST_F(SandboxPrepaid, refuses_with_the_reduced_shape_and_forms_nothing)
{
    const auto refusal = buys("R-1", any_number, "none");
    EXPECT_EQ(json::serialize(refusal),
              R"({"ref_id":"R-1","customer_no":"087811112222","buyer_sku_code":"none",)"
              R"("message":"SKU tidak ditemukan atau nonaktif","status":"Gagal","rc":"43","sn":""})");
    EXPECT_EQ(buys("R-1", any_number).at("rc"), "03") << "the same ref_id may ask again";

    set(R"({"refusal_status":400})");
    EXPECT_EQ(post("/transaction", order_body("R-2", any_number, "none")).status, 400);
    EXPECT_EQ(post("/transaction", order_body("R-3", any_number)).status, 200);
}

TEST_F(SandboxPrepaid, refuses_above_max_price)
{
    EXPECT_EQ(rc(with(order_body("R-1", any_number), "max_price", 10'844)), "69");
    EXPECT_EQ(rc(with(order_body("R-1", any_number), "max_price", 10'845)), "03");
    world_->change_item("xld10", {{"price", 11'000}});
    EXPECT_EQ(rc(with(order_body("R-2", any_number), "max_price", 10'845)), "69");
}

TEST_F(SandboxPrepaid, refuses_when_the_deposit_is_too_low)
{
    world_->database().transact([](db::Tx& tx) { store::set_deposit(tx, 20'000_idr); });
    EXPECT_EQ(buys("R-1", any_number).at("rc"), "03");
    EXPECT_EQ(buys("R-2", any_number).at("rc"), "44");
    EXPECT_EQ(deposit(), 20'000 - 10'845);
}

TEST_F(SandboxPrepaid, refuses_inside_the_cut_off_and_spends_the_ref_id)
{
    clock_.set(*parse_time("2026-02-20T16:50:00Z")); // 23:50 in Jakarta, xld10 is closed from 23:45 to 0:15
    EXPECT_EQ(buys("R-1", any_number).at("rc"), "58");
    clock_.set(*parse_time("2026-02-20T17:15:00Z"));
    EXPECT_EQ(buys("R-1", any_number).at("rc"), "58");
    EXPECT_EQ(buys("R-2", any_number).at("rc"), "03");
    clock_.set(*parse_time("2026-02-21T16:50:00Z"));
    set(R"({"cut_off":"off"})");
    EXPECT_EQ(buys("R-3", any_number).at("rc"), "03");
}

TEST_F(SandboxPrepaid, refuses_what_is_switched_off)
{
    EXPECT_EQ(buys("R-0", any_number, "hagox").at("rc"), "53") << "the row without a price has no valid seller";
    world_->change_item("xld10", {{"seller_product_status", false}});
    EXPECT_EQ(buys("R-1", any_number).at("rc"), "53");
    world_->change_item("xld10", {{"buyer_product_status", false}});
    EXPECT_EQ(buys("R-2", any_number).at("rc"), "43");
}

TEST_F(SandboxPrepaid, sells_limited_stock_to_its_end_and_takes_failed_pieces_back)
{
    world_->change_item("gp5", {{"stock", 2}});
    EXPECT_EQ(buys("R-1", any_number, "gp5").at("rc"), "03");
    EXPECT_EQ(buys("R-2", "087800001234", "gp5").at("rc"), "03");
    EXPECT_EQ(buys("R-3", any_number, "gp5").at("rc"), "68");
    callbacks_pass();
    EXPECT_EQ(buys("R-3", any_number, "gp5").at("rc"), "03");
}

TEST_F(SandboxPrepaid, sells_a_single_item_once_a_day_to_a_number)
{
    EXPECT_EQ(buys("R-1", any_number, "tdg2").at("rc"), "03");
    const auto again = buys("R-2", any_number, "tdg2");
    EXPECT_EQ(again.at("rc"), "63");
    EXPECT_TRUE(again.contains("buyer_last_saldo"));
    EXPECT_EQ(again.at("tele"), "@contoh");
    EXPECT_EQ(buys("R-3", "087811112223", "tdg2").at("rc"), "03");
    clock_.advance(std::chrono::hours{24});
    EXPECT_EQ(buys("R-2", any_number, "tdg2").at("rc"), "03");
}

TEST_F(SandboxPrepaid, tells_the_stored_state_when_a_ref_id_is_posted_again)
{
    const auto first = buys("R-1", any_number);
    EXPECT_EQ(buys("R-1", any_number), first);
    callbacks_pass();
    const auto ended = buys("R-1", any_number);
    EXPECT_EQ(ended.at("status"), "Sukses");
    EXPECT_NE(ended.at("sn"), "");
    buys("R-2", any_number);
    EXPECT_EQ(buys("R-1", any_number), ended) << "the balance is frozen too";
    EXPECT_EQ(order("R-1").requests, 4);
    EXPECT_EQ(order("R-1").deliveries, 1);
    EXPECT_EQ(order("R-1").closest_ms, 0);
    EXPECT_EQ(deposit(), opening - 2 * 10'845);
}

TEST_F(SandboxPrepaid, buys_once_however_many_ask_at_the_same_time)
{
    std::vector<std::thread> askers;
    for (int i = 0; i < 8; ++i)
        askers.emplace_back([this] {
            for (int again = 0; again < 10; ++again)
                buys("R-1", "087800001230");
        });
    for (auto& asker : askers)
        asker.join();
    EXPECT_EQ(order("R-1").requests, 80);
    EXPECT_EQ(order("R-1").deliveries, 1);
    EXPECT_EQ(deposit(), opening - 10'845);
    EXPECT_THAT(told("R-1"), ElementsAre("create Sukses"));
}

TEST_F(SandboxPrepaid, refuses_a_used_ref_id_for_another_purchase)
{
    buys("R-1", any_number);
    EXPECT_EQ(buys("R-1", "087811113333").at("rc"), "49");
    EXPECT_EQ(buys("R-1", any_number, "s10").at("rc"), "49");
    EXPECT_EQ(order("R-1").customer_no, any_number);
    EXPECT_EQ(deposit(), opening - 10'845);
}

TEST_F(SandboxPrepaid, buys_again_when_the_ref_id_is_older_than_90_days)
{
    buys("R-1", any_number);
    callbacks_pass();
    world_->advance(std::chrono::hours{24 * 89});
    EXPECT_EQ(buys("R-1", any_number).at("status"), "Sukses");
    world_->advance(std::chrono::hours{25});
    EXPECT_EQ(buys("R-1", any_number).at("status"), "Pending");
    callbacks_pass();
    EXPECT_EQ(order("R-1").deliveries, 2);
    EXPECT_EQ(deposit(), opening - 2 * 10'845);
}

TEST_F(SandboxPrepaid, keeps_everything_over_a_restart)
{
    buys("R-1", any_number);
    buys("R-2", any_number, "gp5");
    world_->advance(std::chrono::hours{1});
    set(R"({"failure_percent":100,"failure_rcs":["54"]})");
    fault(R"({"fault":"html_502","times":2,"match":{"ref_id":"R-9"}})");
    EXPECT_EQ(post("/transaction", order_body("R-9", any_number)).status, 502);
    const auto before = deposit();
    const auto now = world_->now();
    restart();
    EXPECT_EQ(deposit(), before);
    EXPECT_EQ(world_->now(), now);
    EXPECT_EQ(order("R-1").requests, 1);
    EXPECT_THAT(told("R-1"), ElementsAre("create Pending"));
    EXPECT_EQ(post("/transaction", order_body("R-9", any_number)).status, 502) << "one use is left";
    EXPECT_EQ(buys("R-9", any_number).at("rc"), "03");
    callbacks_pass();
    EXPECT_EQ(buys("R-1", any_number).at("status"), "Sukses") << "planned before the setting";
    EXPECT_EQ(buys("R-9", any_number).at("rc"), "54");
}

TEST_F(SandboxPrepaid, follows_the_scripted_rates)
{
    set(R"({"outcome":"success"})");
    EXPECT_EQ(buys("R-1", any_number).at("rc"), "00");
    set(R"({"outcome":"failure"})");
    EXPECT_EQ(buys("R-2", any_number).at("rc"), "02");
    set(R"({"outcome":"pending"})");
    buys("R-3", any_number);
    callbacks_pass();
    EXPECT_EQ(buys("R-3", any_number).at("rc"), "03");
    set(R"({"outcome":"pending_success","failure_percent":50})");
    int failed = 0;
    for (int i = 0; i < 200; ++i)
        buys("M-" + std::to_string(i), any_number);
    callbacks_pass();
    for (int i = 0; i < 200; ++i)
        failed += order("M-" + std::to_string(i)).status == "Gagal" ? 1 : 0;
    EXPECT_GT(failed, 60);
    EXPECT_LT(failed, 140);
    set(R"({"failure_percent":100})");
    set(R"({"outcome":"success"})");
    restart();
    EXPECT_EQ(buys("R-4", any_number).at("rc"), "00") << "the later of two settings holds after a restart too";
    EXPECT_TRUE(world_->change_settings({{"failure_percent", 101}}));
    EXPECT_TRUE(world_->change_settings({{"no_such", 1}}));
}

} // namespace
} // namespace enstore::sandbox

#include "orders/orders_fixture.hpp"
#include "wallet/refusals.hpp"

namespace enstore::orders
{
namespace
{

using testing_shop::InTheShop;

constexpr db::Query orders_of{"test.orders_of", "SELECT COUNT(*) FROM transactions WHERE user_id = ?"};

class PlacingAnOrder : public InTheShop
{
};

TEST_P(PlacingAnOrder, debits_holds_logs_and_enqueues_in_one_go)
{
    const auto buyer = shop.buyer("alice", 20'000_idr);
    const auto placed = shop.place(shop.wish(buyer, shop.item("s5")));
    ASSERT_TRUE(placed);
    EXPECT_EQ(placed->status, Status::processing);
    EXPECT_EQ(placed->payment_status, "paid");
    EXPECT_EQ(placed->total, 12'000_idr);
    EXPECT_EQ(placed->customer_no, "081234567890");
    EXPECT_EQ(shop.balance(buyer), 8'000_idr);
    EXPECT_EQ(shop.account(1), -12'000); // orders_in_progress
    EXPECT_TRUE(shop.db().read([&](db::Tx& tx) { return queue::is_waiting(tx, "FulfilOrder", placed->id.value); }));
}

TEST_P(PlacingAnOrder, refuses_when_the_wallet_cannot_cover_the_total)
{
    const auto buyer = shop.buyer("alice", 11'999_idr);
    const auto placed = shop.place(shop.wish(buyer, shop.item("s5")));
    EXPECT_REFUSED(placed, wallet::insufficient_balance);
    EXPECT_EQ(shop.balance(buyer), 11'999_idr);
    EXPECT_EQ(shop.count(orders_of, buyer.value), 0);
}

TEST_P(PlacingAnOrder, refuses_unknown_items_and_wrong_forms_with_their_fields)
{
    const auto buyer = shop.buyer("alice", 20'000_idr);
    const auto unknown = shop.place(shop.wish(buyer, ItemId{999'999}));
    ASSERT_FALSE(unknown);
    ASSERT_EQ(unknown.error().fields.size(), 1U);
    EXPECT_EQ(unknown.error().fields[0].field, "product_item_id");

    auto wish = shop.wish(buyer, shop.item("s5"), "");
    const auto blank = shop.place(wish);
    ASSERT_FALSE(blank);
    ASSERT_FALSE(blank.error().fields.empty());
    EXPECT_EQ(blank.error().fields[0].field, "customer_data.phone");

    wish = shop.wish(buyer, shop.item("s6"));
    wish.voucher = "HEMAT10";
    const auto voucher = shop.place(wish);
    ASSERT_FALSE(voucher);
    EXPECT_EQ(voucher.error().fields.at(0).field, "voucher_code");
    EXPECT_EQ(shop.balance(buyer), 20'000_idr);
}

TEST_P(PlacingAnOrder, refuses_bills_closed_items_and_paused_sales)
{
    const auto buyer = shop.buyer("alice", 100'000_idr);
    EXPECT_REFUSED(shop.place(shop.wish(buyer, shop.item("pln", {.postpaid = true}))), catalog::wrong_purchase_kind);
    // It is 10:00 in the shop.
    EXPECT_REFUSED(shop.place(shop.wish(buyer, shop.item("shut", {.cut_off_start = "09:30", .cut_off_end = "10:30"}))),
                   catalog::item_closed_now);
    shop.db().transact([&](db::Tx& tx) { store::pause_sales(tx, "44", shop.now); });
    const auto item = shop.item("s5");
    EXPECT_REFUSED(shop.place(shop.wish(buyer, item)), supplier_unavailable);
    shop.db().transact([&](db::Tx& tx) { return store::resume_sales(tx); });
    EXPECT_TRUE(shop.place(shop.wish(buyer, item)));
}

TEST_P(PlacingAnOrder, takes_the_price_of_the_buyers_tier_and_no_other)
{
    const auto buyer = shop.buyer("alice", 20'000_idr);
    auto wish = shop.wish(buyer, shop.item("s5"));
    wish.reseller = true;
    const auto placed = shop.place(wish);
    ASSERT_TRUE(placed);
    EXPECT_EQ(placed->total, 11'500_idr);
    EXPECT_TRUE(placed->reseller);
}

TEST_P(PlacingAnOrder, sells_a_single_repeat_item_once_a_day_for_one_number_and_frees_it_on_failure)
{
    const auto buyer = shop.buyer("alice", 100'000_idr);
    const auto item = shop.item("once", {.multi = false});
    const auto first = shop.place(shop.wish(buyer, item));
    ASSERT_TRUE(first);
    EXPECT_REFUSED(shop.place(shop.wish(buyer, item)), repeat_not_allowed);
    EXPECT_TRUE(shop.place(shop.wish(buyer, item, "081234567891")));
    shop.apply(shop.says(shop.sent(*first), "02", "Gagal"));
    EXPECT_TRUE(shop.place(shop.wish(buyer, item)));
}

TEST_P(PlacingAnOrder, leaves_a_manual_product_to_a_person)
{
    const auto buyer = shop.buyer("alice", 20'000_idr);
    const auto placed = shop.place(shop.wish(buyer, shop.item("manual", {.provider = "manual"})));
    ASSERT_TRUE(placed);
    EXPECT_FALSE(shop.db().read([&](db::Tx& tx) { return queue::is_waiting(tx, "FulfilOrder", placed->id.value); }));
    EXPECT_TRUE(shop.order(placed->id).needs_attention);
}

TEST_P(PlacingAnOrder, F22_races_of_64_purchases_with_funds_for_one_end_with_one)
{
    const auto buyer = shop.buyer("alice", 12'000_idr);
    const auto item = shop.item("s5");
    std::vector<PlaceOrder> wishes;
    for (int i = 0; i < 64; ++i)
        wishes.push_back(shop.wish(buyer, item));
    std::atomic<int> bought{0};
    std::atomic<int> refused{0};
    support::run_threads(64, [&](int i) {
        const auto placed = shop.place(wishes[static_cast<std::size_t>(i)]);
        if (placed)
            ++bought;
        else if (placed.error().is(wallet::insufficient_balance))
            ++refused;
    });
    EXPECT_EQ(bought, 1);
    EXPECT_EQ(refused, 63);
    EXPECT_EQ(shop.balance(buyer), 0_idr);
    EXPECT_EQ(shop.count(orders_of, buyer.value), 1);
}

TEST_P(PlacingAnOrder, races_for_a_single_repeat_item_end_with_one_order)
{
    const auto buyer = shop.buyer("alice", 1'000'000_idr);
    const auto item = shop.item("once", {.multi = false});
    std::vector<PlaceOrder> wishes;
    for (int i = 0; i < 16; ++i)
        wishes.push_back(shop.wish(buyer, item));
    std::atomic<int> bought{0};
    support::run_threads(16, [&](int i) {
        if (shop.place(wishes[static_cast<std::size_t>(i)])) ++bought;
    });
    EXPECT_EQ(bought, 1);
    EXPECT_EQ(shop.balance(buyer), 988'000_idr);
}

ENSTORE_ON_BOTH_BACKENDS(PlacingAnOrder);

TEST(OrderCodes, S20_are_dated_in_business_time_and_random)
{
    const auto code = new_code(*parse_time("2026-03-01T18:00:00Z"), BusinessZone{});
    EXPECT_EQ(code.substr(0, 13), "ENS-20260302-");
    EXPECT_EQ(code.size(), 29U);
    EXPECT_EQ(code.find_first_of("IO01", 13), std::string::npos);
    EXPECT_NE(code, new_code(*parse_time("2026-03-01T18:00:00Z"), BusinessZone{}));
}

TEST(OrderEdges, I5_are_those_of_the_domain_and_no_others)
{
    int edges = 0;
    for (const auto from : {Status::pending, Status::processing, Status::success, Status::failed, Status::refunded})
        for (const auto to : {Status::pending, Status::processing, Status::success, Status::failed, Status::refunded})
            if (is_edge(from, to)) ++edges;
    EXPECT_EQ(edges, 9);
    EXPECT_FALSE(is_edge(Status::success, Status::failed));
    EXPECT_FALSE(is_edge(Status::refunded, Status::success));
    EXPECT_FALSE(is_edge(Status::processing, Status::pending));
    EXPECT_TRUE(is_edge(std::nullopt, Status::processing));
    EXPECT_FALSE(is_edge(std::nullopt, Status::success));
}

TEST(CheckPlan, asks_at_the_minutes_of_the_domain_and_stops_at_80_days)
{
    using std::chrono::hours;
    using std::chrono::minutes;
    const Timestamp sent{1'771'556'400'000'000};
    const auto after = [&](Microseconds age) { return next_check(sent, sent + age).value() - sent; };
    EXPECT_EQ(after(minutes{0}), minutes{1});
    EXPECT_EQ(after(minutes{1}), minutes{2});
    EXPECT_EQ(after(minutes{2}), minutes{5});
    EXPECT_EQ(after(minutes{5}), minutes{10});
    EXPECT_EQ(after(minutes{10}), minutes{15});
    EXPECT_EQ(after(minutes{15}), minutes{30});
    EXPECT_EQ(after(hours{23} + minutes{50}), hours{24});
    EXPECT_EQ(after(hours{24}), hours{25});
    EXPECT_EQ(after(hours{24 * 79}), hours{24 * 79 + 1});
    EXPECT_FALSE(next_check(sent, sent + hours{24 * 80 - 1}));
    EXPECT_FALSE(next_check(sent, sent + hours{24 * 86})); // F37
}

} // namespace
} // namespace enstore::orders

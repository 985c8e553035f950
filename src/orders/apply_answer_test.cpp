#include "orders/orders_fixture.hpp"
#include "platform/core/text.hpp"

#include <sstream>

namespace enstore::orders
{
namespace
{

using std::chrono::minutes;
using std::chrono::seconds;
using testing_shop::InTheShop;

constexpr db::Query refunds_of{"test.refunds",
                               "SELECT COUNT(*) FROM ledger_entries WHERE transaction_id = ? AND kind = 'refund'"};
constexpr db::Query disputes_of{
    "test.disputes",
    "SELECT COUNT(*) FROM ledger_entries WHERE transaction_id = ? AND kind IN ('late_success', 'supplier_reversal')"};
constexpr db::Query notices_of{"test.notices", "SELECT COUNT(*) FROM notifications WHERE user_id = ?"};
constexpr std::int64_t disputes = 8;

class ApplyingAnAnswer : public InTheShop
{
protected:
    void SetUp() override
    {
        buyer = shop.buyer("alice", 50'000_idr);
        order = shop.sent(shop.place(shop.wish(buyer, shop.item("s5"))).value());
    }
    /// Plays lines `+SECONDS rc status -> order attempt balance flag`.
    void plays(const std::string& story)
    {
        std::istringstream lines(story);
        std::string line;
        while (std::getline(lines, line)) {
            std::istringstream words(line.substr(0, line.find('#')));
            std::string wait, rc, status, arrow, wanted, attempt, flag;
            std::int64_t balance = 0;
            if (!(words >> wait >> rc >> status >> arrow >> wanted >> attempt >> balance >> flag)) continue;
            shop.now = shop.now + seconds{parse_int(wait.substr(1)).value()};
            shop.apply(shop.says(order, rc, status));
            const auto after = shop.order(order.id);
            EXPECT_EQ(name(after.status), wanted) << line;
            EXPECT_EQ(shop.state_of_attempt(order.id), attempt) << line;
            EXPECT_EQ(shop.balance(buyer), Idr{balance}) << line;
            EXPECT_EQ(after.needs_attention, flag == "flagged") << line;
        }
    }

    UserId buyer;
    Order order;
};

TEST_P(ApplyingAnAnswer, delivers_on_success_and_books_sale_and_cost_once)
{
    plays(R"(
        +1  03 Pending -> processing waiting 38000 calm
        +3  00 Sukses  -> success    ok      38000 calm
        +1  00 Sukses  -> success    ok      38000 calm     # a duplicate
    )");
    EXPECT_EQ(shop.account(1), 0);
    EXPECT_EQ(shop.account(9), -12'000);
    EXPECT_EQ(shop.account(11), 9'900);
    EXPECT_EQ(shop.account(6), -9'900);
    EXPECT_EQ(shop.order(order.id).serial_number, "SN-1234567890");
    EXPECT_EQ(shop.count(notices_of, buyer.value), 1);
}

TEST_P(ApplyingAnAnswer, refunds_a_proven_failure_exactly_once)
{
    plays(R"(
        +1  03 Pending -> processing waiting 38000 calm
        +3  02 Gagal   -> refunded   failed  50000 calm
        +1  02 Gagal   -> refunded   failed  50000 calm
    )");
    EXPECT_EQ(shop.count(refunds_of, order.id.value), 1);
    EXPECT_EQ(shop.account(1), 0);
    EXPECT_EQ(shop.account(9), 0);
    EXPECT_EQ(shop.count(notices_of, buyer.value), 2);
    EXPECT_NE(shop.order(order.id).failed_reason.value_or(""), "raw supplier text"); // S21
}

TEST_P(ApplyingAnAnswer, F12_never_ends_an_order_on_what_is_no_proof)
{
    plays(R"(
        +1  98 Gagal   -> processing waiting 38000 flagged   # not in the table: a person looks at once
        +1  99 Pending -> processing waiting 38000 flagged
        +1  00 Gagal   -> processing waiting 38000 flagged   # code and status disagree
        +1  02 Sukses  -> processing waiting 38000 flagged
        +1  49 Gagal   -> processing waiting 38000 flagged   # already known is not failed
        +1  00 Sukses  -> success    ok      38000 calm
    )");
}

TEST_P(ApplyingAnAnswer, F14_leaves_operator_answers_to_a_person)
{
    plays(R"(
        +1  47 Gagal   -> processing waiting 38000 flagged
        +1  74 Gagal   -> processing waiting 38000 flagged
        +1  80 Gagal   -> processing waiting 38000 flagged
    )");
}

TEST_P(ApplyingAnAnswer, F13_the_first_proven_end_wins_and_contradictions_go_to_disputes)
{
    plays(R"(
        +1  00 Sukses  -> success ok 38000 calm
        +1  03 Pending -> success ok 38000 calm       # late news
        +1  02 Gagal   -> success ok 38000 flagged
        +1  02 Gagal   -> success ok 38000 flagged
    )");
    EXPECT_EQ(shop.count(disputes_of, order.id.value), 1);
    EXPECT_EQ(shop.account(disputes), -9'900);
    EXPECT_EQ(shop.account(6), 0);
}

TEST_P(ApplyingAnAnswer, F13_a_success_after_the_refund_is_a_dispute_and_no_second_movement_of_the_wallet)
{
    plays(R"(
        +1  02 Gagal   -> refunded failed 50000 calm
        +5  00 Sukses  -> refunded failed 50000 flagged
        +5  00 Sukses  -> refunded failed 50000 flagged
    )");
    EXPECT_EQ(shop.count(disputes_of, order.id.value), 1);
    EXPECT_EQ(shop.account(disputes), 9'900);
}

TEST_P(ApplyingAnAnswer, a_success_taken_back_with_74_is_booked_to_disputes)
{
    plays(R"(
        +1  00 Sukses  -> success ok 38000 calm
        +9  74 Gagal   -> success ok 38000 flagged
    )");
    EXPECT_EQ(shop.account(disputes), -9'900);
}

TEST_P(ApplyingAnAnswer, wants_a_second_look_at_a_timeout_behind_the_supplier)
{
    plays(R"(
        +1  01 Gagal   -> processing waiting 38000 calm
        +59 01 Gagal   -> processing waiting 38000 calm      # too soon to be a second look
        +1  01 Gagal   -> refunded   failed  50000 calm
    )");
}

TEST_P(ApplyingAnAnswer, forgets_a_first_look_that_was_followed_by_pending)
{
    plays(R"(
        +1  70 Gagal   -> processing waiting 38000 calm
        +61 03 Pending -> processing waiting 38000 calm
        +61 70 Gagal   -> processing waiting 38000 calm
        +61 00 Sukses  -> success    ok      38000 calm
    )");
}

TEST_P(ApplyingAnAnswer, holds_without_buying_until_the_stores_patience_ends)
{
    shop.hand_over_to_check(order);
    plays(R"(
        +1   44 Gagal   -> processing held   38000 flagged
        +600 44 Gagal   -> processing held   38000 flagged
    )");
    EXPECT_TRUE(shop.db().read([](db::Tx& tx) { return store::is_paused(tx); }));
    plays(R"(
        +1199 44 Gagal  -> processing held   38000 flagged
        +1    44 Gagal  -> refunded   failed 50000 flagged
    )");
}

TEST_P(ApplyingAnAnswer, F35_sells_again_after_a_call_that_went_well)
{
    plays(R"(
        +1   44 Gagal   -> processing held    38000 flagged
        +120 03 Pending -> processing waiting 38000 flagged
        +3   00 Sukses  -> success    ok      38000 calm
    )");
    EXPECT_FALSE(shop.db().read([](db::Tx& tx) { return store::is_paused(tx); }));
}

TEST_P(ApplyingAnAnswer, starts_one_further_attempt_when_the_store_allows_it)
{
    shop.set("fulfilment.further_attempts", "1");
    plays(R"(
        +1  53 Gagal   -> processing waiting 38000 calm
        +60 53 Gagal   -> processing created 38000 calm      # seen again: proven, so a second attempt begins
    )");
    const auto second = shop.db().read([&](db::Tx& tx) { return store::last_attempt(tx, order.id).value(); });
    EXPECT_EQ(second.ref_id, order.code + "-2");
    EXPECT_TRUE(shop.db().read([&](db::Tx& tx) { return queue::is_waiting(tx, "CheckOrder", order.id.value); }));
    shop.now = shop.now + minutes{1};
    shop.db().transact([&](db::Tx& tx) { return store::claim_asking(tx, second.id, shop.now); });
    shop.apply(shop.says(order, "53", "Gagal", second.ref_id));
    EXPECT_EQ(shop.order(order.id).status, Status::refunded);
    EXPECT_EQ(shop.balance(buyer), 50'000_idr);
}

TEST_P(ApplyingAnAnswer, ignores_another_sku_another_number_and_unknown_references)
{
    auto answer = shop.says(order, "00", "Sukses");
    answer.sku = "other";
    EXPECT_EQ(shop.apply(answer), "another SKU or number");
    answer = shop.says(order, "02", "Gagal");
    answer.customer_no = "089999999999";
    EXPECT_EQ(shop.apply(answer), "another SKU or number");
    answer = shop.says(order, "00", "Sukses", "ENS-20260220-NOBODYKNOWSTHIS0");
    EXPECT_EQ(shop.apply(answer), "unknown reference");
    EXPECT_EQ(shop.order(order.id).status, Status::processing);
    EXPECT_TRUE(shop.order(order.id).needs_attention);
}

TEST_P(ApplyingAnAnswer, an_admins_refund_while_the_supplier_is_silent_ends_in_a_dispute_when_it_delivers)
{
    const auto admin = shop.buyer("admin", 0_idr);
    const auto refund = [&] {
        return shop.db().transact(
            [&](db::Tx& tx) { return refund_order(tx, order.id, admin, "Pembeli meminta", shop.now); });
    };
    EXPECT_TRUE(refund());
    EXPECT_REFUSED(refund(), not_refundable);
    plays(R"(
        +1  00 Sukses  -> refunded ok 50000 flagged
        +1  00 Sukses  -> refunded ok 50000 flagged
    )");
    EXPECT_EQ(shop.account(disputes), 9'900);
    EXPECT_EQ(shop.count(refunds_of, order.id.value), 1);
}

TEST_P(ApplyingAnAnswer, an_admin_refunds_a_delivered_order_from_sales)
{
    const auto admin = shop.buyer("admin", 0_idr);
    shop.apply(shop.says(order, "00", "Sukses"));
    EXPECT_TRUE(
        shop.db().transact([&](db::Tx& tx) { return refund_order(tx, order.id, admin, "Voucher rusak", shop.now); }));
    EXPECT_EQ(shop.balance(buyer), 50'000_idr);
    EXPECT_EQ(shop.account(9), 0);
    EXPECT_EQ(shop.account(11), 9'900); // its cost stays spent
}

TEST_P(ApplyingAnAnswer, F24_races_of_refunds_failure_and_success_move_the_money_once)
{
    const auto admin = shop.buyer("admin", 0_idr);
    for (int round = 0; round < 8; ++round) {
        const auto raced = shop.sent(shop.place(shop.wish(buyer, shop.item("race" + std::to_string(round)))).value());
        const Idr before = shop.balance(buyer) + raced.total;
        support::run_threads(8, [&](int thread) {
            if (thread % 4 < 2)
                (void)shop.db().transact(
                    [&](db::Tx& tx) { return refund_order(tx, raced.id, admin, "race", shop.now); });
            else
                (void)shop.apply(shop.says(raced, thread % 4 == 2 ? "02" : "00", thread % 4 == 2 ? "Gagal" : "Sukses"));
        });
        EXPECT_EQ(shop.count(refunds_of, raced.id.value), 1);
        EXPECT_EQ(shop.order(raced.id).status, Status::refunded);
        EXPECT_EQ(shop.balance(buyer), before);
        EXPECT_EQ(shop.audit(), "");
        EXPECT_TRUE(shop.db().transact([&](db::Tx& tx) {
            return wallet::demo_credit(tx, buyer, 12'000_idr, "again" + std::to_string(round), shop.now);
        }));
    }
}

ENSTORE_ON_BOTH_BACKENDS(ApplyingAnAnswer);

} // namespace
} // namespace enstore::orders

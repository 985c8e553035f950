#include "orders/orders_fixture.hpp"
#include "sandbox/sandbox.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/json.hpp>

namespace enstore::orders
{
namespace
{

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing_shop::InTheShop;
using testing_shop::ItemFacts;

constexpr const char* succeeds_at_once = "087800001230";
constexpr const char* fails_at_once = "087800001232";
constexpr const char* stays_pending = "087800001233"; // until its webhook, which nobody here receives

/// The shop with a worker, and the simulator as its supplier over real HTTP. The shop's clock is moved by the test.
class FulfillingAnOrder : public InTheShop
{
protected:
    void SetUp() override
    {
        clock.set(shop.now);
        sandbox.start();
        supplier = std::make_unique<digiflazz::Client>(supplier_config(sandbox.port()), http);
        buyer = shop.buyer("alice", 500'000_idr);
        item = shop.item("xld10", {.base = 11'000_idr, .price = 12'000_idr});
        kinds = jobs(deps(*supplier));
        driver = queue::database_driver(shop.db(), kinds);
        worker = std::make_unique<queue::Worker>(*driver, kinds, clock, 1);
    }
    static sandbox::Config sandbox_config(const support::TempFolder& folder)
    {
        sandbox::Config config;
        config.port = 0;
        config.data_folder = folder.path();
        config.username = "toko";
        config.api_key = Secret{"dev-key"};
        config.webhook_secret = Secret{"hook"};
        config.callback_delay = minutes{10};
        config.cut_off = false;
        return config;
    }
    digiflazz::Config supplier_config(int port)
    {
        return {.base_url = "http://127.0.0.1:" + std::to_string(port),
                .username = "toko",
                .api_key = Secret{"dev-key"},
                .webhook_secret = Secret{"hook"},
                .testing = false,
                .callback_url = {}};
    }
    Deps deps(digiflazz::Client& client)
    {
        return {
            .database = shop.db(), .supplier = client, .clock = clock, .zone = shop.zone, .public_url = "http://shop"};
    }
    Order buy(const std::string& phone) { return shop.place(shop.wish(buyer, item, phone)).value(); }
    void pass(Microseconds time)
    {
        clock.advance(time);
        shop.now = clock.now();
    }
    std::size_t work() { return worker->run_once(clock.now()); }
    /// A fault of the simulator for the next request.
    void fault(const std::string& kind)
    {
        outbound::Call call;
        call.label = "test.fault";
        call.url = "http://127.0.0.1:" + std::to_string(sandbox.port()) + "/_sandbox/faults";
        call.headers = {{"Content-Type", "application/json"}};
        call.body = R"({"match":{"path":"/transaction"},"fault":")" + kind + R"(","times":1})";
        const auto outcome = http.send(call);
        ASSERT_TRUE(outcome.answered());
        ASSERT_LT(outcome.status, 300) << outcome.body;
    }
    /// How often goods were delivered, and how often we asked; {0, 0} when the simulator never heard of the order.
    std::pair<std::int64_t, std::int64_t> deliveries_and_requests(const Order& order)
    {
        outbound::Call call;
        call.label = "test.orders";
        call.method = "GET";
        call.url = "http://127.0.0.1:" + std::to_string(sandbox.port()) + "/_sandbox/orders?ref_id=" + order.code;
        const auto outcome = http.send(call);
        if (!outcome.answered() || outcome.status != 200) return {0, 0};
        const auto body = boost::json::parse(outcome.body).as_object();
        return {body.at("deliveries").as_int64(), body.at("requests").as_int64()};
    }

    ManualClock clock;
    support::TempFolder folder;
    SystemClock real;
    outbound::Client http;
    sandbox::Sandbox sandbox{sandbox_config(folder), real};
    std::unique_ptr<digiflazz::Client> supplier;
    UserId buyer;
    ItemId item;
    queue::Kinds kinds;
    std::unique_ptr<queue::Driver> driver;
    std::unique_ptr<queue::Worker> worker;
};

TEST_P(FulfillingAnOrder, delivers_what_the_supplier_delivers_at_once)
{
    const auto order = buy(succeeds_at_once);
    EXPECT_EQ(work(), 1U);
    EXPECT_EQ(shop.order(order.id).status, Status::success);
    EXPECT_EQ(deliveries_and_requests(order), (std::pair<std::int64_t, std::int64_t>{1, 1}));
    pass(minutes{2});
    work(); // the check that was planned beside it finds nothing to do
    EXPECT_EQ(deliveries_and_requests(order).second, 1);
}

TEST_P(FulfillingAnOrder, refunds_what_the_supplier_refuses)
{
    const auto order = buy(fails_at_once);
    work();
    EXPECT_EQ(shop.order(order.id).status, Status::refunded);
    EXPECT_EQ(shop.balance(buyer), 500'000_idr);
    EXPECT_EQ(deliveries_and_requests(order).first, 0);
}

TEST_P(FulfillingAnOrder, asks_again_by_the_plan_and_never_twice_within_a_minute)
{
    const auto order = buy(stays_pending);
    work();
    EXPECT_EQ(shop.state_of_attempt(order.id), "waiting");
    EXPECT_EQ(work(), 0U);
    pass(seconds{30});
    EXPECT_EQ(work(), 0U);
    pass(seconds{30});
    EXPECT_EQ(work(), 1U);
    EXPECT_EQ(deliveries_and_requests(order).second, 2);
    pass(seconds{59});
    EXPECT_EQ(work(), 0U);
    EXPECT_FALSE(shop.order(order.id).needs_attention);
    for (int i = 0; i < 20; ++i) {
        pass(minutes{1});
        work();
    }
    EXPECT_EQ(deliveries_and_requests(order).second, 6); // the send, then 1, 2, 5, 10 and 15 minutes
    EXPECT_TRUE(shop.order(order.id).needs_attention);   // F11
    EXPECT_EQ(shop.order(order.id).status, Status::processing);
}

TEST_P(FulfillingAnOrder, F09_a_lost_answer_is_unknown_and_is_settled_with_the_same_reference)
{
    const auto order = buy(succeeds_at_once);
    fault("drop_after_accept");
    work();
    EXPECT_EQ(shop.state_of_attempt(order.id), "sent");
    EXPECT_EQ(shop.order(order.id).status, Status::processing);
    EXPECT_EQ(shop.balance(buyer), 488'000_idr);
    pass(seconds{60});
    work();
    EXPECT_EQ(shop.order(order.id).status, Status::success);
    EXPECT_EQ(deliveries_and_requests(order), (std::pair<std::int64_t, std::int64_t>{1, 2}));
}

TEST_P(FulfillingAnOrder, F10_what_never_left_is_sent_again_safely)
{
    digiflazz::Client nobody(supplier_config(1), http); // nothing listens on port 1
    auto lonely_kinds = jobs(deps(nobody));
    queue::Worker lonely(*driver, lonely_kinds, clock, 1);
    const auto order = buy(succeeds_at_once);
    EXPECT_EQ(lonely.run_once(clock.now()), 1U);
    EXPECT_EQ(shop.state_of_attempt(order.id), "created"); // proven: no byte left
    EXPECT_EQ(deliveries_and_requests(order).second, 0);
    pass(seconds{61});
    work();
    EXPECT_EQ(shop.order(order.id).status, Status::success);
    EXPECT_EQ(deliveries_and_requests(order), (std::pair<std::int64_t, std::int64_t>{1, 1}));
}

TEST_P(FulfillingAnOrder, F12_bad_answers_move_nothing)
{
    for (const auto* kind : {"html_502", "truncated_json", "empty_data", "wrong_ref", "unknown_rc"}) {
        const auto order = buy(succeeds_at_once);
        fault(kind);
        work();
        EXPECT_EQ(shop.order(order.id).status, Status::processing) << kind;
        pass(minutes{3});
        work();
        EXPECT_EQ(shop.order(order.id).status, Status::success) << kind;
        EXPECT_EQ(deliveries_and_requests(order).first, 1) << kind;
    }
}

TEST_P(FulfillingAnOrder, F30_a_worker_that_lost_its_lease_writes_nothing_and_sends_nothing)
{
    const auto order = buy(succeeds_at_once);
    const auto slow = driver->claim(1, std::chrono::milliseconds{0}, clock.now());
    ASSERT_EQ(slow.size(), 1U);
    pass(seconds{200}); // its lease has run out
    work();
    EXPECT_EQ(shop.order(order.id).status, Status::success);
    const auto outcome = fulfil_order(deps(*supplier), slow[0], clock.now());
    EXPECT_EQ(outcome.what, queue::Outcome::What::dropped);
    EXPECT_FALSE(driver->finish(slow[0], outcome, clock.now()));
    EXPECT_EQ(deliveries_and_requests(order), (std::pair<std::int64_t, std::int64_t>{1, 1}));
}

TEST_P(FulfillingAnOrder, F36_waits_for_the_end_of_the_window_and_sends_nothing_inside_it)
{
    item = shop.item(
        "xl25", ItemFacts{.base = 26'000_idr, .price = 27'000_idr, .cut_off_start = "10:01", .cut_off_end = "11:00"});
    const auto order = buy(succeeds_at_once);
    pass(minutes{2}); // 10:02
    work();
    EXPECT_EQ(shop.order(order.id).status, Status::processing);
    EXPECT_EQ(shop.state_of_attempt(order.id), "none");
    EXPECT_EQ(deliveries_and_requests(order).second, 0);
    pass(minutes{58});
    work();
    EXPECT_EQ(deliveries_and_requests(order).second, 1);
}

TEST_P(FulfillingAnOrder, F36_refunds_when_the_window_is_longer_than_two_hours)
{
    item = shop.item(
        "xl50", ItemFacts{.base = 50'000_idr, .price = 52'000_idr, .cut_off_start = "10:01", .cut_off_end = "13:00"});
    const auto order = buy(succeeds_at_once);
    pass(minutes{2});
    work();
    EXPECT_EQ(shop.order(order.id).status, Status::refunded);
    EXPECT_EQ(shop.balance(buyer), 500'000_idr);
}

TEST_P(FulfillingAnOrder, F37_asks_nothing_about_an_order_of_86_days)
{
    const auto order = buy(stays_pending);
    work();
    pass(hours{24 * 86});
    work();
    EXPECT_EQ(deliveries_and_requests(order).second, 1);
    EXPECT_TRUE(shop.order(order.id).needs_attention);
    EXPECT_EQ(shop.order(order.id).status, Status::processing);
}

TEST_P(FulfillingAnOrder, adopts_an_order_that_lost_its_job)
{
    constexpr db::Query lose{"test.lose", "DELETE FROM jobs WHERE subject_id = ?"};
    const auto order = buy(succeeds_at_once);
    shop.db().transact([&](db::Tx& tx) { return tx.execute(lose, order.id); });
    pass(minutes{5});
    for (const auto& task : tasks(deps(*supplier)))
        if (task.name == "orders.orphans") task.run(clock.now());
    work();
    EXPECT_EQ(shop.order(order.id).status, Status::success);
}

ENSTORE_ON_BOTH_BACKENDS(FulfillingAnOrder);

} // namespace
} // namespace enstore::orders

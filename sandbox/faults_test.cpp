#include "sandbox/spoil.hpp"
#include "sandbox/testing.hpp"

namespace enstore::sandbox
{
namespace
{

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing_support::order_body;

class SandboxFaults : public testing_support::SupplierTest
{
protected:
    Reply asks(const std::string& ref, const std::string& number = "087811112222")
    {
        return post("/transaction", order_body(ref, number));
    }
};

TEST_F(SandboxFaults, accepts_debits_and_drops_the_answer)
{
    fault(R"({"fault":"drop_after_accept","match":{"ref_id":"R-1"}})");
    EXPECT_TRUE(asks("R-1").dropped);
    EXPECT_EQ(order("R-1").status, "Pending");
    EXPECT_EQ(deposit(), 100'000'000 - 10'845);
    const auto truth = asks("R-1");
    EXPECT_FALSE(truth.dropped);
    EXPECT_EQ(order("R-1").requests, 2);
}

TEST_F(SandboxFaults, drops_a_request_without_storing_it)
{
    fault(R"({"fault":"drop_before_accept","match":{"customer_no":"087811112222"}})");
    EXPECT_TRUE(asks("R-1").dropped);
    EXPECT_EQ(world_->database().read([](db::Tx& tx) { return store::orders(tx, 10, 0).size(); }), 0U);
    EXPECT_FALSE(asks("R-1").dropped);
}

TEST_F(SandboxFaults, answers_nonsense_about_an_order_it_took)
{
    fault(R"({"fault":"html_502"})");
    const auto page = asks("R-1");
    EXPECT_EQ(page.status, 502);
    EXPECT_EQ(page.content_type, "text/html");
    fault(R"({"fault":"truncated_json"})");
    boost::system::error_code broken;
    json::parse(asks("R-2").body, broken);
    EXPECT_TRUE(broken);
    fault(R"({"fault":"empty_data"})");
    EXPECT_EQ(asks("R-3").body, R"({"data":{}})");
    fault(R"({"fault":"wrong_ref"})");
    EXPECT_EQ(json::parse(asks("R-4").body).at("data").at("ref_id"), "R-4X");
    fault(R"({"fault":"unknown_rc"})");
    EXPECT_EQ(json::parse(asks("R-5").body).at("data").at("rc"), "97");
    fault(R"({"fault":"raw","options":{"status":200,"body":"null"}})");
    EXPECT_EQ(asks("R-6").body, "null");
    for (const auto* ref : {"R-1", "R-2", "R-3", "R-4", "R-5", "R-6"}) {
        EXPECT_EQ(order(ref).status, "Pending");
        EXPECT_EQ(json::parse(asks(ref).body).at("data").at("rc"), "03") << "asked again it tells the truth";
    }
}

TEST_F(SandboxFaults, waits_before_or_after_the_work)
{
    fault(R"({"fault":"delay","options":{"ms":1234}})");
    asks("R-1");
    EXPECT_EQ(paused_.count(), 1234);
    fault(R"({"fault":"too_slow"})");
    asks("R-2");
    EXPECT_EQ(paused_.count(), 65'000);
    EXPECT_EQ(delay_before({Fault{}}).count(), 0);
}

TEST_F(SandboxFaults, forces_any_code_formed_or_not)
{
    fault(R"({"fault":"rc","options":{"rc":"66","formed":false}})");
    EXPECT_EQ(json::parse(asks("R-1").body).at("data").at("rc"), "66");
    EXPECT_EQ(order("R-1").kind, OrderKind::none);
    EXPECT_EQ(json::parse(asks("R-1").body).at("data").at("rc"), "03");

    fault(R"({"fault":"rc","options":{"rc":"54"}})");
    EXPECT_EQ(json::parse(asks("R-2").body).at("data").at("status"), "Gagal");
    EXPECT_EQ(json::parse(asks("R-2").body).at("data").at("rc"), "54") << "the ref_id is spent";
    EXPECT_EQ(deposit(), 100'000'000 - 10'845);

    fault(R"({"fault":"rc","options":{"rc":"99"}})");
    EXPECT_EQ(json::parse(asks("R-3").body).at("data").at("status"), "Pending");
    callbacks_pass();
    EXPECT_EQ(order("R-3").status, "Sukses");

    fault(R"({"fault":"rc","options":{"rc":"00","status":"Gagal"}})");
    const auto torn = json::parse(asks("R-4").body).at("data").as_object();
    EXPECT_EQ(torn.at("rc"), "00");
    EXPECT_EQ(torn.at("status"), "Gagal");
}

TEST_F(SandboxFaults, stays_pending_for_ever)
{
    fault(R"({"fault":"pending_forever"})");
    asks("R-1");
    clock_.advance(std::chrono::hours{24});
    callbacks_pass();
    EXPECT_EQ(order("R-1").status, "Pending");
    EXPECT_THAT(told("R-1"), ElementsAre("create Pending"));
}

TEST_F(SandboxFaults, tells_its_webhooks_in_any_order)
{
    fault(R"({"fault":"out_of_order_webhooks","match":{"ref_id":"R-1"}})");
    fault(R"({"fault":"out_of_order_webhooks","match":{"ref_id":"R-2"},"options":{"sequence":["02","00"]}})");
    fault(R"({"fault":"duplicate_webhook","match":{"ref_id":"R-3"},"options":{"copies":3}})");
    fault(R"({"fault":"no_webhook","match":{"ref_id":"R-4"}})");
    fault(R"({"fault":"success_then_74","match":{"ref_id":"R-5"}})");
    fault(R"({"fault":"bad_signature_webhook","match":{"ref_id":"R-6"}})");
    for (const auto* ref : {"R-1", "R-2", "R-3", "R-4", "R-5", "R-6"})
        asks(ref);
    callbacks_pass();
    callbacks_pass();
    EXPECT_THAT(told("R-1"), ElementsAre("create Pending", "update Sukses", "update Pending", "update Gagal"));
    EXPECT_EQ(order("R-1").status, "Sukses");
    EXPECT_THAT(told("R-2"), ElementsAre("create Pending", "update Gagal", "update Sukses"));
    EXPECT_EQ(order("R-2").status, "Gagal");
    EXPECT_THAT(told("R-3"), ElementsAre("create Pending", "update Sukses", "update Sukses", "update Sukses"));
    EXPECT_THAT(told("R-4"), IsEmpty());
    EXPECT_EQ(order("R-4").deliveries, 1);
    EXPECT_THAT(told("R-5"), ElementsAre("create Pending", "update Sukses", "update Gagal"));
    EXPECT_EQ(order("R-5").rc, "74");
    EXPECT_EQ(order("R-5").deliveries, 1);
    const auto forged = world_->database().read([](db::Tx& tx) { return store::hooks(tx, "R-6", 10); });
    EXPECT_TRUE(forged.at(0).forged);
    EXPECT_EQ(deposit(), 100'000'000 - 4 * 10'845) << "R-2 and R-5 were credited back";
}

TEST_F(SandboxFaults, obeys_magic_numbers_on_the_first_answer_only)
{
    EXPECT_TRUE(asks("R-1", "0899000200").dropped);
    EXPECT_FALSE(asks("R-1", "0899000200").dropped);
    EXPECT_TRUE(asks("R-2", "0899000300").dropped);
    EXPECT_EQ(json::parse(asks("R-2", "0899000300").body).at("data").at("rc"), "03");
    EXPECT_EQ(asks("R-3", "089900040001").status, 502);
    EXPECT_EQ(json::parse(asks("R-4", "0899154000").body).at("data").at("rc"), "54");
    EXPECT_EQ(json::parse(asks("R-4", "0899154000").body).at("data").at("rc"), "54");
    asks("R-5", "0899000900");
    callbacks_pass();
    EXPECT_EQ(order("R-5").status, "Pending");
    EXPECT_EQ(order("R-1").deliveries, 1);
    EXPECT_EQ(order("R-2").deliveries, 1);
    EXPECT_EQ(order("R-4").deliveries, 0);
}

TEST_F(SandboxFaults, hits_only_what_it_matches_and_says_what_it_cannot_read)
{
    fault(R"({"fault":"html_502","match":{"path":"/price-list"},"times":-1})");
    fault(R"({"fault":"html_502","match":{"ref_id":"R-2","sku":"s10"}})");
    EXPECT_EQ(asks("R-1").status, 200);
    EXPECT_EQ(asks("R-2").status, 200);
    const json::object list{
        {"cmd", "prepaid"}, {"username", "tokocontoh"}, {"sign", testing_support::sign("pricelist")}};
    EXPECT_EQ(post("/price-list", list).status, 502);
    EXPECT_EQ(post("/price-list", list).status, 502);
    EXPECT_EQ(world_->faults().clear(), 2);
    EXPECT_EQ(post("/price-list", list).status, 200);

    std::string problem;
    EXPECT_FALSE(read_fault({{"fault", "earthquake"}}, problem));
    EXPECT_NE(problem.find("html_502"), std::string::npos);
    EXPECT_FALSE(read_fault({{"fault", "delay"}, {"times", 0}}, problem));
    EXPECT_FALSE(read_fault({{"fault", "delay"}, {"match", json::object{{"sku", 1}}}}, problem));
    EXPECT_FALSE(read_fault({{"fault", "rc"}, {"options", json::object{{"rc", "0,0"}}}}, problem));
}

} // namespace
} // namespace enstore::sandbox

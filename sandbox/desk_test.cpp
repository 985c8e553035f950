#include "sandbox/testing.hpp"

namespace enstore::sandbox
{
namespace
{

using testing_support::sign;
using testing_support::with;

/// Balance, price list, deposit ticket and meter lookup: what is asked at the desk, with no order.
class SandboxDesk : public testing_support::SupplierTest
{
protected:
    static json::object signed_by(std::string_view text, json::object fields)
    {
        fields["username"] = "tokocontoh";
        fields["sign"] = sign(text);
        return fields;
    }
    json::value list(json::object fields)
    {
        return json::parse(post("/price-list", signed_by("pricelist", std::move(fields))).body).at("data");
    }
};

TEST_F(SandboxDesk, tells_the_balance)
{
    EXPECT_EQ(post("/cek-saldo", signed_by("depo", {{"cmd", "deposit"}})).body, R"({"data":{"deposit":100000000}})");
    const auto wrong = data("/cek-saldo", signed_by("deposit", {{"cmd", "deposit"}}));
    EXPECT_EQ(wrong.at("rc"), "41");
    EXPECT_FALSE(wrong.contains("deposit"));
    EXPECT_EQ(data("/cek-saldo", signed_by("depo", {{"cmd", "saldo"}})).at("rc"), "40");
}

TEST_F(SandboxDesk, limits_the_price_list_with_a_budget_per_command)
{
    EXPECT_EQ(list({{"cmd", "prepaid"}}).as_array().size(), 274U);
    EXPECT_EQ(list({{"cmd", "pasca"}}).as_array().size(), 54U);
    const auto refusal = list({{"cmd", "prepaid"}});
    ASSERT_TRUE(refusal.is_object()) << "an object where success gives an array";
    EXPECT_EQ(refusal.at("rc"), "83");
    clock_.advance(std::chrono::minutes{5});
    EXPECT_TRUE(list({{"cmd", "prepaid"}}).is_array());
    set(R"({"limits":"off"})");
    EXPECT_TRUE(list({{"cmd", "prepaid"}}).is_array());
    set(R"({"limits":"on","shared_budget":true})");
    world_->forget_limits();
    EXPECT_TRUE(list({{"cmd", "prepaid"}}).is_array());
    EXPECT_TRUE(list({{"cmd", "pasca"}}).is_object());
    EXPECT_EQ(list({{"cmd", "postpaid"}}).at("rc"), "40");
}

TEST_F(SandboxDesk, lists_one_code_or_a_filter_without_touching_the_budget)
{
    const auto one = list({{"cmd", "prepaid"}, {"code", "gp5"}}).as_array();
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(one[0].as_object().size(), 15U);
    EXPECT_EQ(list({{"cmd", "prepaid"}, {"code", "gp5"}}).at("rc"), "83") << "a code once a second";
    EXPECT_FALSE(list({{"cmd", "prepaid"}, {"brand", "xl"}}).as_array().empty());
    EXPECT_TRUE(list({{"cmd", "prepaid"}}).is_array());
}

TEST_F(SandboxDesk, shows_changed_items_and_the_stock_that_is_left)
{
    buys("R-1", "087811112222", "gp5");
    world_->change_item("gp5", {{"price", 5'000}});
    const auto row = list({{"cmd", "prepaid"}, {"code", "gp5"}}).as_array().at(0).as_object();
    EXPECT_EQ(row.at("stock"), 119);
    EXPECT_EQ(row.at("price"), 5'000);
    restart();
    EXPECT_EQ(list({{"cmd", "prepaid"}, {"code", "gp5"}}).as_array().at(0).at("price"), 5'000);
    EXPECT_FALSE(world_->change_item("none", {{"price", 1}}));
    EXPECT_THROW(world_->change_item("gp5", {{"price", "free"}}), boost::system::system_error);
}

TEST_F(SandboxDesk, writes_deposit_tickets)
{
    const auto ask = signed_by("deposit", {{"amount", 200'000}, {"bank", "BCA"}, {"owner_name", "Toko Contoh"}});
    const auto ticket = data("/deposit", ask);
    EXPECT_EQ(ticket.at("rc"), "00");
    EXPECT_GT(ticket.at("amount").as_int64(), 200'000);
    EXPECT_LE(ticket.at("amount").as_int64(), 200'999);
    EXPECT_EQ(data("/deposit", with(ask, "bank", "KOPERASI")).at("rc"), "64");
    EXPECT_EQ(data("/deposit", with(ask, "amount", "banyak")).at("rc"), "40");
}

TEST_F(SandboxDesk, looks_meters_up)
{
    const auto look = [&](const std::string& number) {
        return data("/inquiry-pln", signed_by(number, {{"customer_no", number}}));
    };
    EXPECT_EQ(sign("530000000001"), "3bd3cc80018018e40068c9d184ae1c06");
    const auto found = look("530000000001");
    EXPECT_EQ(found.at("rc"), "00");
    EXPECT_EQ(found.at("subscriber_id"), "530000000001");
    EXPECT_NE(found.at("name"), "");
    EXPECT_EQ(look("530000000003").at("rc"), "54");
    EXPECT_EQ(look("123").at("rc"), "57");
    set(R"({"pln_lookups_per_minute":4})");
    EXPECT_EQ(look("530000000001").at("rc"), "00");
    EXPECT_EQ(look("530000000001").at("rc"), "86");
}

TEST_F(SandboxDesk, knows_callers_by_address_when_told_to)
{
    set(R"({"allowed_ips":["10.0.0.1"]})");
    EXPECT_EQ(data("/cek-saldo", signed_by("depo", {{"cmd", "deposit"}})).at("rc"), "45");
    set(R"({"allowed_ips":["127.0.0.1"]})");
    EXPECT_TRUE(data("/cek-saldo", signed_by("depo", {{"cmd", "deposit"}})).contains("deposit"));
}

} // namespace
} // namespace enstore::sandbox

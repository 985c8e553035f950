#include "sandbox/bills.hpp"
#include "sandbox/testing.hpp"

namespace enstore::sandbox
{
namespace
{

using testing_support::bill_body;
using testing_support::with;

struct FixedValues {
    const char* sku;
    const char* number;
    std::int64_t admin;
    std::int64_t price;
    std::int64_t selling_price;
    std::int64_t balance;
    const char* sn;
};

/// digiflazz.md 10.3.
const std::vector<FixedValues> fixed_values{
    {"pln", "530000000001", 2500, 10000, 11000, 90000, "S1234554321N"},
    {"pln", "530000000002", 5000, 23000, 25000, 77000, "S1234554321N"},
    {"pdam", "1013226", 2500, 11500, 12500, 88500, "S1234554321N"},
    {"internet", "6391601001", 5000, 22500, 24500, 77500, "I1234554321N"},
    {"bpjs", "8801234560001", 2500, 24700, 25000, 75300, "BP1234554321JS"},
    {"multifinance", "6391601201", 2500, 24700, 25000, 75300, "FP1234554321I"},
    {"cimahi", "329801092375999991", 2500, 99500, 100000, 500, "P1234554321B"},
    {"pdl", "3298010921", 2500, 99500, 100000, 500, "P1234554321D"},
    {"pgas", "0110014601", 2500, 99500, 100000, 500, "G1234567890S"},
    {"bpjstk", "8102051011270001", 2500, 16500, 17500, 83500, ""},
    {"bpjstkpu", "400000100001", 2500, 101500, 102500, 98500, ""},
    {"plnnontaglist", "3225030005921", 2500, 24700, 25000, 75300, "P1234554321NH"},
    {"samsat", "9658548523568701,0212502110170100", 2500, 99500, 100000, 100000, "s1234567890s"},
    {"hp", "081234554320", 2500, 11000, 12500, 89000, "H1234554321P"},
};

class SandboxPostpaid : public testing_support::SupplierTest
{
protected:
    json::object asks(const std::string& command, const std::string& ref, const std::string& number,
                      const std::string& sku = "pln", bool testing = true)
    {
        return data("/transaction", bill_body(command, ref, number, sku, testing));
    }
};

TEST_F(SandboxPostpaid, answers_the_test_bills_with_their_fixed_values)
{
    int n = 0;
    for (const auto& row : fixed_values) {
        const auto ref = "B-" + std::to_string(++n);
        const auto inquiry = asks("inq-pasca", ref, row.number, row.sku);
        EXPECT_EQ(inquiry.at("rc"), "00") << row.sku;
        EXPECT_EQ(inquiry.at("price"), row.price) << row.sku;
        EXPECT_EQ(inquiry.at("sn"), "");
        EXPECT_EQ(inquiry.at("buyer_last_saldo"), 100'000);
        const auto paid = asks("pay-pasca", ref, row.number, row.sku);
        EXPECT_EQ(paid.at("admin"), row.admin) << row.sku;
        EXPECT_EQ(paid.at("selling_price"), row.selling_price) << row.sku;
        EXPECT_EQ(paid.at("buyer_last_saldo"), row.balance) << row.sku;
        EXPECT_EQ(paid.at("sn"), row.sn) << row.sku;
        EXPECT_TRUE(paid.at("desc").as_object().contains("lembar_tagihan"));
    }
    const auto emoney =
        data("/transaction", with(bill_body("inq-pasca", "E-1", "082100000001", "emoney", true), "amount", 20'000));
    EXPECT_EQ(emoney.at("selling_price"), 25'000);
    EXPECT_EQ(deposit(), 100'000'000) << "test mode takes nothing";
}

TEST_F(SandboxPostpaid, shows_the_meter_only_once_paid)
{
    const auto inquiry = asks("inq-pasca", "B-1", "530000000002");
    EXPECT_EQ(
        json::serialize(inquiry.at("desc")),
        R"({"tarif":"R1","daya":1300,"lembar_tagihan":2,"detail":[{"periode":"201901","nilai_tagihan":"8000",)"
        R"("admin":"2500","denda":"500"},{"periode":"201902","nilai_tagihan":"11500","admin":"2500","denda":"0"}]})");
    const auto paid = asks("pay-pasca", "B-1", "530000000002");
    EXPECT_EQ(paid.at("desc").at("detail").at(1).at("meter_akhir"), "00095000");
    EXPECT_EQ(paid.at("customer_name"), "Nama Pelanggan Kedua");
}

TEST_F(SandboxPostpaid, fails_and_waits_where_the_test_numbers_say_so)
{
    const auto none = asks("inq-pasca", "B-1", "530000000003");
    EXPECT_EQ(json::serialize(none),
              R"({"ref_id":"B-1","customer_no":"530000000003","buyer_sku_code":"pln","message":"Transaksi Gagal",)"
              R"("status":"Gagal","rc":"02"})");
    EXPECT_EQ(asks("pay-pasca", "B-1", "530000000003").at("rc"), "50");

    EXPECT_EQ(asks("inq-pasca", "B-2", "530000000006").at("rc"), "00");
    EXPECT_EQ(asks("pay-pasca", "B-2", "530000000006").at("rc"), "02");

    asks("inq-pasca", "B-3", "630000000001");
    const auto pending = asks("pay-pasca", "B-3", "630000000001");
    EXPECT_EQ(pending.at("rc"), "03");
    EXPECT_EQ(pending.size(), 6U);
    asks("inq-pasca", "B-4", "630000000006");
    asks("pay-pasca", "B-4", "630000000006");
    EXPECT_EQ(asks("status-pasca", "B-4", "630000000006").at("rc"), "03");
    callbacks_pass();
    EXPECT_EQ(asks("status-pasca", "B-3", "630000000001").at("sn"), "S1234554321N");
    EXPECT_EQ(asks("status-pasca", "B-4", "630000000006").at("rc"), "02");
    EXPECT_EQ(order("B-3").deliveries, 1);
    EXPECT_EQ(order("B-4").deliveries, 0);
    EXPECT_THAT(told("B-3"), ::testing::ElementsAre("create Pending", "update Sukses"));
}

TEST_F(SandboxPostpaid, pays_once_what_was_asked_about_on_the_same_day)
{
    EXPECT_EQ(asks("pay-pasca", "B-1", "530000000001").at("rc"), "50") << "without an inquiry";
    asks("inq-pasca", "B-1", "530000000001");
    EXPECT_EQ(asks("inq-pasca", "B-1", "530000000001").at("rc"), "49") << "a second inquiry with a used ref_id";
    EXPECT_EQ(asks("status-pasca", "B-1", "530000000001").at("rc"), "50") << "not paid yet";
    EXPECT_EQ(asks("pay-pasca", "B-1", "530000000002").at("rc"), "49");
    const auto paid = asks("pay-pasca", "B-1", "530000000001");
    EXPECT_EQ(asks("pay-pasca", "B-1", "530000000001"), paid);
    EXPECT_EQ(order("B-1").deliveries, 1);

    asks("inq-pasca", "B-2", "530000000001");
    clock_.set(*parse_time("2026-02-20T17:00:00Z")); // midnight in Jakarta
    EXPECT_EQ(asks("pay-pasca", "B-2", "530000000001").at("rc"), "02");
    EXPECT_EQ(order("B-2").deliveries, 0);
    world_->advance(std::chrono::hours{24 * 91});
    EXPECT_EQ(asks("status-pasca", "B-1", "530000000001").at("rc"), "50");
}

TEST_F(SandboxPostpaid, makes_up_bills_that_add_up_and_moves_the_deposit)
{
    const auto inquiry = asks("inq-pasca", "B-1", "512345678901", "plnb", false);
    const auto price = inquiry.at("price").as_int64();
    EXPECT_EQ(inquiry.at("selling_price").as_int64() - price, 1800);
    EXPECT_EQ(inquiry.at("admin"), 2750);
    EXPECT_EQ(inquiry.at("periode"), "202602");
    EXPECT_EQ(deposit(), 100'000'000);
    EXPECT_EQ(asks("pay-pasca", "B-1", "512345678901", "plnb", false).at("rc"), "03");
    EXPECT_EQ(deposit(), 100'000'000 - price);
    callbacks_pass();
    const auto paid = asks("status-pasca", "B-1", "512345678901", "plnb", false);
    EXPECT_EQ(paid.at("price"), price);
    EXPECT_NE(paid.at("sn"), "");
}

TEST_F(SandboxPostpaid, refuses_what_cannot_be_looked_up)
{
    EXPECT_EQ(asks("inq-pasca", "B-1", "123", "xld10").at("rc"), "43") << "a prepaid SKU is no bill";
    EXPECT_EQ(asks("inq-pasca", "B-2", "123", "plnc").at("rc"), "43") << "switched off by the buyer";
    EXPECT_EQ(asks("inq-pasca", "B-3", "123", "biznet").at("rc"), "53") << "switched off by the seller";
    EXPECT_EQ(asks("inq-pasca", "B-4", "081234567890", "emoney").at("rc"), "40") << "no amount";
    EXPECT_EQ(rc(with(bill_body("inq-pasca", "B-5", "081234567890", "emoney"), "amount", 20'500)), "87");
    world_->database().transact([](db::Tx& tx) { store::set_deposit(tx, 1_idr); });
    asks("inq-pasca", "B-6", "512345678901", "plnb", false);
    EXPECT_EQ(asks("pay-pasca", "B-6", "512345678901", "plnb", false).at("rc"), "44");
}

} // namespace
} // namespace enstore::sandbox

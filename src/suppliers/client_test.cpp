#include "platform/metrics/metrics.hpp"
#include "suppliers/digiflazz.hpp"
#include "tests/support/raw_server.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

namespace enstore::digiflazz
{
namespace
{

using support::RawPeer;
using support::RawServer;

/// A supplier that answers every call with one status and body, and remembers what it was sent.
class FakeSupplier
{
public:
    FakeSupplier(int status, std::string body)
        : status_(status), body_(std::move(body)), server_([this](RawPeer& peer, int) {
              while (const auto request = peer.read_request()) {
                  remember(*request);
                  peer.answer(status_, body_);
              }
          })
    {
    }

    std::string url() const { return server_.url(""); }
    std::vector<std::string> requests() const
    {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    std::string last_path() const
    {
        const auto all = requests();
        return all.empty() ? "" : all.back().substr(5, all.back().find(" HTTP") - 5);
    }
    std::string last_body() const
    {
        const auto all = requests();
        return all.empty() ? "" : all.back().substr(all.back().find("\r\n\r\n") + 4);
    }

private:
    void remember(const std::string& request)
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
    }

    int status_;
    std::string body_;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    RawServer server_;
};

Config config_for(const std::string& url)
{
    Config config;
    config.base_url = url;
    config.username = "tokocontoh";
    config.api_key = Secret{"dev-contoh-0000"};
    return config;
}

const Purchase purchase{
    .sku = "ml86", .customer_no = "1234567892045", .ref_id = "INV-20260101-0001", .max_price = 22'600_idr};

std::string answer_with(const std::string& rc, const std::string& status)
{
    return R"({"data":{"ref_id":"INV-20260101-0001","customer_no":"1234567892045","buyer_sku_code":"ml86","message":"m","status":")" +
           status + R"(","rc":")" + rc + R"(","sn":"SN1","price":22130,"buyer_last_saldo":2727870}})";
}

TEST(SupplierSignature, matches_the_published_vectors)
{
    const Config config = config_for("");
    EXPECT_EQ(sign(config, "depo"), "6fd95cfaa35c3ecdccac4b02f3dc7414");
    EXPECT_EQ(sign(config, "pricelist"), "9ebec2458555898f451661281369d974");
    EXPECT_EQ(sign(config, "deposit"), "5295a7eb636dab77c1e71ae35adb5d1d");
    EXPECT_EQ(sign(config, "INV-20260101-0001"), "5b45bc34ba7cd1b52b9a68e3a399dfb4");
    EXPECT_EQ(sign(config, "530000000001"), "3bd3cc80018018e40068c9d184ae1c06");
}

TEST(BuyingFromTheSupplier, sends_the_documented_request_and_reads_the_answer)
{
    FakeSupplier supplier(200, answer_with("00", "Sukses"));
    outbound::Client outbound;
    Client client(config_for(supplier.url() + "/"), outbound);
    const auto asked = client.buy(purchase);
    EXPECT_TRUE(asked.sent);
    ASSERT_TRUE(asked.answer);
    EXPECT_EQ(asked.answer->meaning, Class::ok);
    EXPECT_EQ(asked.answer->sn, "SN1");
    EXPECT_EQ(asked.problem, "");
    EXPECT_EQ(supplier.last_path(), "/transaction");
    EXPECT_EQ(supplier.last_body(),
              R"({"username":"tokocontoh","buyer_sku_code":"ml86","customer_no":"1234567892045",)"
              R"("ref_id":"INV-20260101-0001","max_price":22600,"sign":"5b45bc34ba7cd1b52b9a68e3a399dfb4"})");
}

TEST(BuyingFromTheSupplier, F09_asking_again_sends_the_same_bytes)
{
    FakeSupplier supplier(200, answer_with("03", "Pending"));
    outbound::Client outbound;
    auto config = config_for(supplier.url());
    config.testing = true;
    config.callback_url = "https://toko.example/api/webhooks/digiflazz";
    Client client(config, outbound);
    Client after_a_restart(config, outbound);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(client.buy(purchase).answer->meaning, Class::wait);
    EXPECT_EQ(after_a_restart.buy(purchase).answer->meaning, Class::wait);
    const auto requests = supplier.requests();
    ASSERT_EQ(requests.size(), 4U);
    for (const auto& request : requests)
        EXPECT_EQ(request, requests[0]);
    EXPECT_NE(supplier.last_body().find(R"("cb_url":"https://toko.example/api/webhooks/digiflazz","testing":true)"),
              std::string::npos)
        << supplier.last_body();
}

TEST(BuyingFromTheSupplier, a_dot_in_the_number_is_announced)
{
    FakeSupplier supplier(200, answer_with("03", "Pending"));
    outbound::Client outbound;
    Client client(config_for(supplier.url()), outbound);
    auto dotted = purchase;
    dotted.customer_no = "nama.pemain";
    (void)client.buy(dotted);
    EXPECT_NE(supplier.last_body().find(R"("allow_dot":true)"), std::string::npos) << supplier.last_body();
}

TEST(BuyingFromTheSupplier, business_answers_count_with_status_200_and_400)
{
    for (const int status : {200, 400, 401, 403}) {
        FakeSupplier supplier(status, answer_with("54", "Gagal"));
        outbound::Client outbound;
        Client client(config_for(supplier.url()), outbound);
        const auto asked = client.buy(purchase);
        ASSERT_TRUE(asked.answer) << status;
        EXPECT_EQ(asked.answer->meaning, Class::fail_input) << status;
    }
}

TEST(BuyingFromTheSupplier, F12_an_answer_behind_a_server_error_ends_no_order)
{
    for (const int status : {500, 502, 503, 302})
        for (const auto& [rc, word] : {std::pair{"00", "Sukses"}, {"02", "Gagal"}, {"54", "Gagal"}, {"44", "Gagal"}}) {
            FakeSupplier supplier(status, answer_with(rc, word));
            outbound::Client outbound;
            Client client(config_for(supplier.url()), outbound);
            const auto asked = client.buy(purchase);
            EXPECT_TRUE(asked.sent);
            EXPECT_FALSE(asked.answer) << status << ' ' << rc;
            EXPECT_EQ(asked.problem, "unreadable answer with HTTP status " + std::to_string(status));
        }
}

TEST(BuyingFromTheSupplier, F12_what_cannot_be_read_leaves_the_outcome_unknown)
{
    for (const std::string& body :
         {std::string("<html>502</html>"), std::string(), std::string(R"({"data":{}})"),
          answer_with("02", "Gagal").substr(0, 60),
          std::string(R"({"data":{"ref_id":"INV-20260101-0002","status":"Gagal","rc":"02"}})")}) {
        FakeSupplier supplier(200, body);
        outbound::Client outbound;
        Client client(config_for(supplier.url()), outbound);
        const auto asked = client.buy(purchase);
        EXPECT_TRUE(asked.sent) << body;
        EXPECT_FALSE(asked.answer) << body;
    }
}

TEST(BuyingFromTheSupplier, F09_a_lost_answer_counts_as_sent)
{
    RawServer server([](RawPeer& peer, int) {
        (void)peer.read_request();
        peer.reset_at_end();
    });
    outbound::Client outbound;
    Client client(config_for(server.url("")), outbound);
    const auto asked = client.buy(purchase);
    EXPECT_TRUE(asked.sent);
    EXPECT_FALSE(asked.answer);
    EXPECT_NE(asked.problem, "");
}

TEST(BuyingFromTheSupplier, F10_a_refused_connection_counts_as_not_sent)
{
    outbound::Client outbound;
    Client client(config_for("http://127.0.0.1:" + std::to_string(RawServer::closed_port())), outbound);
    const auto asked = client.buy(purchase);
    EXPECT_FALSE(asked.sent);
    EXPECT_FALSE(asked.answer);
    EXPECT_NE(asked.problem, "");
}

TEST(BuyingFromTheSupplier, a_refused_set_up_without_its_echo_is_about_what_was_asked)
{
    FakeSupplier supplier(
        400, R"({"data":{"ref_id":"","customer_no":"","buyer_sku_code":"","message":"x","status":"Gagal","rc":"40"}})");
    outbound::Client outbound;
    Client client(config_for(supplier.url()), outbound);
    const auto asked = client.buy(purchase);
    ASSERT_TRUE(asked.answer);
    EXPECT_EQ(asked.answer->meaning, Class::config);
    EXPECT_EQ(asked.answer->ref_id, purchase.ref_id);
    EXPECT_EQ(asked.answer->sku, purchase.sku);
    EXPECT_EQ(asked.answer->customer_no, purchase.customer_no);
}

TEST(BuyingFromTheSupplier, a_reference_the_supplier_may_not_take_is_a_bug)
{
    outbound::Client outbound;
    Client client(config_for("http://127.0.0.1:1"), outbound);
    for (const std::string& ref_id : {std::string(), std::string("a b"), std::string("a\"b"), std::string(41, 'x')}) {
        auto wrong = purchase;
        wrong.ref_id = ref_id;
        EXPECT_THROW((void)client.buy(wrong), std::invalid_argument) << ref_id;
    }
}

TEST(BuyingFromTheSupplier, answers_are_counted_by_code_and_class)
{
    const auto counted = [](std::string_view rc, std::string_view meaning) {
        return metrics::counter_value("enstore_supplier_answers_total",
                                      {{"supplier", "digiflazz"}, {"call", "buy"}, {"rc", rc}, {"class", meaning}});
    };
    outbound::Client outbound;
    const auto buy_once = [&](const std::string& body) {
        FakeSupplier supplier(200, body);
        Client client(config_for(supplier.url()), outbound);
        (void)client.buy(purchase);
    };
    const auto before = counted("68", "fail_route");
    buy_once(answer_with("68", "Gagal"));
    EXPECT_EQ(counted("68", "fail_route"), before + 1);
    const auto unlisted = counted("other", "unknown");
    buy_once(answer_with("a code of tomorrow", "Gagal"));
    EXPECT_EQ(counted("other", "unknown"), unlisted + 1);
    const auto unreadable = counted("none", "unreadable");
    buy_once("<html>");
    EXPECT_EQ(counted("none", "unreadable"), unreadable + 1);
}

TEST(AskingForTheDeposit, signs_with_its_own_word_and_reads_the_figure)
{
    FakeSupplier supplier(200, R"({"data":{"deposit":2750000}})");
    outbound::Client outbound;
    Client client(config_for(supplier.url()), outbound);
    const auto deposit = client.deposit();
    ASSERT_TRUE(deposit);
    EXPECT_EQ(*deposit, 2'750'000_idr);
    EXPECT_EQ(supplier.last_path(), "/cek-saldo");
    EXPECT_EQ(supplier.last_body(),
              R"({"cmd":"deposit","username":"tokocontoh","sign":"6fd95cfaa35c3ecdccac4b02f3dc7414"})");
}

TEST(AskingForTheDeposit, says_why_it_is_refused)
{
    outbound::Client outbound;
    for (const auto& [status, body, detail] : {std::tuple{200, R"({"data":{"rc":"41","message":"x"}})", "rc 41"},
                                               {400, R"({"data":{"rc":"45","message":"x"}})", "rc 45"},
                                               {502, "<html>", "unreadable answer with HTTP status 502"},
                                               {200, R"({"data":{"deposit":"banyak"}})", "rc "},
                                               {500, R"({"data":{"deposit":5}})", "rc "}}) {
        FakeSupplier supplier(status, body);
        Client client(config_for(supplier.url()), outbound);
        const auto deposit = client.deposit();
        ASSERT_FALSE(deposit) << body;
        EXPECT_TRUE(deposit.error().is(deposit_unavailable));
        EXPECT_EQ(deposit.error().detail, detail);
    }
}

TEST(AskingForThePriceList, names_each_kind_as_the_supplier_does)
{
    FakeSupplier supplier(200, R"({"data":[]})");
    outbound::Client outbound;
    Client client(config_for(supplier.url()), outbound);
    EXPECT_TRUE(client.price_list(false));
    EXPECT_EQ(supplier.last_path(), "/price-list");
    EXPECT_EQ(supplier.last_body(),
              R"({"cmd":"prepaid","username":"tokocontoh","sign":"9ebec2458555898f451661281369d974"})");
    EXPECT_TRUE(client.price_list(true));
    EXPECT_EQ(supplier.last_body(),
              R"({"cmd":"pasca","username":"tokocontoh","sign":"9ebec2458555898f451661281369d974"})");
}

TEST(AskingForThePriceList, refuses_what_is_no_good_list)
{
    outbound::Client outbound;
    const auto refusal_of = [&](int status, const char* body) {
        FakeSupplier supplier(status, body);
        Client client(config_for(supplier.url()), outbound);
        return client.price_list(false).error();
    };
    EXPECT_TRUE(refusal_of(200, R"({"data":{"rc":"83"}})").is(price_list_too_often));
    EXPECT_TRUE(refusal_of(400, R"({"data":{"rc":"83"}})").is(price_list_too_often));
    EXPECT_TRUE(refusal_of(502, "<html>").is(price_list_unavailable));
    EXPECT_TRUE(refusal_of(500, R"({"data":[]})").is(price_list_unavailable));
    Client nobody(config_for("http://127.0.0.1:" + std::to_string(RawServer::closed_port())), outbound);
    EXPECT_TRUE(nobody.price_list(false).error().is(price_list_unavailable));
}

} // namespace
} // namespace enstore::digiflazz

#include "platform/crypto/crypto.hpp"
#include "suppliers/digiflazz.hpp"

#include <gtest/gtest.h>

namespace enstore::digiflazz
{
namespace
{

/// The vector of digiflazz.md 13.
constexpr std::string_view body =
    R"({"data":{"ref_id":"INV-20260101-0001","customer_no":"087800001233","buyer_sku_code":"xld10","message":"Transaksi Sukses","status":"Sukses","rc":"00","buyer_last_saldo":990000,"sn":"1234567890","price":10000,"tele":"@contoh","wa":"081200000000"}})";
constexpr std::string_view signature = "sha1=47a1489c954b1c584bdda9ef696caec86d2ec9f4";

Config config_with(const std::string& secret)
{
    Config config;
    config.username = "tokocontoh";
    config.webhook_secret = Secret{secret};
    return config;
}

const Config config = config_with("rahasia-webhook");

std::string signed_by_us(std::string_view text)
{
    return "sha1=" + crypto::hmac_sha1("rahasia-webhook", text);
}

TEST(ReadingAWebhook, S39_the_published_vector_is_accepted_and_decoded)
{
    ASSERT_EQ(body.size(), 245U);
    const auto webhook = read_webhook(config, body, signature, "update");
    ASSERT_TRUE(webhook);
    EXPECT_FALSE(webhook->ping);
    EXPECT_EQ(webhook->event, "update");
    ASSERT_TRUE(webhook->answer);
    EXPECT_EQ(webhook->answer->meaning, Class::ok);
    EXPECT_EQ(webhook->answer->ref_id, "INV-20260101-0001");
    EXPECT_EQ(webhook->answer->customer_no, "087800001233");
    EXPECT_EQ(webhook->answer->sku, "xld10");
    EXPECT_EQ(webhook->answer->sn, "1234567890");
    EXPECT_EQ(webhook->answer->price, 10'000_idr);
    EXPECT_EQ(read_webhook(config, body, signature, "something new")->event, "");
}

TEST(ReadingAWebhook, S39_a_body_that_changed_by_one_byte_is_refused)
{
    for (std::size_t at = 0; at < body.size(); ++at) {
        std::string changed(body);
        changed[at] ^= 1;
        const auto webhook = read_webhook(config, changed, signature, "update");
        ASSERT_FALSE(webhook) << at;
        EXPECT_TRUE(webhook.error().is(bad_signature));
    }
    EXPECT_TRUE(read_webhook(config, std::string(body) + " ", signature, "update").error().is(bad_signature));
}

TEST(ReadingAWebhook, S39_any_other_signature_is_refused)
{
    const std::string good(signature);
    for (const std::string& other :
         {std::string(), good.substr(5), good.substr(0, good.size() - 1), good + "0", "SHA1=" + good.substr(5),
          "sha256=" + good.substr(5), "sha1=" + crypto::hmac_sha1("another-secret", body),
          "sha1=" + crypto::md5("tokocontoh"
                                "dev-contoh-0000"
                                "INV-20260101-0001"),
          std::string("sha1=")}) {
        const auto webhook = read_webhook(config, body, other, "update");
        ASSERT_FALSE(webhook) << other;
        EXPECT_TRUE(webhook.error().is(bad_signature)) << other;
    }
}

TEST(ReadingAWebhook, S39_without_a_secret_every_webhook_is_refused)
{
    const Config no_secret = config_with("");
    for (const std::string& any : {std::string(), std::string(signature), "sha1=" + crypto::hmac_sha1("", body)})
        EXPECT_TRUE(read_webhook(no_secret, body, any, "update").error().is(bad_signature)) << any;
}

TEST(ReadingAWebhook, a_signed_ping_is_recognised)
{
    const std::string ping =
        R"({"sed":"acak","hook_id":"1","hook":{"url":"https://t","secret":"s","type":"json","status":1}})";
    for (const auto event : {"ping", "", "create"}) {
        const auto webhook = read_webhook(config, ping, signed_by_us(ping), event);
        ASSERT_TRUE(webhook);
        EXPECT_TRUE(webhook->ping);
        EXPECT_FALSE(webhook->answer);
    }
    EXPECT_FALSE(read_webhook(config, ping, signature, "ping"));
}

TEST(ReadingAWebhook, the_event_header_alone_makes_no_ping_of_news)
{
    // The signature does not cover the header, so it must not be able to silence a delivery.
    const auto webhook = read_webhook(config, body, signature, "ping");
    ASSERT_TRUE(webhook);
    EXPECT_FALSE(webhook->ping);
    EXPECT_TRUE(webhook->answer);
}

TEST(ReadingAWebhook, F12_a_signed_body_without_an_answer_is_refused_as_payload)
{
    for (const std::string& text :
         {std::string(), std::string("x"), std::string("[]"), std::string("{}"), std::string(R"({"data":{}})"),
          std::string(R"({"data":{"rc":"00","status":"Sukses"}})"),
          std::string(R"({"data":{"rc":"41","status":"Gagal","ref_id":""}})")}) {
        const auto webhook = read_webhook(config, text, signed_by_us(text), "update");
        ASSERT_FALSE(webhook) << text;
        EXPECT_TRUE(webhook.error().is(bad_payload)) << text;
    }
}

} // namespace
} // namespace enstore::digiflazz

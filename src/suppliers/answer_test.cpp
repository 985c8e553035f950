#include "suppliers/codes.hpp"
#include "suppliers/json_reading.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/string.hpp>

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace enstore::digiflazz
{
namespace
{

constexpr std::string_view ref = "INV-20260101-0001";

/// A well-formed answer about `ref`, with `more` members behind the usual ones.
std::string answer_with(const std::string& rc, const std::string& status, const std::string& more = "")
{
    return R"({"data":{"ref_id":"INV-20260101-0001","customer_no":"087800001230","buyer_sku_code":"xld10",)"
           R"("message":"Transaksi","status":")" +
           status + R"(","rc":")" + rc + "\"" + more + "}}";
}

TEST(ReadingAnAnswer, keeps_every_field_of_a_success)
{
    const auto answer = read_answer(
        R"({"data":{"ref_id":"INV-20260101-0001","customer_no":"1234567892045","buyer_sku_code":"ml86","message":"Transaksi Sukses","status":"Sukses","rc":"00","sn":"1234567890","buyer_last_saldo":2727870,"price":22130,"tele":"@contoh","wa":"081200000000"}})",
        ref);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->meaning, Class::ok);
    EXPECT_EQ(answer->ref_id, ref);
    EXPECT_EQ(answer->customer_no, "1234567892045");
    EXPECT_EQ(answer->sku, "ml86");
    EXPECT_EQ(answer->rc, "00");
    EXPECT_EQ(answer->status, "Sukses");
    EXPECT_EQ(answer->sn, "1234567890");
    EXPECT_EQ(answer->message, "Transaksi Sukses");
    EXPECT_EQ(answer->price, 22'130_idr);
    EXPECT_EQ(answer->deposit_after, 2'727'870_idr);
}

TEST(ReadingAnAnswer, takes_the_reduced_shape_of_a_refusal)
{
    const auto answer = read_answer(answer_with("43", "Gagal", R"(,"sn":"")"), ref);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->meaning, Class::fail_route);
    EXPECT_EQ(answer->sn, "");
    EXPECT_FALSE(answer->price);
    EXPECT_FALSE(answer->deposit_after);
}

TEST(ReadingAnAnswer, takes_a_serial_number_of_nothing_as_none)
{
    for (const auto sn : {R"("")", R"("N/A")", R"("n/a")", R"("  ")", "null", "{}", "[]", "true"})
        EXPECT_EQ(read_answer(answer_with("03", "Pending", std::string(R"(,"sn":)") + sn), ref)->sn, "") << sn;
    EXPECT_EQ(read_answer(answer_with("00", "Sukses", R"(,"sn":123456)"), ref)->sn, "123456");
    EXPECT_EQ(read_answer(answer_with("00", "Sukses", R"(,"sn":" 0123-4567/BUDI/R1\n/1300 ")"), ref)->sn,
              "0123-4567/BUDI/R1 /1300");
}

TEST(ReadingAnAnswer, takes_amounts_however_they_are_written)
{
    for (const auto price : {"10845", "\"10845\"", "10845.0", "\"10845.00\"", "1.0845e4", "\" 10845 \""})
        EXPECT_EQ(read_answer(answer_with("00", "Sukses", std::string(R"(,"price":)") + price), ref)->price, 10'845_idr)
            << price;
}

TEST(ReadingAnAnswer, S47_an_amount_that_makes_no_sense_is_none)
{
    for (const auto price :
         {"-1", "\"-5\"", "10845.5", "\"10.845\"", "1000000000001", "9223372036854775808", "1e300", "-1e300",
          "18446744073709551615", "\"99999999999999999999\"", "\"\"", "\"Rp 5\"", "null", "true", "[]", "{}"}) {
        const auto answer = read_answer(answer_with("00", "Sukses", std::string(R"(,"price":)") + price), ref);
        ASSERT_TRUE(answer) << price;
        EXPECT_FALSE(answer->price) << price;
        EXPECT_EQ(answer->meaning, Class::ok);
    }
    EXPECT_EQ(read_answer(answer_with("00", "Sukses", R"(,"price":1000000000000)"), ref)->price, max_amount);
}

TEST(ReadingAnAnswer, cuts_a_fraction_off_the_deposit_and_lets_it_be_negative)
{
    EXPECT_EQ(read_answer(answer_with("03", "Pending", R"(,"buyer_last_saldo":990000.75)"), ref)->deposit_after,
              990'000_idr);
    EXPECT_EQ(read_answer(answer_with("03", "Pending", R"(,"buyer_last_saldo":-12.5)"), ref)->deposit_after, Idr{-13});
    EXPECT_FALSE(read_answer(answer_with("03", "Pending", R"(,"buyer_last_saldo":1e18)"), ref)->deposit_after);
}

TEST(ReadingAnAnswer, F12_what_is_no_answer_is_nothing)
{
    const std::string good = answer_with("00", "Sukses");
    const std::vector<std::string> bodies = {
        "",
        " ",
        "<html><h1>502 Bad Gateway</h1></html>",
        good.substr(0, good.size() - 1),
        good.substr(0, good.size() / 2),
        good + "x",
        "\xEF\xBB\xBF" + good,
        "null",
        "[]",
        "\"Sukses\"",
        "{}",
        R"({"data":null})",
        R"({"data":{}})",
        R"({"data":[]})",
        R"({"data":"00"})",
        R"({"data":[{"ref_id":"INV-20260101-0001","rc":"00","status":"Sukses"}]})",
        R"({"rc":"00","status":"Sukses","ref_id":"INV-20260101-0001"})",
        R"({"data":{"ref_id":"INV-20260101-0001","status":"Sukses"}})",
        R"({"data":{"ref_id":"INV-20260101-0001","rc":"02"}})",
        R"({"data":{"ref_id":"INV-20260101-0001","rc":0,"status":"Sukses"}})",
        R"({"data":{"ref_id":"INV-20260101-0001","rc":2,"status":"Gagal"}})",
        R"({"data":{"ref_id":"INV-20260101-0001","rc":null,"status":"Gagal"}})",
        R"({"data":{"ref_id":"INV-20260101-0001","rc":"","status":"Gagal"}})",
        R"({"data":{"ref_id":"INV-20260101-0001","rc":"02","status":""}})",
        R"({"data":{"ref_id":"INV-20260101-0001","rc":["02"],"status":"Gagal"}})",
        "{\"data\":{\"ref_id\":\"INV-20260101-0001\",\"rc\":\"00\",\"status\":\"Sukses\",\"sn\":\"\xC3\"}}",
        std::string(100'000, '['),
        R"({"data":)" + std::string(100, '[') + std::string(100, ']') + "}",
    };
    for (const auto& body : bodies)
        EXPECT_FALSE(read_answer(body, ref)) << body.substr(0, 100);
}

TEST(ReadingAnAnswer, F12_an_answer_about_another_transaction_is_nothing)
{
    for (const auto& [rc, status] : {std::pair{"00", "Sukses"}, {"02", "Gagal"}, {"54", "Gagal"}, {"41", "Gagal"}}) {
        EXPECT_FALSE(read_answer(answer_with(rc, status), "INV-20260101-0002"));
        EXPECT_FALSE(read_answer(answer_with(rc, status), "inv-20260101-0001"));
        EXPECT_FALSE(read_answer(answer_with(rc, status), ""));
    }
    for (const auto& [rc, status] : {std::pair{"00", "Sukses"}, {"02", "Gagal"}, {"54", "Gagal"}, {"44", "Gagal"}}) {
        const auto without = std::string(R"({"data":{"rc":")") + rc + R"(","status":")" + status + "\"}}";
        EXPECT_FALSE(read_answer(without, ref));
    }
}

TEST(ReadingAnAnswer, a_refused_set_up_is_understood_without_its_echo)
{
    const auto answer = read_answer(
        R"({"data":{"ref_id":"","customer_no":"","buyer_sku_code":"","message":"Payload","status":"Gagal","rc":"40","sn":""}})",
        ref);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->meaning, Class::config);
    EXPECT_EQ(answer->ref_id, ref);
}

TEST(ReadingAnAnswer, F12_an_unlisted_code_is_kept_cut_to_its_column_and_unknown)
{
    const auto answer = read_answer(answer_with("A-very-long-code", "A status nobody has ever heard of"), ref);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->meaning, Class::unknown);
    EXPECT_EQ(answer->rc, "A-very-lon");
    EXPECT_EQ(answer->status, "A status nobody has");
}

TEST(ReadingAnAnswer, long_texts_are_cut_between_characters)
{
    std::string message;
    for (int i = 0; i < 1'500; ++i)
        message += "é";
    const auto answer = read_answer(
        R"({"data":{"ref_id":"INV-20260101-0001","rc":"03","status":"Pending","message":")" + message + "\"}}", ref);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->message.size(), 2'000U);
}

/// What the JSON itself says, read without the code under test.
std::optional<std::array<std::string, 3>> words_of(const std::string& body)
{
    boost::system::error_code failed;
    const auto document = boost::json::parse(body, failed);
    if (failed || !document.is_object()) return std::nullopt;
    const auto* data = document.as_object().if_contains("data");
    if (data == nullptr || !data->is_object()) return std::nullopt;
    std::array<std::string, 3> words;
    std::size_t at = 0;
    for (const auto name : {"rc", "status", "ref_id"}) {
        const auto* value = data->as_object().if_contains(name);
        if (value == nullptr || !value->is_string()) return std::nullopt;
        words.at(at++) = std::string(value->as_string().data(), value->as_string().size());
    }
    return words;
}

std::string mutated(std::string body, std::mt19937_64& random)
{
    static const std::vector<std::string> splices = {"\"rc\":\"00\"",
                                                     "\"rc\":\"02\"",
                                                     "\"rc\":\"54\"",
                                                     "\"rc\":\"98\"",
                                                     "\"rc\":0",
                                                     "\"status\":\"Sukses\"",
                                                     "Gagal",
                                                     "Pending",
                                                     "Sukses",
                                                     "\"status\":1",
                                                     "null",
                                                     "{\"data\":",
                                                     "}",
                                                     "]",
                                                     "\\u0000",
                                                     "\"ref_id\":\"\"",
                                                     "<html>",
                                                     "00",
                                                     "02",
                                                     "\"",
                                                     ",",
                                                     "INV-20260101-0002"};
    const auto place = [&] { return body.empty() ? std::size_t{0} : random() % body.size(); };
    const auto steps = 1 + random() % 4;
    for (std::uint64_t step = 0; step < steps; ++step) {
        switch (random() % 7) {
        case 0:
            if (!body.empty()) body[place()] = static_cast<char>(random() % 256);
            break;
        case 1:
            if (!body.empty()) body.erase(place(), 1 + random() % 8);
            break;
        case 2:
            body.insert(place(), splices[random() % splices.size()]);
            break;
        case 3:
            body.resize(place());
            break;
        case 4:
            if (!body.empty()) body[place()] ^= static_cast<char>(1U << (random() % 8));
            break;
        case 5: { // one word of the protocol for another, the mutation a broken supplier is most likely to make
            static const std::vector<std::string> words = {"Sukses", "Gagal",  "Pending", "\"00\"", "\"02\"",
                                                           "\"03\"", "\"99\"", "\"54\"",  "\"70\"", "\"x\""};
            const auto& from = words[random() % words.size()];
            if (const auto at = body.find(from); at != std::string::npos)
                body.replace(at, from.size(), words[random() % words.size()]);
            break;
        }
        default:
            body.insert(place(), body.substr(place(), random() % 40));
        }
    }
    return body;
}

TEST(ReadingAnAnswer, F12_ten_thousand_damaged_answers_end_no_order_unless_code_and_status_agree)
{
    const std::vector<std::string> seeds = {
        answer_with("00", "Sukses", R"(,"sn":"1234567890","buyer_last_saldo":990000,"price":10000)"),
        answer_with("02", "Gagal", R"(,"price":10000)"),
        answer_with("03", "Pending", R"(,"sn":"")"),
        answer_with("54", "Gagal"),
        answer_with("99", "Pending"),
        answer_with("44", "Gagal"),
        answer_with("74", "Gagal")};
    std::mt19937_64 random{12};
    int read = 0;
    int ended = 0;
    for (int i = 0; i < 10'000; ++i) {
        const auto body = mutated(seeds[random() % seeds.size()], random);
        const auto answer = read_answer(body, ref);
        if (!answer) continue;
        ++read;
        if (!ends_the_order(answer->meaning)) continue;
        ++ended;
        const auto words = words_of(body);
        ASSERT_TRUE(words) << body;
        const auto& [rc, status, ref_id] = *words;
        EXPECT_EQ(ref_id, ref) << body;
        EXPECT_EQ(answer->meaning == Class::ok, rc == "00") << body;
        EXPECT_EQ(status, answer->meaning == Class::ok ? "Sukses" : "Gagal") << body;
        EXPECT_TRUE(find_code(rc) != nullptr && find_code(rc)->meaning == answer->meaning) << body;
    }
    // The test would prove nothing if every mutation were plain rubbish.
    EXPECT_GT(read, 500);
    EXPECT_GT(ended, 100);
    EXPECT_LT(ended, read);
}

} // namespace
} // namespace enstore::digiflazz

#include "catalog/order_form.hpp"

#include <gtest/gtest.h>

namespace enstore::catalog
{
namespace
{

SellableItem item_of(std::string type, std::string brand = "ANY")
{
    SellableItem item;
    item.brand = std::move(brand);
    item.fields = default_fields(type);
    item.type = std::move(type);
    return item;
}

/// The number, or the word for why not: the field of the first problem, or the refusal's code.
std::string number_or_refusal(const SellableItem& item, const FormValues& values,
                              const std::optional<std::string>& buyer_phone = {})
{
    const auto number = customer_number(item, values, buyer_phone);
    if (number) return *number;
    if (number.error().fields.empty()) return std::string(number.error().refusal.code);
    return "!" + number.error().fields.front().field;
}

struct Case {
    const char* type;
    FormValues values;
    const char* expected;
};

TEST(CustomerNumber, is_composed_by_type)
{
    const std::vector<Case> cases = {
        {"game", {{"user_id", "123456789"}, {"zone_id", "2045"}}, "1234567892045"},
        {"game", {{"user_id", " 123 456-789 "}, {"zone_id", "20 45"}}, "1234567892045"},
        {"game", {{"user_id", "123456789"}}, "!customer_data.zone_id"},
        {"game", {{"user_id", "   "}, {"zone_id", "1"}}, "!customer_data.user_id"},
        {"pulsa", {{"phone", "081234567890"}}, "081234567890"},
        {"pulsa", {{"phone", "+62 812-3456-7890"}}, "081234567890"},
        {"pulsa", {{"phone", "6281234567890"}}, "081234567890"},
        {"pulsa", {{"phone", "(0812) 3456 7890"}}, "081234567890"},
        {"pulsa", {{"phone", "0812"}}, "!customer_data.phone"},
        {"pulsa", {{"phone", "nomor saya"}}, "!customer_data.phone"},
        {"pulsa", {{"phone", "081234567890abc"}}, "!customer_data.phone"},
        {"data", {}, "!customer_data.phone"},
        {"emoney", {{"phone", "62812 3456 7890"}}, "081234567890"},
        {"emoney", {{"phone", "6032-9812-3456-7890"}}, "6032981234567890"},
        {"pln", {{"meter_no", "530 0000-0001"}}, "53000000001"},
        {"voucher", {{"email", "budi@example.com"}}, "budi@example.com"},
        {"voucher", {{"email", "anna-maria@example.com"}}, "anna-maria@example.com"},
        {"voucher", {{"email", "no mail"}}, "!customer_data.email"},
        {"voucher", {{"email", "budi@example.com"}, {"phone", "+6281234567890"}}, "081234567890"},
        {"voucher", {}, "!customer_data.email"},
        {"pascabayar", {{"customer_no", "5300-0000 0001"}}, "530000000001"},
        {"pascabayar", {{"customer_no", "9658548523568701, 0212502110170100"}}, "9658548523568701,0212502110170100"},
        {"other", {{"customer_no", "0899 1234 5678"}}, "089912345678"},
        {"other", {{"customer_no", "Player One#1234"}}, "Player One#1234"},
    };
    for (const auto& one : cases)
        EXPECT_EQ(number_or_refusal(item_of(one.type), one.values), one.expected)
            << one.type << " with " << (one.values.empty() ? "nothing" : one.values.front().second);
}

TEST(CustomerNumber, takes_the_older_names_when_the_form_has_no_fields)
{
    const auto bare = [](const char* type) {
        auto item = item_of(type);
        item.fields.clear();
        return item;
    };
    EXPECT_EQ(number_or_refusal(bare("game"), {{"user_id", "77"}, {"server", "8"}}), "778");
    EXPECT_EQ(number_or_refusal(bare("game"), {{"user_id", "77"}}), "77");
    EXPECT_EQ(number_or_refusal(bare("pulsa"), {{"customer_no", "+6281234567890"}}), "081234567890");
    EXPECT_EQ(number_or_refusal(bare("pln"), {{"meter_number", "530"}}), "530");
    EXPECT_EQ(number_or_refusal(bare("pln"), {{"customer_no", "531"}}), "531");
    EXPECT_EQ(number_or_refusal(bare("pascabayar"), {{"customer_id", "99"}}), "99");
    EXPECT_EQ(number_or_refusal(bare("other"), {{"customer_no", "1"}, {"customer_id", "2"}, {"phone", "3"}}), "3");
    EXPECT_EQ(number_or_refusal(bare("other"), {}), "!customer_data.customer_no");
    EXPECT_EQ(number_or_refusal(bare("voucher"), {}, "0812-3456-7890"), "081234567890");
}

TEST(CustomerNumber, checks_the_form_before_it_composes)
{
    auto item = item_of("other");
    item.fields = {
        {.name = "server", .label = "Server", .type = "select", .options = "Asia:os_asia, America|os_usa,Other"},
        {.name = "customer_no", .label = "Nomor", .type = "text"}};
    EXPECT_EQ(number_or_refusal(item, {{"server", "os_asia"}, {"customer_no", "1"}}), "1");
    EXPECT_EQ(number_or_refusal(item, {{"server", "Other"}, {"customer_no", "1"}}), "1");
    EXPECT_EQ(number_or_refusal(item, {{"server", "os_mars"}, {"customer_no", "1"}}), "!customer_data.server");

    const auto both = customer_number(item, {}, {});
    ASSERT_FALSE(both);
    EXPECT_EQ(both.error().fields.size(), 2U);
    EXPECT_EQ(std::string(both.error().refusal.code), "validation_failed");
}

TEST(CustomerNumber, bounds_what_a_stranger_can_send)
{
    FormValues many;
    for (int i = 0; i < 21; ++i)
        many.emplace_back("key" + std::to_string(i), "x");
    EXPECT_EQ(number_or_refusal(item_of("other"), many), "!customer_data");
    many.resize(20);
    many.back() = {"customer_no", "7"};
    EXPECT_EQ(number_or_refusal(item_of("other"), many), "7");
    EXPECT_EQ(number_or_refusal(item_of("other"), {{"customer_no", std::string(256, '1')}}),
              "!customer_data.customer_no");
    EXPECT_EQ(number_or_refusal(item_of("other"), {{"customer_no", std::string(101, '1')}}),
              "!customer_data.customer_no");
    EXPECT_EQ(number_or_refusal(item_of("other"), {{"customer_no", "a\nb"}}), "!customer_data.customer_no");
    EXPECT_EQ(number_or_refusal(item_of("pascabayar"), {{"customer_no", "- -"}}), "!customer_data.customer_no");
}

TEST(CustomerNumber, refuses_a_number_of_another_operator)
{
    const auto asked = [](const char* type, const char* brand, const char* phone) {
        return number_or_refusal(item_of(type, brand), {{"phone", phone}});
    };
    EXPECT_EQ(asked("pulsa", "TELKOMSEL", "081234567890"), "081234567890");
    EXPECT_EQ(asked("pulsa", "telkomsel", "081734567890"), "operator_mismatch");
    EXPECT_EQ(asked("data", "XL", "081234567890"), "operator_mismatch");
    EXPECT_EQ(asked("data", "TRI", "089534567890"), "089534567890");
    EXPECT_EQ(asked("data", "TRI", "083134567890"), "operator_mismatch");
    EXPECT_EQ(asked("pulsa", "by.U", "085134567890"), "085134567890") << "other brands are not checked";
    EXPECT_EQ(asked("pulsa", "XL", "080034567890"), "080034567890") << "an unknown prefix is not checked";
    EXPECT_EQ(asked("emoney", "TELKOMSEL", "081734567890"), "081734567890") << "only pulsa and data are checked";
}

TEST(OperatorOf, follows_the_first_four_digits)
{
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"081112345678", "telkomsel"},
        {"085312345678", "telkomsel"},
        {"085512345678", "indosat"},
        {"087812345678", "xl"},
        {"083812345678", "axis"},
        {"088112345678", "smartfren"},
        {"088912345678", "smartfren"},
        {"089912345678", "three"},
        {"+62 895-1234-5678", "three"},
        {"080012345678", ""},
        {"0812", ""},
        {"", ""},
    };
    for (const auto& [phone, code] : cases)
        EXPECT_EQ(operator_of(phone).value_or(""), code) << phone;
}

TEST(InputFields, survive_being_stored)
{
    const std::vector<InputField> fields = {
        {.name = "user_id", .label = "User \"ID\"", .type = "text", .required = true, .placeholder = "123"},
        {.name = "server", .label = "Server", .type = "select", .required = false, .options = "A:a,B"}};
    const auto back = read_fields(stored_fields(fields));
    ASSERT_EQ(back.size(), 2U);
    EXPECT_EQ(back[0].label, "User \"ID\"");
    EXPECT_EQ(back[0].placeholder, "123");
    EXPECT_TRUE(back[0].required);
    EXPECT_EQ(back[1].options, "A:a,B");
    EXPECT_FALSE(back[1].required);
}

TEST(InputFields, are_read_in_any_spelling)
{
    const auto fields = read_fields(R"([{"name":"a","required":"0"},{"name":"b","required":1},{"label":"no name"},7,
        {"name":"c","type":"select","options":["x",{"label":"Y","value":"y"}]}])");
    ASSERT_EQ(fields.size(), 3U);
    EXPECT_FALSE(fields[0].required);
    EXPECT_TRUE(fields[1].required);
    EXPECT_EQ(fields[1].label, "b");
    EXPECT_EQ(fields[2].options, "x, Y:y");
    EXPECT_TRUE(read_fields("not json").empty());
    EXPECT_TRUE(read_fields("{}").empty());
}

Timestamp at_wib(const char* time)
{
    return parse_time(std::string("2026-02-20T") + time + "+07:00").value();
}

TEST(CutOff, includes_its_start_and_excludes_its_end)
{
    const BusinessZone zone;
    struct {
        const char* start;
        const char* end;
        const char* now;
        bool closed;
    } const cases[] = {
        {"23:00", "23:30", "22:59:59", false},  {"23:00", "23:30", "23:00:00", true},
        {"23:00", "23:30", "23:29:59", true},   {"23:00", "23:30", "23:30:00", false},
        {"23:30", "00:30", "23:30:00", true},   {"23:30", "00:30", "00:29:59", true},
        {"23:30", "00:30", "00:30:00", false},  {"23:30", "00:30", "12:00:00", false},
        {"0:0", "0:0", "00:00:00", false},      {"", "", "00:00:00", false},
        {"22:00", "", "22:30:00", false},       {"4:1", "5:0", "04:01:00", true},
        {"nonsense", "5:0", "04:00:00", false},
    };
    for (const auto& one : cases)
        EXPECT_EQ(in_cut_off(one.start, one.end, at_wib(one.now), zone), one.closed)
            << one.start << "-" << one.end << " at " << one.now;
}

TEST(CutOff, ends_at_the_next_end_of_the_window)
{
    const BusinessZone zone;
    EXPECT_EQ(cut_off_end("23:00", "23:30", at_wib("23:10:00"), zone), at_wib("23:30:00"));
    EXPECT_EQ(cut_off_end("23:30", "00:30", at_wib("23:45:00"), zone), at_wib("00:30:00") + std::chrono::hours(24));
    EXPECT_EQ(cut_off_end("23:30", "00:30", at_wib("00:10:00"), zone), at_wib("00:30:00"));
}

TEST(Price, rounds_a_margin_up_and_falls_back_to_a_flat_one)
{
    EXPECT_EQ(price_with_margin(10'001_idr, BasisPoints{500}, 2'000_idr), 10'502_idr);
    EXPECT_EQ(price_with_margin(10'000_idr, BasisPoints{1250}, 2'000_idr), 11'250_idr);
    EXPECT_EQ(price_with_margin(10'000_idr, BasisPoints{0}, 2'000_idr), 12'000_idr);
    EXPECT_EQ(price_with_margin(10'000_idr, std::nullopt, 1'000_idr), 11'000_idr);
}

} // namespace
} // namespace enstore::catalog

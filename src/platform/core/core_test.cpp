#include "platform/core/money.hpp"
#include "platform/core/result.hpp"
#include "platform/core/secret.hpp"
#include "platform/core/text.hpp"
#include "platform/core/time.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <sstream>

namespace enstore
{
namespace
{

TEST(Money, overflow_is_thrown_and_never_wraps)
{
    const Idr most{std::numeric_limits<std::int64_t>::max()};
    EXPECT_THROW((void)(most + 1_idr), std::overflow_error);
    EXPECT_THROW((void)(Idr{std::numeric_limits<std::int64_t>::min()} - 1_idr), std::overflow_error);
    EXPECT_THROW((void)percent_rounded_up(most, BasisPoints{20'000}), std::overflow_error);
}

TEST(Money, a_margin_rounds_up_and_a_discount_down_for_every_amount)
{
    std::mt19937_64 random{7};
    for (int i = 0; i < 20'000; ++i) {
        const Idr base{static_cast<std::int64_t>(random() % 1'000'000'000)};
        const BasisPoints percent{static_cast<std::int64_t>(random() % 10'000)};
        const Idr up = percent_rounded_up(base, percent);
        const Idr down = percent_rounded_down(base, percent);
        const auto exact = static_cast<WideInteger>(base.rupiah()) * percent.value;
        EXPECT_GE(static_cast<WideInteger>(up.rupiah()) * 10'000, exact);
        EXPECT_LT(static_cast<WideInteger>(up.rupiah() - 1) * 10'000, exact + (exact == 0 ? 1 : 0));
        EXPECT_LE(static_cast<WideInteger>(down.rupiah()) * 10'000, exact);
        EXPECT_LE(up.rupiah() - down.rupiah(), 1);
    }
}

TEST(Times, are_sent_with_six_digits_and_stored_sortable)
{
    const Timestamp t{1'771'557'342'000'001};
    EXPECT_EQ(wire_time(t), "2026-02-20T03:15:42.000001Z");
    EXPECT_EQ(stored_time(t), "2026-02-20 03:15:42.000001");
    EXPECT_EQ(wire_time(Timestamp{-1}), "1969-12-31T23:59:59.999999Z");
}

TEST(Times, every_form_is_read_back)
{
    const Timestamp t{1'771'557'342'000'001};
    EXPECT_EQ(parse_time(wire_time(t)), t);
    EXPECT_EQ(parse_time(stored_time(t)), t);
    EXPECT_EQ(parse_time("2026-02-20 10:15:42.000001+07:00"), t);
    EXPECT_EQ(parse_time("2026-02-20"), Timestamp{1'771'545'600'000'000});
    EXPECT_EQ(parse_time("2024-02-29T00:00"), Timestamp{1'709'164'800'000'000});
}

TEST(Times, what_is_no_time_is_nothing)
{
    for (const auto* text :
         {"", "2026", "2026-13-01", "2026-02-30", "2026-02-20T24:00:00", "2026-02-20 10:61", "2026-02-20x",
          "2026-02-20 10:00:00Zx", "2026-02-20 10:00:00.", "20260220", "2026-02-20T10:00:00+99:00"})
        EXPECT_FALSE(parse_time(text)) << text;
}

TEST(Times, a_business_day_begins_at_seventeen_utc_of_the_day_before)
{
    const BusinessZone wib;
    const auto late = *parse_time("2026-02-19T17:00:00Z");
    EXPECT_EQ(wib.date(late), (Date{2026, 2, 20}));
    EXPECT_EQ(wib.date(late - Microseconds{1}), (Date{2026, 2, 19}));
    EXPECT_EQ(wib.start_of(Date{2026, 2, 20}), late);
    EXPECT_EQ(wib.minute_of_day(late + std::chrono::minutes{61}), 61);
    EXPECT_EQ(wib.date_digits(late), "20260220");
    EXPECT_FALSE(BusinessZone::named("Europe/Berlin"));
}

TEST(Texts, phones_have_one_normal_form)
{
    for (const auto* phone :
         {"081234567890", "+62 812-3456-7890", "62812 3456 7890", " 0812.3456.7890 ", "(0812) 34567890"})
        EXPECT_EQ(normal_phone(phone), "081234567890") << phone;
    EXPECT_TRUE(is_mobile_phone("081234567890"));
    EXPECT_FALSE(is_mobile_phone("08123"));
    EXPECT_FALSE(is_mobile_phone("021234567890"));
}

TEST(Texts, emails_are_told_from_others)
{
    for (const auto* good : {"budi@example.com", "b.u+di@sub.example.co.id"})
        EXPECT_TRUE(is_email(good)) << good;
    for (const auto* bad :
         {"", "budi", "@example.com", "budi@", "budi@localhost", "b@@example.com", "b udi@example.com",
          "a..b@example.com", "budi@-example.com", "budi@example..com", "budi@exa\nmple.com"})
        EXPECT_FALSE(is_email(bad)) << bad;
}

TEST(Texts, slugs_like_literals_and_figures)
{
    EXPECT_EQ(slug_of("  Mobile Legends: Games! "), "mobile-legends-games");
    EXPECT_EQ(like_literal("50%_!"), "50!%!_!!");
    EXPECT_EQ(rupiah_text(1'234'567), "Rp 1.234.567");
    EXPECT_EQ(rupiah_text(-1'000), "Rp -1.000");
    EXPECT_EQ(rupiah_text(999), "Rp 999");
    EXPECT_EQ(replaced("aXbX", "X", "--"), "a--b--");
    EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
}

TEST(Texts, integers_are_digits_only_and_in_range)
{
    EXPECT_EQ(parse_int("-42"), -42);
    for (const auto* bad : {"", "4 2", "0x10", "1e9", "1.0", "9223372036854775808", "+1"})
        EXPECT_FALSE(parse_int(bad)) << bad;
}

TEST(Texts, utf8_is_checked_as_the_standard_says)
{
    EXPECT_TRUE(is_clean_utf8("Rp 10.000 – 🎮"));
    EXPECT_EQ(length_in_characters("🎮é"), 2u);
    EXPECT_FALSE(is_clean_utf8("\xC0\xAF"));
    EXPECT_FALSE(is_clean_utf8("\xED\xA0\x80"));
    EXPECT_FALSE(is_clean_utf8(std::string_view("a\0b", 3)));
}

Result<int> halved(int n)
{
    constexpr Refusal odd{Kind::business_rule, "odd", "ganjil", "odd"};
    if (n % 2 != 0) return refuse(odd, "an odd number");
    return n / 2;
}

Result<int> quartered(int n)
{
    const int half = TRY(halved(n));
    return TRY(halved(half));
}

TEST(Results, a_refusal_travels_up_and_a_value_comes_down)
{
    EXPECT_EQ(quartered(12).value(), 3);
    const auto refused = quartered(6);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().refusal.code, "odd");
    EXPECT_THROW((void)refused.value(), std::logic_error);
}

TEST(Secrets, print_as_stars)
{
    std::ostringstream out;
    out << Secret{"hunter2"};
    EXPECT_EQ(out.str(), "***");
}

} // namespace
} // namespace enstore

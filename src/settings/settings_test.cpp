#include "settings/settings.hpp"

#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

namespace enstore::settings
{
namespace
{

class Settings : public testing::TestWithParam<support::Backend>
{
protected:
    void save_one(const Setting& setting)
    {
        database_.db().transact([&](db::Tx& tx) { save(tx, setting, now_); });
    }
    template <class Read>
    auto read(const Read& body)
    {
        return database_.db().read([&](db::Tx& tx) { return body(tx); });
    }

    support::TestDatabase database_{GetParam()};
    Timestamp now_ = ManualClock().now();
};
ENSTORE_ON_BOTH_BACKENDS(Settings);

TEST_P(Settings, an_unknown_key_gives_nothing_or_the_fallback)
{
    EXPECT_EQ(read([](db::Tx& tx) { return text(tx, "site_name"); }), std::nullopt);
    EXPECT_EQ(read([](db::Tx& tx) { return number(tx, "fulfilment.patience_minutes", 30); }), 30);
    EXPECT_TRUE(read([](db::Tx& tx) { return flag(tx, "feature.guest_checkout", true); }));
    EXPECT_FALSE(read([](db::Tx& tx) { return percent(tx, "profit_margin.retail"); }).has_value());
}

TEST_P(Settings, saving_twice_keeps_one_row_with_the_newer_value)
{
    save_one({.key = "profit_margin.retail", .value = "5", .type = Type::number, .group = "profit_margin"});
    save_one({.key = "profit_margin.retail", .value = "12.5", .type = Type::number, .group = "margins"});

    EXPECT_EQ(read([](db::Tx& tx) { return percent(tx, "profit_margin.retail"); }), BasisPoints{1250});
    EXPECT_EQ(read([](db::Tx& tx) {
                  constexpr db::Query rows{"test.settings", "SELECT COUNT(*) FROM settings WHERE {group} = 'margins'"};
                  return tx.number(rows);
              }),
              1);
}

TEST_P(Settings, a_value_of_the_wrong_kind_means_the_fallback)
{
    save_one({.key = "fulfilment.further_attempts", .value = "many"});
    save_one({.key = "feature.guest_checkout", .value = "perhaps"});

    EXPECT_EQ(read([](db::Tx& tx) { return number(tx, "fulfilment.further_attempts", 0); }), 0);
    EXPECT_TRUE(read([](db::Tx& tx) { return flag(tx, "feature.guest_checkout", true); }));
    EXPECT_FALSE(read([](db::Tx& tx) { return flag(tx, "feature.guest_checkout", false); }));
}

TEST_P(Settings, switches_read_both_ways)
{
    save_one({.key = "a", .value = "True", .type = Type::boolean});
    save_one({.key = "b", .value = "off", .type = Type::boolean});

    EXPECT_TRUE(read([](db::Tx& tx) { return flag(tx, "a", false); }));
    EXPECT_FALSE(read([](db::Tx& tx) { return flag(tx, "b", true); }));
}

TEST_P(Settings, an_empty_value_counts_as_missing)
{
    save_one({.key = "site_name", .value = "Enstore"});
    save_one({.key = "site_name", .value = ""});

    EXPECT_EQ(read([](db::Tx& tx) { return text(tx, "site_name"); }), std::nullopt);
}

TEST(ParsingAPercentage, is_exact_to_a_hundredth_of_a_percent)
{
    EXPECT_EQ(parse_percent("12.5"), BasisPoints{1250});
    EXPECT_EQ(parse_percent("0"), BasisPoints{0});
    EXPECT_EQ(parse_percent("5"), BasisPoints{500});
    EXPECT_EQ(parse_percent(" 0.07 "), BasisPoints{7});
    EXPECT_EQ(parse_percent("100.25"), BasisPoints{10'025});
    EXPECT_EQ(parse_percent("5.500"), BasisPoints{550});
}

TEST(ParsingAPercentage, S24_refuses_what_is_no_plain_percentage)
{
    for (const char* text : {"", ".", "5.", ".5", "-1", "+5", "1e2", "0x10", "12,5", "5.125", "5 %", "nan", "1234567",
                             "99999999999999999999", "1.2.3"})
        EXPECT_FALSE(parse_percent(text).has_value()) << text;
}

} // namespace
} // namespace enstore::settings

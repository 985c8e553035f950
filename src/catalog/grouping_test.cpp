#include "catalog/grouping.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace enstore::catalog
{
namespace
{

TEST(DisplayBrand, comes_from_the_table_by_whole_words)
{
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"FREE FIRE", "Free Fire"},
        {"MOBILE LEGENDS", "Mobile Legends"},
        {"PUBG", "PUBG Mobile"},
        {"PUBG MOBILE", "PUBG Mobile"},
        {"VALORANT", "Valorant"},
        {"Genshin Impact", "Genshin Impact"},
        {"AXIS", "Axis"},
        {"TELKOMSEL", "Telkomsel"},
        {"INDOSAT", "Indosat"},
        {"XL", "XL Axiata"},
        {"TRI", "Tri"},
        {"SMARTFREN", "Smartfren"},
        {"DANA", "DANA"},
        {"OVO", "OVO"},
        {"GOPAY", "GoPay"},
        {"GO PAY", "GoPay"},
        {"SHOPEEPAY", "ShopeePay"},
        {"SHOPEE PAY", "ShopeePay"},
        {"PLN PASCABAYAR", "PLN Tagihan"},
        {"XLARGE", "Xlarge"},
        {"TRIPLE", "Triple"},
        {"PERDANA", "Perdana"},
        {"PATRIA DANATAMA", "Patria Danatama"},
        {"Telkomsel Omni", "Telkomsel"},
        {"XL Axis Cuanku", "XL Axiata"},
        {"Unipin Voucher", "Unipin"},
        {"ALFAMART VOUCHER", "Alfamart"},
        {"POINT BLANK", "Point Blank"},
        {"VOUCHER", "Voucher"},
        {"HEROES GAMES", "Heroes"},
        {"LinkAja", "LinkAja"},
        {"by.U", "by.U"},
        {"K-VISION dan GOL", "K-Vision Dan Gol"},
        {"Steam Wallet (IDR)", "Steam Wallet (Idr)"},
    };
    for (const auto& [brand, shown] : cases)
        EXPECT_EQ(display_brand(brand).text, shown) << brand;
    EXPECT_TRUE(display_brand("Free Fire Max").partial);
    EXPECT_FALSE(display_brand("FREE FIRE").partial);
}

struct Grouped {
    const char* brand;
    const char* category;
    bool postpaid;
    const char* name;
};

TEST(ProductName, joins_brand_and_category)
{
    const std::vector<Grouped> cases = {
        {"MOBILE LEGENDS", "Games", false, "Mobile Legends Games"},
        {"TELKOMSEL", "Pulsa", false, "Telkomsel Pulsa"},
        {"GO PAY", "E-Money", false, "GoPay E-Money"},
        {"PLN", "PLN", false, "PLN Token"},
        {"pln", "PLN", false, "PLN Token"},
        {"PLN", "Pascabayar", true, "PLN Tagihan"},
        {"PLN PASCABAYAR", "Pascabayar", true, "PLN Tagihan"},
        {"PLN NONTAGLIS", "Pascabayar", true, "Pln Nontaglis Pascabayar"},
        {"PDAM", "Pascabayar", true, "Pdam Pascabayar"},
        {"INTERNET PASCABAYAR", "Pascabayar", true, "Internet Pascabayar"},
        {"Pertamina Gas", "Gas", false, "Pertamina Gas"},
        {"ORANGE TV", "TV", false, "Orange Tv"},
        {"WeTV", "Streaming", false, "WeTV Streaming"},
        {"Unipin Voucher", "Voucher", false, "Unipin Voucher"},
        {"Maxis", "Malaysia TOPUP", false, "Maxis Malaysia Topup"},
        {"TELKOMSEL", "Paket SMS & Telpon", false, "Telkomsel Paket Sms & Telpon"},
    };
    for (const auto& one : cases)
        EXPECT_EQ(group_of(one.brand, one.category, one.postpaid).name, one.name)
            << one.brand << " in " << one.category;
}

TEST(ProductGroup, is_the_same_for_any_spelling_of_brand_and_category)
{
    EXPECT_EQ(group_of("Telkomsel", "PULSA", false).key, group_of("TELKOMSEL ", "Pulsa", false).key);
    EXPECT_NE(group_of("TELKOMSEL", "Data", false).key, group_of("TELKOMSEL", "Pulsa", false).key);
    EXPECT_NE(group_of("by.U", "Pascabayar", false).key, group_of("by.U", "Pascabayar", true).key);
    EXPECT_EQ(group_of("PLN", "Pascabayar", true).key, group_of("Pln Pascabayar", "Pascabayar", true).key);
    EXPECT_NE(group_of("PLN", "PLN", false).key, group_of("PLN", "PLN", true).key);
    EXPECT_EQ(group_of("Free Fire Max", "Games", false).plain_name, "Free Fire Max Games");
}

TEST(ProductType, follows_the_words_of_the_category)
{
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"Games", "game"},
        {"Pulsa", "pulsa"},
        {"Data", "data"},
        {"Paket SMS & Telpon", "data"},
        {"PLN", "pln"},
        {"Voucher", "voucher"},
        {"Aktivasi Voucher", "voucher"},
        {"E-Money", "emoney"},
        {"China TOPUP", "other"},
        {"Database", "other"},
        {"Masa Aktif", "other"},
    };
    for (const auto& [category, type] : cases)
        EXPECT_EQ(product_type(category, false), type) << category;
    EXPECT_EQ(product_type("Games", true), "pascabayar");
}

TEST(ItemName, leaves_the_leading_brand_out)
{
    EXPECT_EQ(item_name("Xl 10.000", "XL"), "10.000");
    EXPECT_EQ(item_name("Telkomsel Pulsa Transfer 10.000", "TELKOMSEL"), "Pulsa Transfer 10.000");
    EXPECT_EQ(item_name("MOBILE LEGENDS - 86 Diamond", "MOBILE LEGENDS"), "86 Diamond");
    EXPECT_EQ(item_name("Triple Pack", "TRI"), "Triple Pack");
    EXPECT_EQ(item_name("PDAM Kota Contoh", "PDAM"), "Kota Contoh");
    EXPECT_EQ(item_name("Pln Pascabayar", "PLN PASCABAYAR"), "Pln Pascabayar");
    EXPECT_EQ(item_name("SPEEDY & INDIHOME", "INTERNET PASCABAYAR"), "SPEEDY & INDIHOME");
}

TEST(Publisher, is_the_brand_without_its_ending)
{
    EXPECT_EQ(publisher_of("MOBILE LEGENDS"), "Mobile Legends");
    EXPECT_EQ(publisher_of("PLN TOKEN"), "Pln");
    EXPECT_EQ(publisher_of("ALFAMART VOUCHER"), "Alfamart");
    EXPECT_EQ(publisher_of("TELKOMSEL PAKET DATA"), "Telkomsel");
}

TEST(Category, is_known_when_the_supplier_is_known_to_have_it)
{
    EXPECT_TRUE(known_category("Pulsa"));
    EXPECT_TRUE(known_category("Pascabayar"));
    EXPECT_TRUE(known_category("paket sms & telpon"));
    EXPECT_FALSE(known_category("Judi Online"));
}

} // namespace
} // namespace enstore::catalog

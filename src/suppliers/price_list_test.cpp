#include "suppliers/digiflazz.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace enstore::digiflazz
{
namespace
{

namespace json = boost::json;

json::object row()
{
    return json::parse(R"({"product_name":"Xl 10.000","category":"Pulsa","brand":"XL","type":"Umum",
        "seller_name":"Toko","price":10845,"buyer_sku_code":"xld10","buyer_product_status":true,
        "seller_product_status":true,"unlimited_stock":true,"stock":0,"multi":true,"start_cut_off":"23:45",
        "end_cut_off":"0:15","desc":"Pulsa Xl"})")
        .as_object();
}

std::string list_of(const std::vector<json::object>& rows)
{
    json::array data;
    for (const auto& one : rows)
        data.push_back(one);
    return json::serialize(json::object{{"data", data}});
}

PriceList read_one(const json::object& one)
{
    return read_price_list(list_of({one}), false).value();
}

TEST(ReadingAPriceList, keeps_every_field_of_a_prepaid_row)
{
    const auto list = read_one(row());
    ASSERT_EQ(list.items.size(), 1U);
    EXPECT_EQ(list.skipped, 0);
    const Item& item = list.items[0];
    EXPECT_EQ(item.product_name, "Xl 10.000");
    EXPECT_EQ(item.category, "Pulsa");
    EXPECT_EQ(item.brand, "XL");
    EXPECT_EQ(item.type, "Umum");
    EXPECT_EQ(item.seller_name, "Toko");
    EXPECT_EQ(item.sku, "xld10");
    EXPECT_EQ(item.description, "Pulsa Xl");
    EXPECT_FALSE(item.postpaid);
    EXPECT_EQ(item.price, 10'845_idr);
    EXPECT_TRUE(item.buyer_active);
    EXPECT_TRUE(item.seller_active);
    EXPECT_TRUE(item.unlimited_stock);
    EXPECT_EQ(item.stock, 0);
    EXPECT_TRUE(item.multi);
    EXPECT_EQ(item.cut_off_start, "23:45");
    EXPECT_EQ(item.cut_off_end, "00:15");
}

TEST(ReadingAPriceList, keeps_every_field_of_a_postpaid_row)
{
    const auto list = read_price_list(
        R"({"data":[{"product_name":"Pln Pascabayar","category":"Pascabayar","brand":"PLN PASCABAYAR","seller_name":"Toko",
        "admin":2500,"commission":"1000","buyer_sku_code":"pln","buyer_product_status":true,"seller_product_status":false,
        "desc":"-"}]})",
        true);
    ASSERT_TRUE(list);
    ASSERT_EQ(list->items.size(), 1U);
    const Item& item = list->items[0];
    EXPECT_TRUE(item.postpaid);
    EXPECT_EQ(item.admin, 2'500_idr);
    EXPECT_EQ(item.commission, 1'000_idr);
    EXPECT_EQ(item.price, 0_idr);
    EXPECT_EQ(item.description, "");
    EXPECT_TRUE(item.buyer_active);
    EXPECT_FALSE(item.seller_active);
}

TEST(ReadingAPriceList, normalises_the_closed_window)
{
    const std::map<std::pair<std::string, std::string>, std::pair<std::string, std::string>> windows = {
        {{"0:0", "0:0"}, {"", ""}},
        {{"", ""}, {"", ""}},
        {{"23:0", "1:0"}, {"23:00", "01:00"}},
        {{"4:1", "6:0"}, {"04:01", "06:00"}},
        {{"00:00", "0:0"}, {"", ""}},
        {{"0:0", "4:1"}, {"00:00", "04:01"}},
        {{"23:45", ""}, {"", ""}},
        {{" 7:5 ", "08:10"}, {"07:05", "08:10"}},
        {{"24:00", "1:0"}, {"", ""}},
        {{"12:60", "13:0"}, {"", ""}},
        {{"-1:0", "1:0"}, {"", ""}},
        {{"tutup", "buka"}, {"", ""}},
        {{"23:45:00", "0:15:00"}, {"23:45", "00:15"}}};
    for (const auto& [written, expected] : windows) {
        auto one = row();
        one["start_cut_off"] = written.first;
        one["end_cut_off"] = written.second;
        const auto list = read_one(one);
        ASSERT_EQ(list.items.size(), 1U);
        EXPECT_EQ(list.items[0].cut_off_start, expected.first) << written.first;
        EXPECT_EQ(list.items[0].cut_off_end, expected.second) << written.second;
    }
}

TEST(ReadingAPriceList, takes_price_and_stock_as_text_too)
{
    auto one = row();
    one["price"] = "10845";
    one["stock"] = "17";
    one["unlimited_stock"] = "false";
    const auto list = read_one(one);
    ASSERT_EQ(list.items.size(), 1U);
    EXPECT_EQ(list.items[0].price, 10'845_idr);
    EXPECT_EQ(list.items[0].stock, 17);
    EXPECT_FALSE(list.items[0].unlimited_stock);
}

TEST(ReadingAPriceList, what_is_missing_is_read_as_not_for_sale)
{
    auto one = row();
    for (const auto name : {"buyer_product_status", "seller_product_status", "unlimited_stock", "stock", "multi",
                            "type", "desc", "start_cut_off", "end_cut_off"})
        one.erase(name);
    const auto list = read_one(one);
    ASSERT_EQ(list.items.size(), 1U);
    EXPECT_FALSE(list.items[0].buyer_active);
    EXPECT_FALSE(list.items[0].seller_active);
    EXPECT_FALSE(list.items[0].unlimited_stock);
    EXPECT_EQ(list.items[0].stock, 0);
    EXPECT_FALSE(list.items[0].multi);
}

TEST(ReadingAPriceList, a_row_without_a_price_is_never_for_sale)
{
    auto one = row();
    one["price"] = 0;
    const auto list = read_one(one);
    ASSERT_EQ(list.items.size(), 1U);
    EXPECT_FALSE(list.items[0].seller_active);
}

TEST(ReadingAPriceList, leaves_out_and_counts_rows_that_make_no_sense)
{
    std::vector<json::object> rows{row()};
    const auto spoiled = [&](std::string_view name, json::value value) {
        auto one = row();
        one["buyer_sku_code"] = json::string("sku" + std::to_string(rows.size()));
        one[json::string_view(name.data(), name.size())] = std::move(value);
        rows.push_back(std::move(one));
    };
    spoiled("price", -1);
    spoiled("price", 1e15);
    spoiled("price", 10.5);
    spoiled("price", nullptr);
    spoiled("price", "gratis");
    spoiled("buyer_sku_code", "");
    spoiled("buyer_sku_code", nullptr);
    spoiled("buyer_sku_code", " xl");
    spoiled("buyer_sku_code", json::string(256, 'x'));
    spoiled("buyer_sku_code", "xld10"); // a second row under the first one's key
    spoiled("product_name", " ");
    auto body = list_of(rows);
    body.insert(body.rfind(']'), R"(,null,7,"x",[])");
    const auto list = read_price_list(body, false);
    ASSERT_TRUE(list);
    EXPECT_EQ(list->items.size(), 1U);
    EXPECT_EQ(list->skipped, 15);
}

TEST(ReadingAPriceList, says_when_it_was_asked_too_often)
{
    for (const auto body : {R"({"data":{"rc":"83","message":"limit"}})", R"({"data":{"rc":83,"status":"Gagal"}})"}) {
        const auto list = read_price_list(body, false);
        ASSERT_FALSE(list);
        EXPECT_TRUE(list.error().is(price_list_too_often)) << body;
    }
}

TEST(ReadingAPriceList, F12_refuses_what_is_no_list)
{
    for (const auto body : {"", "<html>502</html>", "[]", "{}", R"({"data":null})", R"({"data":"x"})", R"({"data":{}})",
                            R"({"data":{"rc":"41","message":"Signature"}})", R"({"data":[{"product_name":)"}) {
        const auto list = read_price_list(body, false);
        ASSERT_FALSE(list) << body;
        EXPECT_TRUE(list.error().is(price_list_unavailable)) << body;
    }
    EXPECT_EQ(read_price_list(R"({"data":{"rc":"45"}})", true).error().detail, "rc 45");
    EXPECT_TRUE(read_price_list(R"({"data":[]})", false)->items.empty());
}

TEST(ReadingAPriceList, reads_the_sandboxs_whole_list)
{
    const auto path = std::filesystem::path(__FILE__).parent_path() / "../../sandbox/data/digiflazz-price-list.json";
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    const auto both = json::parse(text.str()).as_object();
    const auto prepaid = read_price_list(json::serialize(json::object{{"data", both.at("prepaid")}}), false);
    const auto postpaid = read_price_list(json::serialize(json::object{{"data", both.at("pasca")}}), true);
    ASSERT_TRUE(prepaid);
    ASSERT_TRUE(postpaid);
    EXPECT_EQ(prepaid->items.size(), 274U);
    EXPECT_EQ(prepaid->skipped, 0);
    EXPECT_EQ(postpaid->items.size(), 54U);
    EXPECT_EQ(postpaid->skipped, 0);
    for (const auto& item : prepaid->items)
        EXPECT_EQ(item.cut_off_start.empty(), item.cut_off_end.empty()) << item.sku;
}

} // namespace
} // namespace enstore::digiflazz

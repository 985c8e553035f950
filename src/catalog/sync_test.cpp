#include "catalog/order_form.hpp"
#include "catalog/sync.hpp"
#include "settings/settings.hpp"
#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace enstore::catalog
{
namespace
{

namespace json = boost::json;

constexpr db::Query item_by_sku{
    "test.item",
    "SELECT i.id, i.name, i.base_price, i.retail_price, i.reseller_price, i.retail_profit, i.reseller_profit, "
    "i.stock_status, i.admin_fee, i.product_id, i.last_synced_at, i.updated_at, i.{group}, i.multi, p.slug "
    "FROM product_items i JOIN products p ON p.id = i.product_id WHERE i.digiflazz_code = ?"};
constexpr db::Query product_by_slug{
    "test.product", "SELECT p.id, p.name, p.brand, p.publisher, p.type, p.payment_type, p.provider, p.input_fields, "
                    "c.slug, c.is_active FROM products p JOIN product_categories c ON c.id = p.category_id "
                    "WHERE p.slug = ?"};
constexpr db::Query count_items{"test.items", "SELECT COUNT(id) FROM product_items"};
constexpr db::Query count_products{"test.products", "SELECT COUNT(id) FROM products"};
constexpr db::Query count_available{"test.available",
                                    "SELECT COUNT(id) FROM product_items WHERE stock_status = 'available'"};
constexpr db::Query count_runs{"test.runs", "SELECT COUNT(id) FROM activity_logs WHERE action = 'sync.run'"};
constexpr db::Query empty_products{
    "test.empty_products",
    "SELECT COUNT(p.id) FROM products p WHERE NOT EXISTS (SELECT i.id FROM product_items i WHERE i.product_id = p.id)"};
constexpr db::Query current_version{"test.version", "SELECT version FROM catalogue_state WHERE id = 1"};

digiflazz::PriceList real_list(bool postpaid)
{
    const auto path =
        std::filesystem::path(__FILE__).parent_path() / ".." / ".." / "sandbox" / "data" / "digiflazz-price-list.json";
    std::ifstream file(path); // where __FILE__ is relative, it is so to the build folder, in which ctest runs
    if (!file) throw std::runtime_error("run this test in its build folder: " + path.string() + " is not to be found");
    std::stringstream text;
    text << file.rdbuf();
    const auto all = json::parse(text.str());
    const json::object answer{{"data", all.at(postpaid ? "pasca" : "prepaid")}};
    return digiflazz::read_price_list(json::serialize(answer), postpaid).value();
}

digiflazz::Item prepaid_item(std::string sku, std::string brand, std::string category, std::int64_t price)
{
    digiflazz::Item item;
    item.product_name = brand + " " + sku;
    item.category = std::move(category);
    item.brand = std::move(brand);
    item.type = "Umum";
    item.sku = std::move(sku);
    item.price = Idr{price};
    item.buyer_active = true;
    item.seller_active = true;
    return item;
}

digiflazz::Item bill(std::string sku, std::string brand)
{
    auto item = prepaid_item(std::move(sku), std::move(brand), "Pascabayar", 0);
    item.type.clear();
    item.postpaid = true;
    item.admin = Idr{2'500};
    item.commission = Idr{1'000};
    return item;
}

class Syncing : public testing::TestWithParam<support::Backend>
{
protected:
    support::TestDatabase database{GetParam()};
    db::Database& db = database.db();
    ManualClock clock;

    SyncReport run(const std::vector<digiflazz::Item>& prepaid, const std::vector<digiflazz::Item>& postpaid = {})
    {
        return sync(db, prepaid, postpaid, clock.now()).value();
    }
    std::optional<db::Row> item(const char* sku)
    {
        return db.read([&](db::Tx& tx) { return tx.one(item_by_sku, sku); });
    }
    std::optional<db::Row> product(const char* slug)
    {
        return db.read([&](db::Tx& tx) { return tx.one(product_by_slug, slug); });
    }
    std::int64_t number(const db::Query& query)
    {
        return db.read([&](db::Tx& tx) { return tx.number(query); });
    }
    void change(const db::Query& query)
    {
        db.transact([&](db::Tx& tx) { tx.execute(query); });
    }
    void set_margin(const char* key, const char* percent)
    {
        db.transact([&](db::Tx& tx) {
            settings::save(tx, {.key = key, .value = percent, .type = settings::Type::number}, clock.now());
        });
    }
};

ENSTORE_ON_BOTH_BACKENDS(Syncing);

TEST_P(Syncing, writes_the_whole_real_list)
{
    const auto prepaid = real_list(false);
    const auto postpaid = real_list(true);
    ASSERT_EQ(prepaid.items.size(), 274U);
    ASSERT_EQ(postpaid.items.size(), 54U);
    std::int64_t last_done = 0;
    const auto report = sync(db, prepaid.items, postpaid.items, clock.now(), [&](std::int64_t done, std::int64_t all) {
                            EXPECT_GE(done, last_done);
                            EXPECT_EQ(all, 328);
                            last_done = done;
                        }).value();

    EXPECT_EQ(last_done, 328);
    EXPECT_EQ(report.items_created, 328);
    EXPECT_EQ(report.items_updated, 0);
    EXPECT_EQ(report.items_skipped, 0);
    EXPECT_EQ(report.items_deactivated, 0);
    EXPECT_EQ(number(count_items), 328);
    EXPECT_EQ(report.products_created, number(count_products));
    EXPECT_EQ(number(empty_products), 0);
    EXPECT_EQ(report.categories_created, 22 + 1 - 6)
        << "22 prepaid categories and Pascabayar; six are there from the start";

    for (const auto* slug :
         {"pln-token", "pln-tagihan", "pdam-pascabayar", "internet-pascabayar", "telkomsel-pulsa",
          "mobile-legends-games", "free-fire-games", "free-fire-max-games", "xl-axiata-data", "gopay-e-money"})
        EXPECT_TRUE(product(slug).has_value()) << slug;

    const auto token = product("pln-token");
    EXPECT_EQ(token->text(1), "PLN Token");
    EXPECT_EQ(token->text(4), "pln");
    EXPECT_EQ(token->text(5), "prepaid");
    EXPECT_EQ(token->text(6), "digiflazz");
    EXPECT_EQ(token->text(8), "pln");
    const auto bills = product("pln-tagihan");
    EXPECT_EQ(bills->text(1), "PLN Tagihan");
    EXPECT_EQ(bills->text(4), "pascabayar");
    EXPECT_EQ(bills->text(5), "postpaid");
    EXPECT_EQ(bills->text(8), "pascabayar");
    EXPECT_TRUE(bills->boolean(9)) << "Pascabayar is a category the supplier is known to have";
    EXPECT_EQ(read_fields(product("mobile-legends-games")->text(7)).size(), 2U);

    const auto pulsa = item("xld10");
    EXPECT_EQ(pulsa->text(1), "10.000");
    EXPECT_EQ(pulsa->idr(2), 10'845_idr);
    EXPECT_EQ(pulsa->text(14), "xl-axiata-pulsa");
    const auto pln = item("pln");
    EXPECT_EQ(pln->idr(2), 0_idr);
    EXPECT_EQ(pln->idr(3), 2'000_idr);
    EXPECT_EQ(pln->idr(4), 1'000_idr);
    EXPECT_EQ(pln->idr(8), 2'500_idr);
    EXPECT_EQ(item("plnc")->text(7), "empty") << "switched off by the buyer";
    EXPECT_EQ(item("maf")->text(7), "empty") << "switched off by the seller";
}

TEST_P(Syncing, finds_nothing_new_in_the_same_list)
{
    const auto prepaid = real_list(false);
    const auto postpaid = real_list(true);
    const auto first = run(prepaid.items, postpaid.items);
    const auto available = number(count_available);
    const auto changed_at = item("s10")->time(11);
    clock.advance(std::chrono::hours(24));
    const auto again = run(prepaid.items, postpaid.items);

    EXPECT_EQ(again.products_created, 0);
    EXPECT_EQ(again.items_created, 0);
    EXPECT_EQ(again.categories_created, 0);
    EXPECT_EQ(again.items_deactivated, 0);
    EXPECT_EQ(again.items_updated, 328);
    EXPECT_EQ(again.products_updated, first.products_created);
    EXPECT_EQ(number(count_items), 328);
    EXPECT_EQ(number(count_products), first.products_created);
    EXPECT_EQ(number(count_available), available);
    EXPECT_EQ(item("s10")->time(10), clock.now()) << "seen at the last sync";
    EXPECT_EQ(item("s10")->time(11), changed_at) << "but changed at the first";
    EXPECT_EQ(number(count_runs), 2);
    EXPECT_EQ(number(current_version), 3) << "raised once by each run";
}

TEST_P(Syncing, makes_prices_from_the_margins)
{
    set_margin("profit_margin.retail", "12.5");
    set_margin("profit_margin.reseller", "0");
    run({prepaid_item("a", "AXIS", "Pulsa", 10'001)}, {bill("b", "PDAM")});
    EXPECT_EQ(item("a")->idr(3), 11'252_idr); // 1 250.125 is rounded up
    EXPECT_EQ(item("a")->idr(4), 11'001_idr); // a margin of 0 is the flat one
    EXPECT_EQ(item("a")->idr(5), 1'251_idr);
    EXPECT_EQ(item("a")->idr(6), 1'000_idr);
    EXPECT_EQ(item("b")->idr(3), 2'000_idr);

    set_margin("profit_margin.retail", "20");
    run({prepaid_item("a", "AXIS", "Pulsa", 10'000)});
    EXPECT_EQ(item("a")->idr(3), 12'000_idr);
    EXPECT_EQ(item("a")->idr(5), 2'000_idr);
}

TEST_P(Syncing, empties_what_cannot_be_bought)
{
    auto no_price = prepaid_item("no-price", "AXIS", "Pulsa", 0);
    auto sold_out = prepaid_item("sold-out", "AXIS", "Pulsa", 1'000);
    sold_out.unlimited_stock = false;
    sold_out.stock = 0;
    auto limited = prepaid_item("limited", "AXIS", "Pulsa", 1'000);
    limited.unlimited_stock = false;
    limited.stock = 3;
    auto seller_off = prepaid_item("seller-off", "AXIS", "Pulsa", 1'000);
    seller_off.seller_active = false;
    run({no_price, sold_out, limited, seller_off}, {bill("bill", "PDAM")});
    EXPECT_EQ(item("no-price")->text(7), "empty");
    EXPECT_EQ(item("sold-out")->text(7), "empty");
    EXPECT_EQ(item("limited")->text(7), "available");
    EXPECT_EQ(item("seller-off")->text(7), "empty");
    EXPECT_EQ(item("bill")->text(7), "available") << "a bill has no price of its own";
}

TEST_P(Syncing, switches_off_what_vanished_and_brings_it_back)
{
    const auto a = prepaid_item("a", "AXIS", "Pulsa", 1'000);
    const auto b = prepaid_item("b", "AXIS", "Pulsa", 2'000);
    const auto c = prepaid_item("c", "XL", "Pulsa", 3'000);
    run({a, b, c}, {bill("bill", "PDAM")});
    const auto report = run({a});
    EXPECT_EQ(report.items_deactivated, 2);
    EXPECT_EQ(item("a")->text(7), "available");
    EXPECT_EQ(item("b")->text(7), "empty");
    EXPECT_EQ(item("c")->text(7), "empty");
    EXPECT_EQ(item("bill")->text(7), "available") << "an empty postpaid list changes no bill";
    EXPECT_EQ(run({a}).items_deactivated, 0);
    EXPECT_EQ(run({a, b, c}).items_created, 0);
    EXPECT_EQ(item("b")->text(7), "available");
}

TEST_P(Syncing, refuses_two_empty_lists_and_changes_nothing)
{
    run({prepaid_item("a", "AXIS", "Pulsa", 1'000)});
    const auto version = number(current_version);
    const auto refused = sync(db, {}, {}, clock.now());
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().is(price_list_empty));
    auto senseless = prepaid_item("", "AXIS", "Pulsa", 1'000);
    const auto useless = sync(db, {senseless}, {}, clock.now());
    ASSERT_FALSE(useless);
    EXPECT_TRUE(useless.error().is(price_list_empty));
    EXPECT_EQ(item("a")->text(7), "available");
    EXPECT_EQ(number(current_version), version);
    EXPECT_TRUE(sync(db, {prepaid_item("a", "AXIS", "Pulsa", 1'000)}, {}, clock.now())) << "the lease was given back";
}

TEST_P(Syncing, leaves_alone_what_the_admin_owns)
{
    run({prepaid_item("a", "AXIS", "Pulsa", 1'000), prepaid_item("m", "AXIS", "Pulsa", 1'000)});
    static constexpr db::Query admin_product{
        "test.admin_product",
        "UPDATE products SET name = 'Axis Murah', slug = 'axis-murah', category_id = 1, is_active = 0, "
        "sort_order = 7, input_fields = '[]' WHERE slug = 'axis-pulsa'"};
    static constexpr db::Query admin_item{
        "test.admin_item", "UPDATE product_items SET name = 'Seribu', retail_price = 5000, reseller_price = 4000, "
                           "price_locked = 1 WHERE digiflazz_code = 'a'"};
    static constexpr db::Query maintenance{
        "test.maintenance", "UPDATE product_items SET stock_status = 'maintenance' WHERE digiflazz_code = 'm'"};
    change(admin_product);
    change(admin_item);
    change(maintenance);
    const auto report = run({prepaid_item("a", "AXIS", "Pulsa", 1'500), prepaid_item("m", "AXIS", "Pulsa", 1'500),
                             prepaid_item("n", "AXIS", "Pulsa", 900)});

    EXPECT_EQ(report.products_created, 0) << "the renamed product is still this group's";
    EXPECT_EQ(item("a")->text(1), "Seribu");
    EXPECT_EQ(item("a")->idr(2), 1'500_idr);
    EXPECT_EQ(item("a")->idr(3), 5'000_idr);
    EXPECT_EQ(item("a")->idr(4), 4'000_idr);
    EXPECT_EQ(item("a")->idr(5), 3'500_idr) << "the profit follows the cost";
    EXPECT_EQ(item("a")->idr(6), 2'500_idr);
    EXPECT_EQ(item("m")->text(7), "maintenance");
    EXPECT_EQ(item("m")->idr(3), 3'500_idr) << "an unlocked price follows, whatever the stock";
    EXPECT_EQ(item("n")->text(14), "axis-murah");
    const auto kept = product("axis-murah");
    EXPECT_EQ(kept->text(1), "Axis Murah");
    EXPECT_EQ(kept->text(7), "[]");
    run({prepaid_item("a", "AXIS", "Pulsa", 1'500)});
    EXPECT_EQ(item("m")->text(7), "maintenance") << "also when it vanished";
}

TEST_P(Syncing, leaves_items_that_are_fulfilled_by_hand)
{
    static constexpr db::Query own_item{
        "test.own_item",
        "INSERT INTO product_items (product_id, digiflazz_code, name, retail_price, created_at, updated_at) "
        "VALUES (?, 'hand', 'By hand', 9000, ?, ?)"};
    db.transact([&](db::Tx& tx) {
        static constexpr db::Query add{"test.add",
                                       "INSERT INTO products (category_id, name, slug, brand, input_fields, "
                                       "created_at, updated_at) VALUES (1, 'Ours', 'ours', 'OURS', '[]', ?, ?)"};
        const auto id = tx.insert(add, clock.now(), clock.now());
        tx.execute(own_item, id, clock.now(), clock.now());
    });
    const auto report = run({prepaid_item("hand", "AXIS", "Pulsa", 1'000), prepaid_item("b", "AXIS", "Pulsa", 1'000)});
    EXPECT_EQ(report.items_skipped, 1);
    EXPECT_EQ(item("hand")->idr(3), 9'000_idr);
    EXPECT_EQ(run({prepaid_item("b", "AXIS", "Pulsa", 1'000)}).items_deactivated, 0);
    EXPECT_EQ(item("hand")->text(7), "available");
}

TEST_P(Syncing, shows_an_unknown_category_to_nobody)
{
    run({prepaid_item("a", "AXIS", "Judi Online", 1'000), prepaid_item("b", "K-VISION", "TV", 1'000)});
    EXPECT_FALSE(product("axis-judi-online")->boolean(9));
    EXPECT_TRUE(product("k-vision-tv")->boolean(9));
}

TEST_P(Syncing, gives_two_products_of_one_name_two_slugs)
{
    run({prepaid_item("a", "FREE FIRE MAX", "Games", 1'000), prepaid_item("b", "FREE FIRE", "Games", 1'000),
         prepaid_item("c", "by.U", "Pulsa", 1'000), prepaid_item("d", "by-u", "Pulsa", 1'000)});
    EXPECT_EQ(item("b")->text(14), "free-fire-games");
    EXPECT_EQ(item("a")->text(14), "free-fire-max-games");
    EXPECT_EQ(item("c")->text(14), "by-u-pulsa");
    EXPECT_EQ(item("d")->text(14), "by-u-pulsa-2");
}

TEST_P(Syncing, moves_a_sku_that_became_a_bill)
{
    run({prepaid_item("x", "by.U", "Data", 1'000), prepaid_item("y", "by.U", "Data", 1'000)});
    run({prepaid_item("y", "by.U", "Data", 1'000)}, {bill("x", "by.U")});
    EXPECT_EQ(item("x")->text(14), "by-u-pascabayar");
    EXPECT_EQ(item("x")->idr(2), 0_idr);
    EXPECT_EQ(item("y")->text(14), "by-u-data");
}

TEST_P(Syncing, takes_an_imported_product_for_its_own)
{
    db.transact([&](db::Tx& tx) {
        static constexpr db::Query add{
            "test.add",
            "INSERT INTO products (category_id, name, slug, brand, provider, type, input_fields, created_at, "
            "updated_at) VALUES (2, 'Axis Pulsa', 'axis-pulsa', 'AXIS', 'digiflazz', 'pulsa', '[]', ?, ?)"};
        tx.insert(add, clock.now(), clock.now());
    });
    const auto report = run({prepaid_item("a", "AXIS", "Pulsa", 1'000)});
    EXPECT_EQ(report.products_created, 0);
    EXPECT_EQ(report.products_updated, 1);
    EXPECT_EQ(item("a")->text(14), "axis-pulsa");
}

TEST_P(Syncing, skips_rows_that_make_no_sense)
{
    auto negative = prepaid_item("negative", "AXIS", "Pulsa", -1);
    auto absurd = prepaid_item("absurd", "AXIS", "Pulsa", max_amount.rupiah() + 1);
    auto broken = prepaid_item("broken", "AXIS", "Pulsa", 1'000);
    broken.product_name = "\xff\xfe";
    auto endless = prepaid_item("endless", std::string(300, 'x'), "Pulsa", 1'000);
    const auto good = prepaid_item("good", "AXIS", "Pulsa", 1'000);
    const auto report = run({negative, absurd, broken, endless, good, good});
    EXPECT_EQ(report.items_created, 1);
    EXPECT_EQ(report.items_skipped, 5);
    EXPECT_EQ(number(count_items), 1);
}

TEST_P(Syncing, leaves_whole_products_when_it_dies_in_the_middle)
{
    std::vector<digiflazz::Item> many;
    for (int product = 0; product < 8; ++product)
        for (int i = 0; i < 120; ++i)
            many.push_back(prepaid_item("s" + std::to_string(product) + "-" + std::to_string(i),
                                        "BRAND" + std::to_string(product), "Games", 1'000 + i));
    const auto dying = [](std::int64_t done, std::int64_t) {
        if (done > 300) throw std::runtime_error("the process dies here");
    };
    EXPECT_THROW((void)sync(db, many, {}, clock.now(), dying), std::runtime_error);

    const auto written = number(count_items);
    EXPECT_GT(written, 0);
    EXPECT_LT(written, 960);
    EXPECT_EQ(written % 120, 0) << "every product that is there has all its items";
    EXPECT_EQ(number(empty_products), 0);
    EXPECT_EQ(run(many).items_created, 960 - written);
    EXPECT_EQ(number(count_items), 960);
}

TEST_P(Syncing, refuses_a_second_run_while_one_is_on)
{
    const auto list = std::vector{prepaid_item("a", "AXIS", "Pulsa", 1'000)};
    {
        const auto running = SyncLease::take(db, clock.now());
        ASSERT_TRUE(running);
        const auto second = sync(db, list, {}, clock.now());
        ASSERT_FALSE(second);
        EXPECT_TRUE(second.error().is(sync_running));
        clock.advance(std::chrono::minutes(16));
        EXPECT_TRUE(sync(db, list, {}, clock.now())) << "the lease of a dead process runs out";
    }
    EXPECT_TRUE(sync(db, list, {}, clock.now()));
}

TEST_P(Syncing, stops_when_another_run_has_taken_over)
{
    auto lease = SyncLease::take(db, clock.now()).value();
    const auto late = clock.now() + std::chrono::minutes(16);
    ASSERT_TRUE(SyncLease::take(db, late));
    const auto result =
        write_lists(db, lease, {.prepaid = {prepaid_item("a", "AXIS", "Pulsa", 1'000)}, .postpaid = {}}, late, {});
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().is(sync_running));
    EXPECT_EQ(number(count_items), 0);
}

TEST_P(Syncing, lets_one_of_many_starters_run)
{
    const auto list = std::vector{prepaid_item("a", "AXIS", "Pulsa", 1'000)};
    std::atomic<int> refused{0};
    std::atomic<int> won{0};
    support::run_threads(6, [&](int) {
        // The winner waits in its first progress call until the others have been told no.
        const auto result = sync(db, list, {}, clock.now(), [&](std::int64_t, std::int64_t) {
            while (refused.load() < 5)
                std::this_thread::yield();
        });
        if (result)
            ++won;
        else if (result.error().is(sync_running))
            ++refused;
    });
    EXPECT_EQ(won.load(), 1);
    EXPECT_EQ(refused.load(), 5);
    EXPECT_EQ(number(count_items), 1);
}

TEST(StoredList, is_read_back_as_it_was)
{
    auto item = prepaid_item("a\"b", "by.U", "Data", 1'234);
    item.cut_off_start = "23:00";
    item.cut_off_end = "00:30";
    item.unlimited_stock = false;
    item.stock = 9;
    item.multi = false;
    const auto back = read_stored_list(stored_list({item}), false);
    ASSERT_TRUE(back);
    ASSERT_EQ(back->size(), 1U);
    EXPECT_EQ(back->front().sku, "a\"b");
    EXPECT_EQ(back->front().price, 1'234_idr);
    EXPECT_EQ(back->front().cut_off_end, "00:30");
    EXPECT_EQ(back->front().stock, 9);
    EXPECT_FALSE(back->front().multi);
    EXPECT_FALSE(back->front().unlimited_stock);
    EXPECT_FALSE(read_stored_list("[{\"old\":1}]", false));
    EXPECT_FALSE(read_stored_list("broken", false));
}

} // namespace
} // namespace enstore::catalog

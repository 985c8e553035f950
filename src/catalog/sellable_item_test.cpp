#include "catalog/catalog.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

namespace enstore::catalog
{
namespace
{

constexpr db::Query id_of{"test.id_of", "SELECT id FROM product_items WHERE digiflazz_code = ?"};

class SellableItems : public testing::TestWithParam<support::Backend>
{
protected:
    support::TestDatabase database{GetParam()};
    db::Database& db = database.db();
    ManualClock clock; // 2026-02-20 10:00 WIB
    BusinessZone zone;
    ItemId item;

    void SetUp() override
    {
        digiflazz::Item row;
        row.product_name = "Axis 5.000";
        row.category = "Pulsa";
        row.brand = "AXIS";
        row.type = "Umum";
        row.sku = "ax5";
        row.price = 5'500_idr;
        row.buyer_active = row.seller_active = true;
        row.cut_off_start = "23:30";
        row.cut_off_end = "00:30";
        ASSERT_TRUE(sync(db, {row}, {}, clock.now()));
        item = ItemId{db.read([](db::Tx& tx) { return tx.number(id_of, "ax5"); })};
    }
    Result<SellableItem> asked_at(Timestamp now)
    {
        return db.transact([&](db::Tx& tx) { return sellable_item(tx, item, now, zone); });
    }
    void after(const db::Query& query)
    {
        db.transact([&](db::Tx& tx) { tx.execute(query); });
    }
};

ENSTORE_ON_BOTH_BACKENDS(SellableItems);

TEST_P(SellableItems, carry_all_that_an_order_needs)
{
    const auto found = asked_at(clock.now());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->sku, "ax5");
    EXPECT_EQ(found->product_name, "Axis Pulsa");
    EXPECT_EQ(found->product_slug, "axis-pulsa");
    EXPECT_EQ(found->item_name, "5.000");
    EXPECT_EQ(found->brand, "AXIS");
    EXPECT_EQ(found->type, "pulsa");
    EXPECT_TRUE(found->automatic);
    EXPECT_FALSE(found->postpaid);
    EXPECT_EQ(found->base_price, 5'500_idr);
    EXPECT_EQ(found->price(false), 7'500_idr);
    EXPECT_EQ(found->price(true), 6'500_idr);
    ASSERT_EQ(found->fields.size(), 1U);
    EXPECT_EQ(found->fields.front().name, "phone");
}

TEST_P(SellableItems, are_refused_while_their_window_is_closed)
{
    const auto night = clock.now() + std::chrono::hours(13) + std::chrono::minutes(30); // 23:30 WIB
    EXPECT_TRUE(asked_at(night - std::chrono::seconds(1)));
    const auto refused = asked_at(night);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().is(item_closed_now));
    EXPECT_TRUE(asked_at(night + std::chrono::hours(1)));
}

TEST_P(SellableItems, are_refused_when_they_are_not_visible)
{
    static constexpr db::Query off[] = {
        {"test.category_off", "UPDATE product_categories SET is_active = 0"},
        {"test.product_off", "UPDATE products SET is_active = 0"},
        {"test.item_off", "UPDATE product_items SET is_active = 0"},
        {"test.item_empty", "UPDATE product_items SET stock_status = 'empty'"},
        {"test.item_maintenance", "UPDATE product_items SET stock_status = 'maintenance'"},
        {"test.item_free", "UPDATE product_items SET base_price = 0"},
    };
    static constexpr db::Query on[] = {
        {"test.category_on", "UPDATE product_categories SET is_active = 1"},
        {"test.product_on", "UPDATE products SET is_active = 1"},
        {"test.item_on", "UPDATE product_items SET is_active = 1, stock_status = 'available', base_price = 5500"},
    };
    for (const auto& one : off) {
        after(one);
        const auto refused = asked_at(clock.now());
        ASSERT_FALSE(refused) << one.name();
        EXPECT_TRUE(refused.error().is(item_not_purchasable)) << one.name();
        EXPECT_TRUE(db.read([&](db::Tx& tx) { return item_facts(tx, item); })) << "an older order still knows its item";
        for (const auto& back : on)
            after(back);
        EXPECT_TRUE(asked_at(clock.now())) << one.name();
    }
}

TEST_P(SellableItems, are_a_bad_field_when_nobody_knows_them)
{
    item = ItemId{999'999};
    const auto refused = asked_at(clock.now());
    ASSERT_FALSE(refused);
    ASSERT_EQ(refused.error().fields.size(), 1U);
    EXPECT_EQ(refused.error().fields.front().field, "product_item_id");
    EXPECT_FALSE(db.read([&](db::Tx& tx) { return item_facts(tx, item); }));
}

TEST_P(SellableItems, count_their_sales)
{
    static constexpr db::Query sold{"test.sold", "SELECT total_sold FROM product_items WHERE id = ?"};
    for (int i = 0; i < 3; ++i)
        db.transact([&](db::Tx& tx) { count_sale(tx, item); });
    EXPECT_EQ(db.read([&](db::Tx& tx) { return tx.number(sold, item); }), 3);
}

} // namespace
} // namespace enstore::catalog

#include "catalog/store.hpp"

#include "catalog/order_form.hpp"

#include <algorithm>
#include <span>

namespace enstore::catalog::store
{
namespace
{

constexpr db::Query find_item{
    "catalog.item",
    "SELECT i.id, p.id, p.name, p.slug, i.name, i.digiflazz_code, p.brand, p.type, p.provider, p.payment_type, "
    "i.base_price, i.retail_price, i.reseller_price, i.multi, i.cut_off_start, i.cut_off_end, p.input_fields, "
    "i.is_active, i.stock_status, p.is_active, c.is_active "
    "FROM product_items i JOIN products p ON p.id = i.product_id JOIN product_categories c ON c.id = p.category_id "
    "WHERE i.id = ?"};
constexpr db::Query add_sale{"catalog.count_sale", "UPDATE product_items SET total_sold = total_sold + 1 WHERE id = ?"};

constexpr db::Query read_version{"catalog.version", "SELECT version FROM catalogue_state WHERE id = 1"};
constexpr db::Query add_version{"catalog.raise_version",
                                "UPDATE catalogue_state SET version = version + 1 WHERE id = 1"};
constexpr db::Query lease{"catalog.take_lease",
                          "UPDATE catalogue_state SET sync_owner = ?, sync_until = ? "
                          "WHERE id = 1 AND (sync_owner IS NULL OR sync_until IS NULL OR sync_until <= ?)"};
constexpr db::Query still_leased{"catalog.holds_lease",
                                 "SELECT id FROM catalogue_state WHERE id = 1 AND sync_owner = ?{for_update}"};
constexpr db::Query end_lease{
    "catalog.give_lease_back",
    "UPDATE catalogue_state SET sync_owner = NULL, sync_until = NULL WHERE id = 1 AND sync_owner = ?"};

constexpr db::Query find_list{"catalog.kept_list", "SELECT items, fetched_at FROM price_lists WHERE kind = ?"};
constexpr db::Query save_list{"catalog.keep_list",
                              "INSERT INTO price_lists (kind, items, fetched_at) VALUES (?, ?, ?)"
                              "{on_duplicate(kind)}items = {new(items)}, fetched_at = {new(fetched_at)}"};

constexpr db::Query all_categories{"catalog.categories",
                                   "SELECT id, slug, sort_order FROM product_categories ORDER BY id"};
constexpr db::Query add_category{"catalog.add_category",
                                 "INSERT INTO product_categories (name, slug, is_active, sort_order, created_at, "
                                 "updated_at) VALUES (?, ?, ?, ?, ?, ?)"};
constexpr db::Query all_products{
    "catalog.products", "SELECT id, name, slug, supplier_group, provider, payment_type FROM products ORDER BY id"};
constexpr db::Query add_product{
    "catalog.add_product",
    "INSERT INTO products (category_id, name, slug, brand, publisher, provider, type, payment_type, input_fields, "
    "supplier_group, created_at, updated_at) VALUES (?, ?, ?, ?, ?, 'digiflazz', ?, ?, ?, ?, ?, ?)"};
constexpr db::Query claim_product{"catalog.adopt_product",
                                  "UPDATE products SET supplier_group = ? WHERE id = ? AND supplier_group IS NULL"};
constexpr db::Query all_items{
    "catalog.items",
    "SELECT id, product_id, digiflazz_code, base_price, retail_price, reseller_price, admin_fee, stock_status, multi, "
    "unlimited_stock, stock, cut_off_start, cut_off_end, price_locked, updated_at FROM product_items ORDER BY id"};

// The profit is worked out from what the price will be, so that it is right whichever assignment the database runs
// first.
constexpr db::Query write_items{
    "catalog.upsert_items",
    "INSERT INTO product_items (product_id, digiflazz_code, name, {group}, description, base_price, retail_price, "
    "reseller_price, retail_profit, reseller_profit, admin_fee, stock_status, multi, unlimited_stock, stock, "
    "cut_off_start, cut_off_end, last_synced_at, created_at, updated_at) VALUES {rows}"
    "{on_duplicate(digiflazz_code)}"
    "retail_profit = CASE WHEN price_locked = 1 THEN retail_price ELSE {new(retail_price)} END - {new(base_price)}, "
    "reseller_profit = CASE WHEN price_locked = 1 THEN reseller_price ELSE {new(reseller_price)} END - "
    "{new(base_price)}, "
    "retail_price = CASE WHEN price_locked = 1 THEN retail_price ELSE {new(retail_price)} END, "
    "reseller_price = CASE WHEN price_locked = 1 THEN reseller_price ELSE {new(reseller_price)} END, "
    "base_price = {new(base_price)}, admin_fee = {new(admin_fee)}, "
    "stock_status = CASE WHEN stock_status = 'maintenance' THEN stock_status ELSE {new(stock_status)} END, "
    "multi = {new(multi)}, unlimited_stock = {new(unlimited_stock)}, stock = {new(stock)}, "
    "cut_off_start = {new(cut_off_start)}, cut_off_end = {new(cut_off_end)}, "
    "last_synced_at = {new(last_synced_at)}, updated_at = {new(updated_at)}"};
constexpr db::Query rehome_item{"catalog.move_item",
                                "UPDATE product_items SET product_id = ? WHERE digiflazz_code = ?"};
constexpr db::Query empty_item{
    "catalog.switch_off",
    "UPDATE product_items SET stock_status = 'empty', updated_at = ? WHERE id = ? AND stock_status = 'available'"};

constexpr db::Query shown_categories{
    "catalog.public_categories",
    "SELECT id, name, slug, type, description, icon, image, sort_order, created_at, updated_at "
    "FROM product_categories WHERE is_active = 1 ORDER BY sort_order, name, id"};
constexpr db::Query shown_products{
    "catalog.public_products",
    "SELECT p.id, p.category_id, p.name, p.slug, p.brand, p.publisher, p.type, p.payment_type, p.input_fields, "
    "p.description, p.image, p.icon, p.rating, p.is_featured, p.sort_order, p.created_at, p.updated_at "
    "FROM products p JOIN product_categories c ON c.id = p.category_id "
    "WHERE p.is_active = 1 AND c.is_active = 1 ORDER BY p.sort_order, p.id"};
constexpr db::Query shown_items{
    "catalog.public_items",
    "SELECT i.id, i.product_id, i.digiflazz_code, i.name, i.{group}, i.description, i.retail_price, i.reseller_price, "
    "i.admin_fee, i.total_sold, i.sort_order, i.last_synced_at, i.created_at, i.updated_at "
    "FROM product_items i WHERE i.is_active = 1 AND i.stock_status = 'available' "
    "ORDER BY i.product_id, i.sort_order, i.id"};

constexpr std::size_t rows_per_statement = 250;

const char* kind_name(bool postpaid)
{
    return postpaid ? "postpaid" : "prepaid";
}

std::string text_or_empty(const db::Row& row, std::size_t column)
{
    return row.null(column) ? std::string() : row.text(column);
}

db::Param null_when_empty(const std::string& text)
{
    if (text.empty()) return std::nullopt;
    return text;
}

} // namespace

std::optional<ItemRow> item(db::Tx& tx, ItemId id)
{
    const auto row = tx.one(find_item, id);
    if (!row) return std::nullopt;
    ItemRow found;
    found.item.id = row->id<ItemId>(0);
    found.item.product = row->id<ProductId>(1);
    found.item.product_name = row->text(2);
    found.item.product_slug = row->text(3);
    found.item.item_name = row->text(4);
    found.item.sku = row->text(5);
    found.item.brand = row->text(6);
    found.item.type = row->text(7);
    found.item.automatic = text_or_empty(*row, 8) == "digiflazz";
    found.item.postpaid = row->text(9) == "postpaid";
    found.item.base_price = row->idr(10);
    found.item.retail_price = row->idr(11);
    found.item.reseller_price = row->idr(12);
    found.item.multi = row->boolean(13);
    found.item.cut_off_start = text_or_empty(*row, 14);
    found.item.cut_off_end = text_or_empty(*row, 15);
    found.item.fields = read_fields(row->text(16));
    found.visible = row->boolean(17) && row->text(18) == "available" && row->boolean(19) && row->boolean(20);
    return found;
}

void count_sale(db::Tx& tx, ItemId id)
{
    tx.execute(add_sale, id);
}

std::int64_t version(db::Tx& tx)
{
    return tx.number(read_version);
}

void raise_version(db::Tx& tx)
{
    tx.execute(add_version);
}

bool take_lease(db::Tx& tx, const std::string& owner, Timestamp until, Timestamp now)
{
    return tx.execute(lease, owner, until, now) == 1;
}

bool holds_lease(db::Tx& tx, const std::string& owner)
{
    return tx.one(still_leased, owner).has_value();
}

void give_lease_back(db::Tx& tx, const std::string& owner)
{
    tx.execute(end_lease, owner);
}

std::optional<KeptList> kept_list(db::Tx& tx, bool postpaid)
{
    const auto row = tx.one(find_list, kind_name(postpaid));
    if (!row) return std::nullopt;
    return KeptList{.items = row->text(0), .fetched_at = row->time(1)};
}

void keep_list(db::Tx& tx, bool postpaid, const std::string& items, Timestamp now)
{
    tx.execute(save_list, kind_name(postpaid), items, now);
}

std::vector<Category> categories(db::Tx& tx)
{
    std::vector<Category> found;
    for (const auto& row : tx.all(all_categories))
        found.push_back({.id = row.integer(0), .slug = row.text(1), .sort_order = row.integer(2)});
    return found;
}

std::int64_t insert_category(db::Tx& tx, const NewCategory& category, Timestamp now)
{
    return tx.insert(add_category, category.name, category.slug, category.is_active, category.sort_order, now, now);
}

std::vector<KnownProduct> products(db::Tx& tx)
{
    std::vector<KnownProduct> found;
    for (const auto& row : tx.all(all_products))
        found.push_back({.id = row.id<ProductId>(0),
                         .name = row.text(1),
                         .slug = row.text(2),
                         .supplier_group = text_or_empty(row, 3),
                         .automatic = text_or_empty(row, 4) == "digiflazz",
                         .postpaid = row.text(5) == "postpaid"});
    return found;
}

ProductId insert_product(db::Tx& tx, const NewProduct& product, Timestamp now)
{
    return ProductId{tx.insert(add_product, product.category, product.name, product.slug, product.brand,
                               null_when_empty(product.publisher), product.type, kind_name(product.postpaid),
                               product.input_fields, product.supplier_group, now, now)};
}

void adopt_product(db::Tx& tx, ProductId product, const std::string& supplier_group)
{
    tx.execute(claim_product, supplier_group, product);
}

std::vector<KnownItem> items(db::Tx& tx)
{
    std::vector<KnownItem> found;
    const auto rows = tx.all(all_items);
    found.reserve(rows.size());
    for (const auto& row : rows) {
        KnownItem known;
        known.id = row.id<ItemId>(0);
        known.facts.product = row.id<ProductId>(1);
        known.facts.sku = row.text(2);
        known.facts.base_price = row.idr(3);
        known.facts.retail_price = row.idr(4);
        known.facts.reseller_price = row.idr(5);
        known.facts.admin_fee = row.idr(6);
        known.facts.stock_status = row.text(7);
        known.facts.multi = row.boolean(8);
        known.facts.unlimited_stock = row.boolean(9);
        known.facts.stock = row.maybe_integer(10).value_or(0);
        known.facts.cut_off_start = text_or_empty(row, 11);
        known.facts.cut_off_end = text_or_empty(row, 12);
        known.price_locked = row.boolean(13);
        known.updated_at = row.time(14);
        found.push_back(std::move(known));
    }
    return found;
}

void upsert_items(db::Tx& tx, const std::vector<ItemWrite>& items, Timestamp now)
{
    std::vector<std::vector<db::Param>> rows;
    for (std::size_t from = 0; from < items.size(); from += rows_per_statement) {
        rows.clear();
        const auto until = std::min(items.size(), from + rows_per_statement);
        for (std::size_t i = from; i < until; ++i) {
            const auto& facts = items[i].facts;
            rows.push_back({facts.product,
                            facts.sku,
                            facts.name,
                            null_when_empty(facts.group),
                            null_when_empty(facts.description),
                            facts.base_price,
                            facts.retail_price,
                            facts.reseller_price,
                            facts.retail_price - facts.base_price,
                            facts.reseller_price - facts.base_price,
                            facts.admin_fee,
                            facts.stock_status,
                            facts.multi,
                            facts.unlimited_stock,
                            facts.stock,
                            null_when_empty(facts.cut_off_start),
                            null_when_empty(facts.cut_off_end),
                            now,
                            now,
                            items[i].updated_at});
        }
        tx.insert_rows(write_items, rows);
    }
}

void move_item(db::Tx& tx, const std::string& sku, ProductId product)
{
    tx.execute(rehome_item, product, sku);
}

bool switch_off(db::Tx& tx, ItemId item, Timestamp now)
{
    return tx.execute(empty_item, now, item) == 1;
}

std::vector<PublicCategory> public_categories(db::Tx& tx)
{
    std::vector<PublicCategory> found;
    for (const auto& row : tx.all(shown_categories))
        found.push_back({.id = row.integer(0),
                         .name = row.text(1),
                         .slug = row.text(2),
                         .type = row.text(3),
                         .description = row.maybe_text(4),
                         .icon = row.maybe_text(5),
                         .image = row.maybe_text(6),
                         .sort_order = row.integer(7),
                         .created_at = row.time(8),
                         .updated_at = row.time(9)});
    return found;
}

std::vector<PublicProduct> public_products(db::Tx& tx)
{
    std::vector<PublicProduct> found;
    for (const auto& row : tx.all(shown_products))
        found.push_back({.id = row.integer(0),
                         .category = row.integer(1),
                         .name = row.text(2),
                         .slug = row.text(3),
                         .brand = row.text(4),
                         .publisher = row.maybe_text(5),
                         .type = row.text(6),
                         .payment_type = row.text(7),
                         .input_fields = row.text(8),
                         .description = row.maybe_text(9),
                         .image = row.maybe_text(10),
                         .icon = row.maybe_text(11),
                         .rating = row.text(12),
                         .is_featured = row.boolean(13),
                         .sort_order = row.integer(14),
                         .created_at = row.time(15),
                         .updated_at = row.time(16)});
    return found;
}

std::vector<PublicItem> public_items(db::Tx& tx)
{
    std::vector<PublicItem> found;
    for (const auto& row : tx.all(shown_items))
        found.push_back({.id = row.integer(0),
                         .product = row.integer(1),
                         .sku = row.text(2),
                         .name = row.text(3),
                         .group = row.maybe_text(4),
                         .description = row.maybe_text(5),
                         .retail_price = row.idr(6),
                         .reseller_price = row.idr(7),
                         .admin_fee = row.idr(8),
                         .total_sold = row.integer(9),
                         .sort_order = row.integer(10),
                         .last_synced_at = row.maybe_time(11),
                         .created_at = row.time(12),
                         .updated_at = row.time(13)});
    return found;
}

} // namespace enstore::catalog::store

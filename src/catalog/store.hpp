#pragma once

#include "catalog/catalog.hpp"
#include "platform/db/db.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The catalogue's SQL: one statement each.
namespace enstore::catalog::store
{

// ── for orders ─────────────────────────────────────────────────────────────────────────────────────────────────────

struct ItemRow {
    SellableItem item;
    bool visible = false;
};
std::optional<ItemRow> item(db::Tx& tx, ItemId id);
void count_sale(db::Tx& tx, ItemId id);

// ── the catalogue's state ──────────────────────────────────────────────────────────────────────────────────────────

std::int64_t version(db::Tx& tx);
void raise_version(db::Tx& tx);
/// Takes the lease when nobody holds it or it has run out.
bool take_lease(db::Tx& tx, const std::string& owner, Timestamp until, Timestamp now);
/// Whether `owner` still holds the lease. On MySQL the row stays locked until the end of the transaction.
bool holds_lease(db::Tx& tx, const std::string& owner);
void give_lease_back(db::Tx& tx, const std::string& owner);

struct KeptList {
    std::string items; ///< JSON
    Timestamp fetched_at;
};
std::optional<KeptList> kept_list(db::Tx& tx, bool postpaid);
void keep_list(db::Tx& tx, bool postpaid, const std::string& items, Timestamp now);

// ── what the sync finds and writes ─────────────────────────────────────────────────────────────────────────────────

struct Category {
    std::int64_t id = 0;
    std::string slug;
    std::int64_t sort_order = 0;
};
std::vector<Category> categories(db::Tx& tx);

struct NewCategory {
    std::string name;
    std::string slug;
    bool is_active = false;
    std::int64_t sort_order = 0;
};
std::int64_t insert_category(db::Tx& tx, const NewCategory& category, Timestamp now);

struct KnownProduct {
    ProductId id;
    std::string name;
    std::string slug;
    std::string supplier_group; ///< empty for what an admin made
    bool automatic = false;
    bool postpaid = false;
};
std::vector<KnownProduct> products(db::Tx& tx);

struct NewProduct {
    std::int64_t category = 0;
    std::string name;
    std::string slug;
    std::string brand;
    std::string publisher;
    std::string type;
    bool postpaid = false;
    std::string input_fields;
    std::string supplier_group;
};
ProductId insert_product(db::Tx& tx, const NewProduct& product, Timestamp now);

/// Takes a product that an import brought for the one of a supplier's group.
void adopt_product(db::Tx& tx, ProductId product, const std::string& supplier_group);

/// An item as the sync sees it: what the supplier decides, and what an admin may have fixed.
struct ItemFacts {
    ProductId product;
    std::string sku;
    std::string name;
    std::string group;
    std::string description;
    Idr base_price;
    Idr retail_price;
    Idr reseller_price;
    Idr admin_fee;
    std::string stock_status;
    bool multi = true;
    bool unlimited_stock = true;
    std::int64_t stock = 0;
    std::string cut_off_start;
    std::string cut_off_end;
};
struct KnownItem {
    ItemId id;
    ItemFacts facts; ///< without name, group and description, which the sync never changes
    bool price_locked = false;
    Timestamp updated_at;
};
std::vector<KnownItem> items(db::Tx& tx);

struct ItemWrite {
    ItemFacts facts;
    Timestamp updated_at; ///< the moment of the last change, which is not that of the last sync
};
/// Creates or updates items, a few hundred in one statement. Of an item that exists only the supplier's columns are
/// written: a locked price and a `maintenance` are kept, decided by the row as it is now.
void upsert_items(db::Tx& tx, const std::vector<ItemWrite>& items, Timestamp now);
/// Puts an item under another product: only when the supplier moved a SKU between its prepaid and postpaid lists.
void move_item(db::Tx& tx, const std::string& sku, ProductId product);
/// `available` becomes `empty`; false when it was not available.
bool switch_off(db::Tx& tx, ItemId item, Timestamp now);

// ── what the snapshot shows ────────────────────────────────────────────────────────────────────────────────────────

struct PublicCategory {
    std::int64_t id = 0;
    std::string name;
    std::string slug;
    std::string type;
    std::optional<std::string> description;
    std::optional<std::string> icon;
    std::optional<std::string> image;
    std::int64_t sort_order = 0;
    Timestamp created_at;
    Timestamp updated_at;
};
/// Active ones, by sort order and name.
std::vector<PublicCategory> public_categories(db::Tx& tx);

struct PublicProduct {
    std::int64_t id = 0;
    std::int64_t category = 0;
    std::string name;
    std::string slug;
    std::string brand;
    std::optional<std::string> publisher;
    std::string type;
    std::string payment_type;
    std::string input_fields;
    std::optional<std::string> description;
    std::optional<std::string> image;
    std::optional<std::string> icon;
    std::string rating; ///< decimal text
    bool is_featured = false;
    std::int64_t sort_order = 0;
    Timestamp created_at;
    Timestamp updated_at;
};
/// Active ones in active categories, by sort order and id.
std::vector<PublicProduct> public_products(db::Tx& tx);

struct PublicItem {
    std::int64_t id = 0;
    std::int64_t product = 0;
    std::string sku;
    std::string name;
    std::optional<std::string> group;
    std::optional<std::string> description;
    Idr retail_price;
    Idr reseller_price;
    Idr admin_fee;
    std::int64_t total_sold = 0;
    std::int64_t sort_order = 0;
    std::optional<Timestamp> last_synced_at;
    Timestamp created_at;
    Timestamp updated_at;
};
/// Active and available ones, by product, sort order and id.
std::vector<PublicItem> public_items(db::Tx& tx);

} // namespace enstore::catalog::store

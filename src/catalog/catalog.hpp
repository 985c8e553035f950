#pragma once

#include "platform/core/money.hpp"
#include "platform/db/db.hpp"
#include "platform/http/http.hpp"
#include "suppliers/digiflazz.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Products, items, prices; the price sync; the snapshot served to the public (domain 5 and 6).
namespace enstore
{
using ProductId = Id<struct ProductTag>;
using ItemId = Id<struct ItemTag>;
} // namespace enstore

namespace enstore::catalog
{

inline constexpr Refusal item_not_purchasable{Kind::business_rule, "item_unavailable",
                                              "Produk ini sedang tidak tersedia; pilih produk lain",
                                              "This product cannot be bought now; choose another"};
inline constexpr Refusal item_closed_now{Kind::business_rule, "item_closed",
                                         "Produk sedang tutup (cut-off); coba lagi setelah jamnya lewat",
                                         "This product is in its daily closing window; try again after it"};
inline constexpr Refusal operator_mismatch{Kind::business_rule, "operator_mismatch",
                                           "Nomor ini bukan milik operator produk tersebut",
                                           "This number does not belong to the product's operator"};
inline constexpr Refusal wrong_purchase_kind{Kind::business_rule, "use_postpaid_inquiry",
                                             "Produk tagihan dibayar lewat cek tagihan dahulu",
                                             "Bills are paid after an inquiry, not bought directly"};
inline constexpr Refusal sync_running{Kind::conflict, "sync_running",
                                      "Sinkronisasi sedang berjalan; tunggu sampai selesai",
                                      "A synchronisation is running; wait until it ends"};
inline constexpr Refusal price_list_empty{Kind::upstream_failed, "price_list_empty",
                                          "Daftar harga dari pemasok kosong; tidak ada yang diubah",
                                          "The supplier's price list is empty; nothing was changed"};

inline constexpr Refusal no_such_product{Kind::not_found, "product_not_found", "Produk tidak ditemukan",
                                         "No such product"};

/// One field of an order form (domain 6.1).
struct InputField {
    std::string name;
    std::string label;
    std::string type; ///< text, number, tel, email, password, select
    bool required = true;
    std::string placeholder = {};
    std::string options = {}; ///< `label:value, …` for select
};
using FormValues = std::vector<std::pair<std::string, std::string>>;

/// An item as an order needs it, read inside the order's own transaction.
struct SellableItem {
    ItemId id;
    ProductId product;
    std::string product_name;
    std::string product_slug;
    std::string item_name;
    std::string sku;
    std::string brand;
    std::string type;      ///< game, pulsa, …
    bool automatic = true; ///< provider is `digiflazz`; else fulfilled by hand
    bool postpaid = false;
    Idr base_price;
    Idr retail_price;
    Idr reseller_price;
    bool multi = true;
    std::string cut_off_start; ///< `hh:mm` or empty
    std::string cut_off_end;
    std::vector<InputField> fields;

    Idr price(bool reseller) const { return reseller ? reseller_price : retail_price; }
};

/// The item, if it can be bought now. Unknown: 422 on `product_item_id`; not visible, or in its window: 400
/// (`item_unavailable`, `item_closed`).
Result<SellableItem> sellable_item(db::Tx& tx, ItemId item, Timestamp now, const BusinessZone& zone);

/// Whether `now` lies inside the daily window (start included, end excluded; equal or empty: none; may cross midnight).
bool in_cut_off(std::string_view start, std::string_view end, Timestamp now, const BusinessZone& zone);
/// The next end of the window that `now` lies in.
Timestamp cut_off_end(std::string_view start, std::string_view end, Timestamp now, const BusinessZone& zone);

/// Checks the order form and makes the number that is sent to the supplier (domain 6.2). Refused with problems on
/// `customer_data.<name>` (422) or `operator_mismatch` (400).
Result<std::string> customer_number(const SellableItem& item, const FormValues& values,
                                    const std::optional<std::string>& buyer_phone);

/// The operator code (`telkomsel`, `indosat`, `xl`, `axis`, `smartfren`, `three`) of a mobile number; nothing when its
/// prefix belongs to none of the six (domain 6.3).
std::optional<std::string_view> operator_of(std::string_view phone);

/// The item's facts for an order made earlier, whatever can be sold now; nothing when it was deleted.
std::optional<SellableItem> item_facts(db::Tx& tx, ItemId item);
/// `total_sold` + 1.
void count_sale(db::Tx& tx, ItemId item);

/// Price of a margin (domain 5.2): base + ceil(base × margin); margin 0 or missing: base + `flat`.
Idr price_with_margin(Idr base, std::optional<BasisPoints> margin, Idr flat);

// ── sync ───────────────────────────────────────────────────────────────────────────────────────────────────────────

struct SyncReport {
    std::int64_t products_created = 0;
    std::int64_t products_updated = 0;
    std::int64_t items_created = 0;
    std::int64_t items_updated = 0;
    std::int64_t items_skipped = 0;
    std::int64_t items_deactivated = 0;
    std::int64_t categories_created = 0;
    /// Where each list came from: `fetched`, `kept` (the copy of the last hour) or `unavailable` (the supplier gave
    /// none; nothing of that kind was changed). Set by `sync_from_supplier`.
    std::string prepaid_source = {};
    std::string postpaid_source = {};
    Timestamp started_at;
    std::optional<Timestamp> finished_at;
};
/// Reports how far a sync is: items done of all.
using Progress = std::function<void(std::int64_t done, std::int64_t all)>;

/// Writes two complete price lists into the catalogue (domain 5.3): whole products per transaction, what vanished is
/// switched off. An empty list changes nothing of its kind and is refused when both are empty. Refused with
/// `sync_running` when another process is at it. Ends by raising the catalogue's version, which swaps the snapshots.
Result<SyncReport> sync(db::Database& database, const std::vector<digiflazz::Item>& prepaid,
                        const std::vector<digiflazz::Item>& postpaid, Timestamp now, const Progress& progress = {});

/// Asks the supplier for both lists and syncs. Keeps the lists for an hour and uses the kept ones within it; `force`
/// asks again. When one of the two cannot be had, the other is written all the same and the report says so. Refused
/// with `sync_running`, `price_list_empty`, or what the supplier's refusal was when neither could be had.
Result<SyncReport> sync_from_supplier(db::Database& database, digiflazz::Client& supplier, const Clock& clock,
                                      const Progress& progress = {}, bool force = false);

/// Tells every process that what the public sees has changed: called in the transaction of an admin's edit.
void raise_version(db::Tx& tx);

// ── the public snapshot ────────────────────────────────────────────────────────────────────────────────────────────

/// The public catalogue in memory: immutable, swapped whole after a sync or an admin's edit. `refresh` is called at
/// start, after a local change, and each second (it compares the version number first).
class PublicCatalogue
{
public:
    PublicCatalogue(db::Database& database, std::string public_url);
    ~PublicCatalogue();
    /// Loads the catalogue anew when its version in the database has changed; true when it was swapped.
    bool refresh();
    bool has_products() const;

    /// `GET /api/products`, `/api/products/categories`, `/api/products/{id}`, `/api/products/slug/{slug}`; inline.
    http::Routes routes();

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace enstore::catalog

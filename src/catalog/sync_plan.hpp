#pragma once

#include "catalog/catalog.hpp"
#include "catalog/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a sync is going to write, worked out before anything is written: pure, from the lists and from what is there.
namespace enstore::catalog
{

/// The catalogue as it was found, and the settings that make prices.
struct Found {
    std::vector<store::Category> categories;
    std::vector<store::KnownProduct> products;
    std::vector<store::KnownItem> items;
    std::optional<BasisPoints> retail_margin;
    std::optional<BasisPoints> reseller_margin;
};

/// One product with all that happens to it: never split over two transactions.
struct ProductPlan {
    ProductId product; ///< 0: to be created from `creation`
    std::optional<store::NewProduct> creation;
    std::string category_slug; ///< of the product to be created
    std::string adopt_as;      ///< the group an imported product is taken for; empty: none
    bool receives_items = false;
    std::vector<store::ItemWrite> items;
    std::vector<std::string> moved_here; ///< SKUs that lay under a product of the other kind
    std::vector<ItemId> vanished;
    std::size_t size() const { return items.size() + vanished.size(); }
};

struct SyncPlan {
    std::vector<store::NewCategory> categories;
    std::vector<ProductPlan> products;
    std::int64_t items_created = 0;
    std::int64_t items_updated = 0;
    std::int64_t items_skipped = 0; ///< rows that make no sense, doubles, and SKUs that an admin fulfils by hand
    std::int64_t rows = 0;
    bool nothing_usable = false; ///< neither list has a row that can be used: nothing is to be written
};

SyncPlan plan_sync(const Found& found, const std::vector<digiflazz::Item>& prepaid,
                   const std::vector<digiflazz::Item>& postpaid, Timestamp now);

/// Whole products in parcels of a few hundred items: what each transaction writes.
std::vector<std::vector<const ProductPlan*>> parcels(const SyncPlan& plan, std::size_t items_per_parcel);

} // namespace enstore::catalog

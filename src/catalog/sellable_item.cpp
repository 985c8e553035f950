#include "catalog/catalog.hpp"
#include "catalog/store.hpp"

namespace enstore::catalog
{

Result<SellableItem> sellable_item(db::Tx& tx, ItemId item, Timestamp now, const BusinessZone& zone)
{
    auto found = store::item(tx, item);
    if (!found)
        return refuse_field("product_item_id", {"Produk tidak ditemukan; pilih lagi dari daftar produk",
                                                "No such product; choose again from the list"});
    if (!found->visible) return refuse(item_not_purchasable, "item " + std::to_string(item.value));
    // A supplier row without a price is never `available`, but an admin can say it is: nothing is sold for nothing.
    const auto& facts = found->item;
    if (facts.automatic && !facts.postpaid &&
        (facts.base_price <= Idr{} || facts.retail_price <= Idr{} || facts.reseller_price <= Idr{}))
        return refuse(item_not_purchasable, "item " + std::to_string(item.value) + " has no price");
    if (in_cut_off(facts.cut_off_start, facts.cut_off_end, now, zone))
        return refuse(item_closed_now, "item " + std::to_string(item.value));
    return std::move(found->item);
}

std::optional<SellableItem> item_facts(db::Tx& tx, ItemId item)
{
    auto found = store::item(tx, item);
    if (!found) return std::nullopt;
    return std::move(found->item);
}

void count_sale(db::Tx& tx, ItemId item)
{
    store::count_sale(tx, item);
}

void raise_version(db::Tx& tx)
{
    store::raise_version(tx);
}

Idr price_with_margin(Idr base, std::optional<BasisPoints> margin, Idr flat)
{
    if (!margin || margin->value <= 0) return base + flat;
    return base + percent_rounded_up(base, *margin);
}

} // namespace enstore::catalog

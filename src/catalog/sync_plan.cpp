#include "catalog/sync_plan.hpp"

#include "catalog/grouping.hpp"
#include "catalog/order_form.hpp"
#include "platform/core/text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace enstore::catalog
{
namespace
{

constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_group_name = 100; // brand and category together make names, slugs and keys of 255
constexpr Idr retail_flat{2'000};
constexpr Idr reseller_flat{1'000};

bool good_text(const std::string& text, std::size_t most, bool may_be_empty = false)
{
    if (!may_be_empty && trimmed(text).empty()) return false;
    return is_clean_utf8(text) && length_in_characters(text) <= most;
}

std::string category_slug(std::string_view name)
{
    auto slug = slug_of(name);
    return slug.empty() ? "lainnya" : slug;
}

/// Works through the lists once and collects what is to be done, product by product.
class Planner
{
public:
    Planner(const Found& found, Timestamp now) : found_(found), now_(now)
    {
        for (const auto& category : found.categories)
            category_order_.emplace(category.slug, category.sort_order);
        for (const auto& product : found.products) {
            by_id_.emplace(product.id.value, &product);
            if (!product.supplier_group.empty()) by_group_.emplace(product.supplier_group, &product);
            by_slug_.emplace(lower(product.slug), &product);
            names_.insert(lower(product.name));
        }
        for (const auto& item : found.items)
            by_sku_.emplace(item.facts.sku, &item);
    }

    void read(const std::vector<digiflazz::Item>& rows, bool postpaid)
    {
        plan_.rows += static_cast<std::int64_t>(rows.size());
        for (const auto& row : rows) {
            auto facts = facts_of(row, postpaid);
            if (!facts || !seen_.insert(row.sku).second) {
                ++plan_.items_skipped;
                continue;
            }
            (postpaid ? any_postpaid_ : any_prepaid_) = true;
            take(row, std::move(*facts), postpaid);
        }
    }

    SyncPlan finish()
    {
        if (!any_prepaid_ && !any_postpaid_) {
            plan_.nothing_usable = true;
            return std::move(plan_);
        }
        find_vanished();
        name_new_products();
        for (auto& product : products_)
            order_new_items(product);
        plan_.products = std::move(products_);
        return std::move(plan_);
    }

private:
    /// The row as an item; nothing when it makes no sense.
    std::optional<store::ItemFacts> facts_of(const digiflazz::Item& row, bool postpaid) const
    {
        const bool sane = good_text(row.sku, longest_name) && trimmed(row.sku) == row.sku &&
                          good_text(row.product_name, longest_name) && good_text(row.brand, longest_group_name) &&
                          good_text(row.category, longest_group_name) && good_text(row.type, longest_name, true) &&
                          good_text(row.description, 10'000, true) && row.price >= Idr{} && row.price <= max_amount &&
                          row.admin >= Idr{} && row.admin <= max_amount;
        if (!sane) return std::nullopt;

        store::ItemFacts facts;
        facts.sku = row.sku;
        facts.name = item_name(row.product_name, row.brand);
        facts.group = trimmed(row.type);
        facts.description = trimmed(row.description);
        facts.base_price = postpaid ? Idr{} : row.price;
        facts.retail_price = postpaid ? retail_flat : price_with_margin(row.price, found_.retail_margin, retail_flat);
        facts.reseller_price =
            postpaid ? reseller_flat : price_with_margin(row.price, found_.reseller_margin, reseller_flat);
        if (facts.retail_price > max_amount || facts.reseller_price > max_amount) return std::nullopt;
        facts.admin_fee = row.admin;
        const bool in_stock = postpaid || ((row.unlimited_stock || row.stock > 0) && row.price > Idr{});
        facts.stock_status = row.buyer_active && row.seller_active && in_stock ? "available" : "empty";
        facts.multi = row.multi;
        facts.unlimited_stock = row.unlimited_stock;
        facts.stock = std::max<std::int64_t>(row.stock, 0);
        facts.cut_off_start = row.cut_off_start.substr(0, 5);
        facts.cut_off_end = row.cut_off_end.substr(0, 5);
        return facts;
    }

    void take(const digiflazz::Item& row, store::ItemFacts facts, bool postpaid)
    {
        const auto known = by_sku_.find(row.sku);
        if (known == by_sku_.end()) {
            ++plan_.items_created;
            auto& product = product_for(row, postpaid);
            product.items.push_back({.facts = std::move(facts), .updated_at = now_});
            return;
        }
        const auto& item = *known->second;
        const auto& home = *by_id_.at(item.facts.product.value);
        if (!home.automatic) { // the shopkeeper delivers it by hand: the supplier's price is not its price
            ++plan_.items_skipped;
            return;
        }
        ++plan_.items_updated;
        // A bill must never lie under a product that is bought without an inquiry, nor the other way round.
        const bool moves = home.postpaid != postpaid;
        auto& product = moves ? product_for(row, postpaid) : product_of(home.id);
        if (moves) product.moved_here.push_back(row.sku);
        product.receives_items = true;
        const bool same = !moves && unchanged(item, facts);
        product.items.push_back({.facts = std::move(facts), .updated_at = same ? item.updated_at : now_});
    }

    static bool unchanged(const store::KnownItem& known, const store::ItemFacts& facts)
    {
        const auto& old = known.facts;
        const bool same_prices = known.price_locked ||
                                 (old.retail_price == facts.retail_price && old.reseller_price == facts.reseller_price);
        const bool same_stock = old.stock_status == "maintenance" || old.stock_status == facts.stock_status;
        return same_prices && same_stock && old.base_price == facts.base_price && old.admin_fee == facts.admin_fee &&
               old.multi == facts.multi && old.unlimited_stock == facts.unlimited_stock && old.stock == facts.stock &&
               old.cut_off_start == facts.cut_off_start && old.cut_off_end == facts.cut_off_end;
    }

    ProductPlan& product_of(ProductId id)
    {
        const auto [place, fresh] = planned_.emplace(id.value, products_.size());
        if (fresh) {
            products_.emplace_back();
            products_.back().product = id;
        }
        return products_[place->second];
    }

    /// The product of the row's group: the one that is there, one that an import brought under the same slug, or a new
    /// one.
    ProductPlan& product_for(const digiflazz::Item& row, bool postpaid)
    {
        const auto group = group_of(row.brand, row.category, postpaid);
        if (const auto planned = planned_groups_.find(group.key); planned != planned_groups_.end())
            return products_[planned->second];
        if (const auto known = by_group_.find(group.key); known != by_group_.end()) {
            auto& product = product_of(known->second->id);
            product.receives_items = true;
            return product;
        }
        if (const auto known = by_slug_.find(slug_of(group.name)); known != by_slug_.end()) {
            const auto& there = *known->second;
            if (there.automatic && there.postpaid == postpaid && there.supplier_group.empty()) {
                auto& product = product_of(there.id);
                product.receives_items = true;
                product.adopt_as = group.key;
                planned_groups_.emplace(group.key, planned_.at(there.id.value));
                return product;
            }
        }
        planned_groups_.emplace(group.key, products_.size());
        new_groups_.emplace_back(products_.size(), group);
        products_.emplace_back();
        auto& product = products_.back();
        product.receives_items = true;
        product.category_slug = category_for(row.category);
        const auto type = std::string(product_type(row.category, postpaid));
        product.creation = store::NewProduct{.category = 0,
                                             .name = {},
                                             .slug = {},
                                             .brand = group.brand,
                                             .publisher = publisher_of(group.brand),
                                             .type = type,
                                             .postpaid = postpaid,
                                             .input_fields = stored_fields(default_fields(type)),
                                             .supplier_group = group.key};
        return product;
    }

    std::string category_for(const std::string& name)
    {
        auto slug = category_slug(name);
        if (category_order_.count(slug) != 0) return slug;
        std::int64_t last = 0;
        for (const auto& [other, order] : category_order_)
            last = std::max(last, order);
        category_order_.emplace(slug, last + 1);
        plan_.categories.push_back({.name = std::string(trimmed(name)),
                                    .slug = slug,
                                    .is_active = known_category(name),
                                    .sort_order = last + 1});
        return slug;
    }

    void find_vanished()
    {
        for (const auto& item : found_.items) {
            const auto& home = *by_id_.at(item.facts.product.value);
            const bool list_complete = home.postpaid ? any_postpaid_ : any_prepaid_;
            if (!home.automatic || !list_complete || item.facts.stock_status != "available") continue;
            if (seen_.count(item.facts.sku) == 0) product_of(home.id).vanished.push_back(item.id);
        }
    }

    /// New products get their place (by category, then as listed), their names and slugs. A brand that was recognised
    /// by some of its words only yields to the one that is meant.
    void name_new_products()
    {
        std::stable_sort(new_groups_.begin(), new_groups_.end(), [&](const auto& a, const auto& b) {
            const auto order = [&](const auto& entry) {
                return std::pair(category_order_.at(products_[entry.first].category_slug), entry.second.partial);
            };
            return order(a) < order(b);
        });
        std::vector<ProductPlan> arranged;
        arranged.reserve(products_.size());
        std::set<std::size_t> placed;
        for (auto& [index, group] : new_groups_) {
            auto& creation = *products_[index].creation;
            const bool taken = names_.count(lower(group.name)) != 0;
            creation.name = taken ? group.plain_name : group.name;
            names_.insert(lower(creation.name));
            creation.slug = free_slug(creation.name);
            arranged.push_back(std::move(products_[index]));
            placed.insert(index);
        }
        for (std::size_t i = 0; i < products_.size(); ++i)
            if (placed.count(i) == 0) arranged.push_back(std::move(products_[i]));
        products_ = std::move(arranged);
    }

    std::string free_slug(const std::string& name)
    {
        auto wanted = slug_of(name);
        if (wanted.empty()) wanted = "produk";
        auto slug = wanted;
        for (int number = 2; by_slug_.count(slug) != 0 || new_slugs_.count(slug) != 0; ++number)
            slug = wanted + "-" + std::to_string(number);
        new_slugs_.insert(slug);
        return slug;
    }

    /// New items lie in the order of their prices, since ids decide the order that shoppers see until an admin sorts.
    void order_new_items(ProductPlan& product) const
    {
        const auto first_new =
            std::stable_partition(product.items.begin(), product.items.end(),
                                  [&](const store::ItemWrite& write) { return by_sku_.count(write.facts.sku) != 0; });
        std::stable_sort(first_new, product.items.end(), [](const store::ItemWrite& a, const store::ItemWrite& b) {
            return a.facts.base_price < b.facts.base_price;
        });
    }

    const Found& found_;
    Timestamp now_;
    std::map<std::string, std::int64_t> category_order_;
    std::unordered_map<std::int64_t, const store::KnownProduct*> by_id_;
    std::unordered_map<std::string, const store::KnownProduct*> by_group_;
    std::unordered_map<std::string, const store::KnownProduct*> by_slug_;
    std::unordered_map<std::string, const store::KnownItem*> by_sku_;
    std::unordered_set<std::string> names_;
    std::unordered_set<std::string> new_slugs_;
    std::unordered_set<std::string> seen_;
    std::unordered_map<std::int64_t, std::size_t> planned_;
    std::unordered_map<std::string, std::size_t> planned_groups_;
    std::vector<std::pair<std::size_t, Group>> new_groups_;
    std::vector<ProductPlan> products_;
    SyncPlan plan_;
    bool any_prepaid_ = false;
    bool any_postpaid_ = false;
};

} // namespace

SyncPlan plan_sync(const Found& found, const std::vector<digiflazz::Item>& prepaid,
                   const std::vector<digiflazz::Item>& postpaid, Timestamp now)
{
    Planner planner(found, now);
    planner.read(prepaid, false);
    planner.read(postpaid, true);
    return planner.finish();
}

std::vector<std::vector<const ProductPlan*>> parcels(const SyncPlan& plan, std::size_t items_per_parcel)
{
    std::vector<std::vector<const ProductPlan*>> out;
    std::size_t size = 0;
    for (const auto& product : plan.products) {
        if (out.empty() || (size > 0 && size + product.size() > items_per_parcel)) {
            out.emplace_back();
            size = 0;
        }
        out.back().push_back(&product);
        size += product.size();
    }
    return out;
}

} // namespace enstore::catalog

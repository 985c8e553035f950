#include "catalog/sync.hpp"

#include "activity/activity.hpp"
#include "catalog/store.hpp"
#include "catalog/sync_plan.hpp"
#include "platform/core/failpoint.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/log/log.hpp"
#include "settings/settings.hpp"

#include <chrono>
#include <map>

namespace enstore::catalog
{
namespace
{

// Longer than the ten minutes a sync may take (domain 19).
constexpr auto lease_time = std::chrono::minutes(15);
constexpr std::size_t items_per_transaction = 300;

Found find_catalogue(db::Tx& tx)
{
    return {.categories = store::categories(tx),
            .products = store::products(tx),
            .items = store::items(tx),
            .retail_margin = settings::percent(tx, "profit_margin.retail"),
            .reseller_margin = settings::percent(tx, "profit_margin.reseller")};
}

Error overtaken()
{
    return refuse(sync_running, "the lease was taken over");
}

/// One transaction: whole products. Runs again after a deadlock, so it changes nothing but the database.
Result<std::int64_t> write_parcel(db::Tx& tx, const SyncLease& lease, const std::vector<const ProductPlan*>& parcel,
                                  const std::map<std::string, std::int64_t>& categories, Timestamp now)
{
    if (!store::holds_lease(tx, lease.owner())) return overtaken();
    std::int64_t switched_off = 0;
    std::vector<store::ItemWrite> writes;
    for (const auto* plan : parcel) {
        auto product = plan->product;
        if (plan->creation) {
            auto creation = *plan->creation;
            creation.category = categories.at(plan->category_slug);
            product = store::insert_product(tx, creation, now);
        }
        if (!plan->adopt_as.empty()) store::adopt_product(tx, product, plan->adopt_as);
        for (const auto& sku : plan->moved_here)
            store::move_item(tx, sku, product);
        for (const auto& item : plan->items) {
            writes.push_back(item);
            writes.back().facts.product = product;
        }
        for (const auto item : plan->vanished)
            if (store::switch_off(tx, item, now)) ++switched_off;
    }
    store::upsert_items(tx, writes, now);
    return switched_off;
}

void record_run(db::Tx& tx, const SyncReport& report, Timestamp now)
{
    const auto text = [](std::int64_t number) { return std::to_string(number); };
    activity::Entry entry{.type = activity::LogType::admin,
                          .action = "sync.run",
                          .description = "Sinkronisasi produk: " + text(report.items_created) + " item baru, " +
                                         text(report.items_updated) + " diperbarui, " + text(report.items_deactivated) +
                                         " dikosongkan"};
    entry.facts = {
        {"products_created", text(report.products_created)},    {"products_updated", text(report.products_updated)},
        {"items_created", text(report.items_created)},          {"items_updated", text(report.items_updated)},
        {"items_skipped", text(report.items_skipped)},          {"items_deactivated", text(report.items_deactivated)},
        {"categories_created", text(report.categories_created)}};
    if (!report.prepaid_source.empty()) entry.facts.emplace_back("prepaid_list", report.prepaid_source);
    if (!report.postpaid_source.empty()) entry.facts.emplace_back("postpaid_list", report.postpaid_source);
    activity::record(tx, entry, now);
}

} // namespace

Result<SyncLease> SyncLease::take(db::Database& database, Timestamp now)
{
    const auto owner = crypto::random_text(32, crypto::token_alphabet);
    const bool taken =
        database.transact([&](db::Tx& tx) { return store::take_lease(tx, owner, now + lease_time, now); });
    if (!taken) return refuse(sync_running, "another process holds the lease");
    return SyncLease(database, owner);
}

SyncLease::~SyncLease()
{
    if (owner_.empty()) return;
    try {
        database_.transact([&](db::Tx& tx) {
            // What was written is true and sold by, so the public may as well see it.
            if (wrote_ && store::holds_lease(tx, owner_)) store::raise_version(tx);
            store::give_lease_back(tx, owner_);
        });
    } catch (const std::exception&) {
        // The database is gone: the lease runs out by itself.
        log::warning("sync lease not given back");
    }
}

Result<SyncReport> write_lists(db::Database& database, SyncLease& lease, const Lists& lists, Timestamp now,
                               const Progress& progress)
{
    const auto found = database.read([](db::Tx& tx) { return find_catalogue(tx); });
    const auto plan = plan_sync(found, lists.prepaid, lists.postpaid, now);
    if (plan.nothing_usable) return refuse(price_list_empty, std::to_string(plan.items_skipped) + " rows, none of use");

    SyncReport report;
    report.items_created = plan.items_created;
    report.items_updated = plan.items_updated;
    report.items_skipped = plan.items_skipped;
    report.categories_created = static_cast<std::int64_t>(plan.categories.size());
    report.prepaid_source = lists.prepaid_source;
    report.postpaid_source = lists.postpaid_source;
    report.started_at = now;
    for (const auto& product : plan.products) {
        if (product.creation)
            ++report.products_created;
        else if (product.receives_items)
            ++report.products_updated;
    }

    std::map<std::string, std::int64_t> categories;
    for (const auto& category : found.categories)
        categories.emplace(category.slug, category.id);
    const auto created = TRY(database.transact([&](db::Tx& tx) -> Result<std::map<std::string, std::int64_t>> {
        if (!store::holds_lease(tx, lease.owner())) return overtaken();
        std::map<std::string, std::int64_t> ids;
        for (const auto& category : plan.categories)
            ids.emplace(category.slug, store::insert_category(tx, category, now));
        return ids;
    }));
    categories.insert(created.begin(), created.end());

    std::int64_t done = 0;
    if (progress) progress(0, plan.rows);
    for (const auto& parcel : parcels(plan, items_per_transaction)) {
        report.items_deactivated +=
            TRY(database.transact([&](db::Tx& tx) { return write_parcel(tx, lease, parcel, categories, now); }));
        lease.wrote_something();
        failpoint("catalog_between_products");
        for (const auto* product : parcel)
            done += static_cast<std::int64_t>(product->items.size());
        if (progress) progress(done, plan.rows);
    }

    TRY(database.transact([&](db::Tx& tx) -> Result<void> {
        if (!store::holds_lease(tx, lease.owner())) return overtaken();
        store::raise_version(tx);
        record_run(tx, report, now);
        store::give_lease_back(tx, lease.owner());
        return enstore::done();
    }));
    lease.ended();
    if (progress) progress(plan.rows, plan.rows);
    return report;
}

Result<SyncReport> sync(db::Database& database, const std::vector<digiflazz::Item>& prepaid,
                        const std::vector<digiflazz::Item>& postpaid, Timestamp now, const Progress& progress)
{
    if (prepaid.empty() && postpaid.empty()) return refuse(price_list_empty, "both lists are empty");
    auto lease = TRY(SyncLease::take(database, now));
    return write_lists(database, lease, {.prepaid = prepaid, .postpaid = postpaid}, now, progress);
}

} // namespace enstore::catalog

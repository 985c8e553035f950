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
// A few hundred: each transaction is a flush to disk, and a large one holds the writers up (and is refused by
// clustered databases).
constexpr std::size_t items_per_transaction = 500;

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
    std::size_t size = 0;
    for (const auto* plan : parcel)
        size += plan->items.size();
    writes.reserve(size);
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

/// The ids of all categories by slug, after the missing ones have been made.
Result<std::map<std::string, std::int64_t>> all_categories(db::Database& database, const SyncLease& lease,
                                                           const Found& found, const SyncPlan& plan, Timestamp now)
{
    std::map<std::string, std::int64_t> ids;
    for (const auto& category : found.categories)
        ids.emplace(category.slug, category.id);
    if (plan.categories.empty()) return ids;
    return database.transact([&](db::Tx& tx) -> Result<std::map<std::string, std::int64_t>> {
        if (!store::holds_lease(tx, lease.owner())) return overtaken();
        auto all = ids;
        for (const auto& category : plan.categories)
            all.emplace(category.slug, store::insert_category(tx, category, now));
        return all;
    });
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

    const auto categories = TRY(all_categories(database, lease, found, plan, now));
    auto work = parcels(plan, items_per_transaction);
    if (work.empty()) work.emplace_back(); // every row is an admin's own: the run is recorded all the same
    std::int64_t done = 0;
    if (progress) progress(0, plan.rows);
    for (std::size_t i = 0; i < work.size(); ++i) {
        const bool last = i + 1 == work.size();
        const auto written = database.transact([&](db::Tx& tx) -> Result<SyncReport> {
            auto so_far = report;
            so_far.items_deactivated += TRY(write_parcel(tx, lease, work[i], categories, now));
            if (last) {
                store::raise_version(tx);
                record_run(tx, so_far, now);
                store::give_lease_back(tx, lease.owner());
            }
            return so_far;
        });
        report = TRY(written);
        if (last) break;
        lease.wrote_something();
        failpoint("catalog_between_products");
        for (const auto* product : work[i])
            done += static_cast<std::int64_t>(product->items.size());
        if (progress) progress(done, plan.rows);
    }
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

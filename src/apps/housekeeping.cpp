#include "apps/housekeeping.hpp"

#include "accounts/accounts.hpp"
#include "activity/activity.hpp"
#include "audit/audit.hpp"
#include "catalog/catalog.hpp"
#include "platform/http/idempotency.hpp"
#include "platform/log/log.hpp"

namespace enstore::apps
{
namespace
{

using std::chrono::hours;

std::string sync(db::Database& database, digiflazz::Client& supplier, const Clock& clock)
{
    const auto report = catalog::sync_from_supplier(database, supplier, clock);
    if (!report)
        throw std::runtime_error("sync refused: " + std::string(report.error().refusal.code) + " " +
                                 report.error().detail);
    return std::to_string(report->items_created) + " items created, " + std::to_string(report->items_updated) +
           " updated, " + std::to_string(report->items_deactivated) + " switched off";
}

/// Removes in small transactions until nothing is left, so that pruning never holds a lock for long.
template <class Prune>
std::int64_t all_of(db::Database& database, Prune prune)
{
    std::int64_t removed = 0;
    for (std::int64_t last = -1; last != 0;)
        removed += last = database.transact([&](db::Tx& tx) { return prune(tx); });
    return removed;
}

std::string prune(db::Database& database, Timestamp now)
{
    std::int64_t removed = 0;
    removed += all_of(database, [&](db::Tx& tx) { return accounts::prune_sessions(tx, now); });
    removed += all_of(database, [&](db::Tx& tx) { return http::prune_idempotency(tx, now - hours{24}); });
    removed += all_of(database, [&](db::Tx& tx) { return activity::prune(tx, now); });
    removed += all_of(database, [&](db::Tx& tx) { return queue::prune(tx, now - hours{24 * 7}); });
    return std::to_string(removed) + " rows removed";
}

std::string prove_the_books(db::Database& database, Timestamp now)
{
    const auto report = audit::run(database, now);
    for (const auto& finding : report.findings)
        log::error("a money invariant is broken", {{"invariant", finding.invariant}, {"what", finding.what}});
    if (!report.clean())
        throw std::runtime_error(std::to_string(report.findings.size()) + " findings; run `enstore audit`");
    return "the books are in order";
}

} // namespace

scheduler::Tasks housekeeping_tasks(db::Database& database, digiflazz::Client& supplier, queue::Driver& driver,
                                    const Clock& clock)
{
    using scheduler::Schedule;
    return {{.name = "catalog.sync",
             .schedule = Schedule::daily(2, 0),
             .run = [&](Timestamp) { return sync(database, supplier, clock); },
             .catch_up = false}, // a store that was off at two o'clock syncs the next night, or when its owner says so
            {.name = "queue.sweep",
             .schedule = Schedule::every_minutes(1),
             .run = [&](Timestamp now) { return std::to_string(driver.sweep(now)) + " jobs published again"; }},
            {.name = "store.prune",
             .schedule = Schedule::daily(3, 0),
             .run = [&](Timestamp now) { return prune(database, now); }},
            {.name = "store.audit", .schedule = Schedule::daily(3, 0), .run = [&](Timestamp now) {
                 return prove_the_books(database, now);
             }}};
}

} // namespace enstore::apps

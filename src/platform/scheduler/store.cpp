#include "platform/scheduler/store.hpp"

namespace enstore::scheduler::store
{
namespace
{

constexpr const char* only_lease = "scheduler";

constexpr db::Query renew_lease{"scheduler.renew", "UPDATE scheduler_leases SET holder = ?, held_until = ? "
                                                   "WHERE name = ? AND (holder = ? OR held_until <= ?)"};
constexpr db::Query known_lease{"scheduler.lease", "SELECT COUNT(*) FROM scheduler_leases WHERE name = ?"};
constexpr db::Query first_lease{"scheduler.first_lease",
                                "INSERT INTO scheduler_leases (name, holder, held_until) VALUES (?, ?, ?)"};
constexpr db::Query end_lease{"scheduler.give_back",
                              "UPDATE scheduler_leases SET held_until = ? WHERE name = ? AND holder = ?"};

constexpr db::Query move_run{
    "scheduler.claim_run", "UPDATE scheduler_runs SET due = ?, holder = ?, started_at = ?, finished_at = NULL, ok = 0, "
                           "summary = '' WHERE task = ? AND due < ?"};
constexpr db::Query known_run{"scheduler.run", "SELECT COUNT(*) FROM scheduler_runs WHERE task = ?"};
constexpr db::Query first_run{"scheduler.first_run",
                              "INSERT INTO scheduler_runs (task, due, holder, started_at, ok, summary) "
                              "VALUES (?, ?, ?, ?, 0, '')"};
constexpr db::Query finish_run{"scheduler.end_run", "UPDATE scheduler_runs SET finished_at = ?, ok = ?, summary = ? "
                                                    "WHERE task = ? AND due = ? AND holder = ?"};
constexpr db::Query all_runs{
    "scheduler.runs",
    "SELECT task, due, started_at, finished_at, ok, summary, holder FROM scheduler_runs ORDER BY task"};

} // namespace

bool take_lease(db::Tx& tx, std::string_view holder, Timestamp until, Timestamp now)
{
    if (tx.execute(renew_lease, holder, until, only_lease, holder, now) == 1) return true;
    if (tx.number(known_lease, only_lease) > 0) return false;
    try {
        tx.execute(first_lease, only_lease, holder, until);
        return true;
    } catch (const db::UniqueViolation&) {
        return false; // another was the first
    }
}

void give_lease_back(db::Tx& tx, std::string_view holder, Timestamp now)
{
    tx.execute(end_lease, now, only_lease, holder);
}

bool claim_run(db::Tx& tx, std::string_view task, Timestamp due, std::string_view holder, Timestamp now)
{
    if (tx.execute(move_run, due, holder, now, task, due) == 1) return true;
    if (tx.number(known_run, task) > 0) return false;
    try {
        tx.execute(first_run, task, due, holder, now);
        return true;
    } catch (const db::UniqueViolation&) {
        return false;
    }
}

void end_run(db::Tx& tx, const LastRun& run)
{
    tx.execute(finish_run, run.finished, run.ok, run.summary, run.task, run.due, run.holder);
}

std::vector<LastRun> runs(db::Tx& tx)
{
    std::vector<LastRun> all;
    for (const auto& row : tx.all(all_runs))
        all.push_back({.task = row.text(0),
                       .due = row.time(1),
                       .started = row.time(2),
                       .finished = row.maybe_time(3),
                       .ok = row.boolean(4),
                       .summary = row.text(5),
                       .holder = row.text(6)});
    return all;
}

} // namespace enstore::scheduler::store

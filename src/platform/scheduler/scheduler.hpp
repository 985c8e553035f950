#pragma once

#include "platform/core/time.hpp"
#include "platform/db/db.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Due tasks, run once however many schedulers there are (lease in the database, by the database's time), with a record
/// of the last run, so that a run missed while we were down is seen, and run once.
///
/// Two guards: the lease says which process looks for due tasks at all; the record of a task, moved forward by
/// compare-and-set, says who runs one due time. So even two schedulers that both believe in their lease (a pause, a
/// wrong clock) never run one due time twice. A run that was cut off (kill -9) stays in the record without an end, is
/// logged by the next scheduler, and the task runs at its next due time.
namespace enstore::scheduler
{

/// When a task is due, in business time.
struct Schedule {
    static Schedule every_minutes(int minutes); ///< counted from local midnight; throws below 1
    static Schedule daily(int hour, int minute);

    int minutes = 0; ///< 0: daily
    int minute_of_day = 0;
    /// The last moment at or before `now` at which the task was due.
    Timestamp last_due(Timestamp now, const BusinessZone& zone) const;
};

struct Task {
    std::string name; ///< `catalog.sync`
    Schedule schedule;
    std::function<std::string(Timestamp now)> run; ///< returns a summary for the record; may throw
    /// Run once at start when a due time passed while no scheduler ran; that includes a task that has never run at all.
    bool catch_up = true;
};
using Tasks = std::vector<Task>;

struct LastRun {
    std::string task;
    Timestamp due;
    Timestamp started;
    std::optional<Timestamp> finished;
    bool ok = false;
    std::string summary; ///< or the error
    std::string holder;  ///< who ran it
};

/// Tasks run one after another on the scheduler's thread, outside any transaction; one of the four places where
/// exceptions are caught. Metrics: `enstore_task_runs_total{task,outcome}`, `enstore_task_seconds{task}`,
/// `enstore_scheduler_leading`.
class Scheduler
{
public:
    /// `clock` is the database's in production (`queue::database_clock`), so that leases do not hang on this machine's
    /// time. `holder` names this process and no other.
    Scheduler(db::Database& database, Tasks tasks, const Clock& clock, BusinessZone zone, std::string holder);
    ~Scheduler(); ///< stops
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    /// Takes or renews the lease and runs what is due; returns the names that ran. Empty when another holds the lease.
    std::vector<std::string> run_once(Timestamp now);
    void start(); ///< ticks every second on its own thread
    void stop();  ///< finishes the running task, gives the lease back

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

std::vector<LastRun> last_runs(db::Tx& tx);

} // namespace enstore::scheduler

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
namespace enstore::scheduler
{

/// When a task is due, in business time.
struct Schedule {
    static Schedule every_minutes(int minutes);
    static Schedule daily(int hour, int minute);

    int minutes = 0;        ///< 0: daily
    int minute_of_day = 0;
    /// The last moment at or before `now` at which the task was due.
    Timestamp last_due(Timestamp now, const BusinessZone& zone) const;
};

struct Task {
    std::string name; ///< `catalog.sync`
    Schedule schedule;
    std::function<std::string(Timestamp now)> run; ///< returns a summary for the record; may throw
    bool catch_up = true; ///< run once at start when a due time passed while no scheduler ran
};
using Tasks = std::vector<Task>;

struct LastRun {
    std::string task;
    Timestamp due;
    Timestamp started;
    std::optional<Timestamp> finished;
    bool ok = false;
    std::string summary; ///< or the error
};

class Scheduler
{
public:
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

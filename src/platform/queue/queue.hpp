#pragma once

#include "platform/core/id.hpp"
#include "platform/core/result.hpp"
#include "platform/core/time.hpp"
#include "platform/db/db.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Jobs: the database is the truth, a driver is a fast messenger. A job is a row written in the transaction of the
/// change that needs it; it is delivered at least once, and its handler first asks "is this still to be done?".
namespace enstore::queue
{

inline constexpr Refusal lease_lost{Kind::conflict, "lease_lost", "Pekerjaan sudah diambil pekerja lain",
                                    "Another worker has taken this job over"};

/// What to do, for which row, and when. A job is a kind and an id, never a copy of a row.
struct NewJob {
    std::string_view kind;       ///< `FulfilOrder`
    std::int64_t subject = 0;    ///< id of the row it is about
    Timestamp run_at;            ///< not before
    std::string request_id = {}; ///< the request that caused it, for the logs
};

/// Writes the job in the caller's transaction; published after its commit.
JobId enqueue(db::Tx& tx, const NewJob& job, Timestamp now);
/// Whether an unfinished job of that kind exists for the subject.
bool is_waiting(db::Tx& tx, std::string_view kind, std::int64_t subject);

/// A worker's hold on a job. The fence grows with every claim: who holds an older one has been replaced.
struct Lease {
    JobId job;
    std::int64_t fence = 0;
};

/// Refused with `lease_lost` when another worker has claimed the job since. A handler calls it first in every
/// transaction in which it writes (F30); it takes the job's row lock, so that a claim cannot slip in before the commit.
Result<void> confirm(db::Tx& tx, const Lease& lease);

struct Job {
    Lease lease;
    std::string kind;
    std::int64_t subject = 0;
    int attempt = 1; ///< counts claims, from 1
    Timestamp created;
    std::string request_id;
    /// Its worker died in its last try: it has failed already, and only `gave_up` is left to be called.
    bool exhausted = false;
};

/// How a run ended.
struct Outcome {
    enum class What {
        done,
        dropped, ///< nothing (left) to do; the reason is kept
        retry,   ///< again at `run_at`, or by the kind's policy when that is not given
        later,   ///< again at `run_at`, without counting a try
        failed,  ///< for good, whatever tries are left: kept, visible and retryable
    };
    What what = What::done;
    std::string why;
    std::optional<Timestamp> run_at;
};
Outcome done();
Outcome dropped(std::string why);
Outcome retry(std::string why, std::optional<Timestamp> run_at = {});
Outcome later(std::string why, Timestamp run_at);
Outcome failed(std::string why);

/// A kind of job: its handler and its policy. Handlers are idempotent and keep within `time_limit`; the lease is
/// longer.
///
/// A try is counted when the job is claimed, not when it ends, so that one that kills its process every time still runs
/// out of tries (F39). What a handler throws is a `retry`. A job that fails, whatever the way, calls `gave_up` after
/// the failure has committed: once, and not at all when the process dies between the two.
struct Kind {
    std::string name;
    std::function<Outcome(const Job&, Timestamp now)> run;
    int tries = 3;                                                        ///< claims in all before it counts as failed
    std::vector<std::chrono::seconds> waits = {std::chrono::seconds{60}}; ///< after try 1, 2, …; the last repeats
    std::chrono::seconds time_limit{120};
    std::function<void(const Job&, Timestamp now)> gave_up = {}; ///< after it has failed, once
};
using Kinds = std::vector<Kind>;

/// The messenger between committed rows and workers. Drivers: the jobs table itself (below), Redis streams (later);
/// both pass one conformance suite.
///
/// Whether a job is due and a lease has run out is decided by the `now` that is given. In production it comes from
/// `database_clock`, so that all processes agree however wrong their own clocks are (F31); tests give what they like. A
/// job taken away too early or too late by a wrong clock costs a repetition, never a double effect: that is what the
/// fence is for.
class Driver
{
public:
    virtual ~Driver() = default;
    /// Tells that these jobs have been committed. May lose news: `sweep` finds what was lost.
    virtual void publish(const std::vector<std::int64_t>& jobs) = 0;
    /// Claims up to `at_most` due jobs for `lease_for`, waiting up to `wait` for the first. A job whose lease ran out
    /// counts as due.
    virtual std::vector<Job> claim(std::size_t at_most, std::chrono::milliseconds wait, Timestamp now) = 0;
    /// Ends a run. A lease that was lost changes nothing and returns false.
    virtual bool finish(const Job& job, const Outcome& outcome, Timestamp now) = 0;
    /// Publishes again what is due and was lost on the way; returns how many.
    virtual std::size_t sweep(Timestamp now) = 0;
    /// Wakes all who wait in `claim` (shutdown).
    virtual void wake() = 0;
};

struct DriverOptions {
    std::chrono::seconds lease{150};       ///< at least; always 30 s longer than the kind's time limit
    std::chrono::milliseconds poll{1'000}; ///< how often an idle `claim` looks by itself
};
/// The jobs table as its own queue. `publish` wakes this process's workers; other processes' jobs, and those that
/// become due by time, are found by looking every `poll`. Jobs of kinds it does not know are left to another build's
/// workers.
std::unique_ptr<Driver> database_driver(db::Database& database, const Kinds& kinds, DriverOptions options = {});

/// The database's time: read from it every ten seconds, carried on in between by the monotonic clock, so that a jump of
/// this machine's clock moves no lease. While the database cannot be reached it goes on from the last reading. On
/// SQLite the database's time is this machine's: `machine` itself.
std::unique_ptr<Clock> database_clock(db::Database& database, const Clock& machine);

/// What the queue holds, for `/metrics`, `doctor` and the audit (I10).
struct Depth {
    std::int64_t ready = 0;     ///< due and waiting for a worker
    std::int64_t scheduled = 0; ///< due later
    std::int64_t leased = 0;
    std::int64_t failed = 0;
    std::optional<Timestamp> oldest_ready;
};
Depth depth(db::Tx& tx, Timestamp now);
/// Sets the gauges `enstore_queue_jobs{state}` and `enstore_queue_oldest_seconds`. `Driver::sweep` does it by itself.
void report_depth(const Depth& depth, Timestamp now);

/// Removes jobs finished before `before`, at most 5,000 at a time; returns how many. Call it in a transaction each
/// until it returns 0. Failed ones stay until a person settles them.
std::int64_t prune(db::Tx& tx, Timestamp before);
/// Puts a failed job back (`enstore jobs retry`), with all its tries; false when it is not failed.
bool retry_failed(db::Tx& tx, JobId job, Timestamp now);

/// Threads that run jobs, and one that claims as many as there are free threads. `run_once` does the same on the
/// calling thread and is what tests call. Metrics: `enstore_jobs_total{kind,outcome}`, `enstore_job_seconds{kind}`,
/// `enstore_jobs_overtime_total{kind}`, `enstore_queue_stale_total{at}`.
class Worker
{
public:
    /// `clock` is the database's (`database_clock`) in production.
    Worker(Driver& driver, Kinds kinds, const Clock& clock, int threads);
    ~Worker(); ///< drains
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Claims what is due (at most `at_most`), runs it on this thread, and returns how many ran.
    std::size_t run_once(Timestamp now, std::size_t at_most = 100);
    void start();
    /// Takes no new job, finishes what it holds, and returns when that is done. Idempotent.
    void drain();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace enstore::queue

#include "platform/scheduler/scheduler.hpp"

#include "platform/core/failpoint.hpp"
#include "platform/core/text.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"
#include "platform/scheduler/store.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace enstore::scheduler
{
namespace
{

using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds lease_for{30};
constexpr std::chrono::seconds tick_every{1};
constexpr std::chrono::seconds renew_every{10}; ///< while a task runs, and when ticking: a third of the lease
constexpr std::size_t longest_summary = 2'000;

std::string storable(std::string text)
{
    if (text.size() > longest_summary) text.resize(longest_summary);
    if (is_clean_utf8(text)) return text;
    for (char& c : text)
        if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') c = '?';
    return text;
}

} // namespace

class Scheduler::Impl
{
public:
    Impl(db::Database& database, Tasks tasks, const Clock& clock, BusinessZone zone, std::string holder)
        : database_(database), tasks_(std::move(tasks)), clock_(clock), zone_(zone), holder_(std::move(holder))
    {
    }

    /// One look at the tasks. `time` is asked again for each of them: the one before may have taken minutes.
    std::vector<std::string> tick(const std::function<Timestamp()>& time)
    {
        std::vector<std::string> ran;
        for (const Task& task : tasks_) {
            if (stopping()) break;
            const Timestamp now = time();
            const Term term = lead(now);
            if (!term.leading) break;
            if (term.number != known_term_) last_due_.clear(); // another may have run tasks meanwhile
            known_term_ = term.number;
            if (run_if_due(task, term, now)) ran.push_back(task.name);
        }
        return ran;
    }

    void start()
    {
        const std::lock_guard lock(mutex_);
        if (!threads_.empty() || stopping_) throw std::logic_error("a scheduler starts once");
        threads_.emplace_back([this] { tick_for_ever(); });
        threads_.emplace_back([this] { renew_for_ever(); });
    }

    void stop()
    {
        std::vector<std::thread> threads;
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            threads.swap(threads_);
        }
        changed_.notify_all();
        for (auto& thread : threads)
            thread.join();
        give_back();
    }

private:
    bool stopping()
    {
        const std::lock_guard lock(mutex_);
        return stopping_;
    }

    /// A time for which this process is the scheduler.
    struct Term {
        bool leading = false;
        std::uint64_t number = 0;
        Timestamp since;
    };

    bool run_if_due(const Task& task, const Term& term, Timestamp now)
    {
        const Timestamp due = task.schedule.last_due(now, zone_);
        const auto known = last_due_.find(task.name);
        if (known != last_due_.end() && known->second >= due) return false;
        const bool ours =
            database_.transact([&](db::Tx& tx) { return store::claim_run(tx, task.name, due, holder_, now); });
        last_due_[task.name] = due;
        if (!ours) return false;
        const bool missed = due < term.since;
        if (missed && !task.catch_up) {
            skip(task, due, now);
            return false;
        }
        run(task, due, now);
        return true;
    }

    /// Whether this process is the scheduler at `now`. The lease is written again only after a third of it has passed:
    /// a write each second would keep an idle machine's disk busy for nothing.
    Term lead(Timestamp now)
    {
        const std::lock_guard lock(lease_);
        if (term_.leading && now >= renewed_at_ && now < renewed_at_ + renew_every) return term_;
        const bool before = term_.leading && now < renewed_at_ + lease_for;
        term_.leading =
            database_.transact([&](db::Tx& tx) { return store::take_lease(tx, holder_, now + lease_for, now); });
        renewed_at_ = now;
        if (term_.leading && !before) begin_to_lead(now);
        if (!term_.leading && before) log::warning("another scheduler has taken over", {{"holder", holder_}});
        metrics::gauge("enstore_scheduler_leading", {}, term_.leading ? 1.0 : 0.0);
        return term_;
    }

    void begin_to_lead(Timestamp now)
    {
        ++term_.number;
        term_.since = now;
        log::info("this process schedules", {{"holder", holder_}});
        for (const auto& last : database_.read([](db::Tx& tx) { return store::runs(tx); }))
            if (!last.finished)
                log::warning("the last run of a task was cut off; it runs again when it is next due",
                             {{"task", last.task}, {"due", wire_time(last.due)}, {"holder", last.holder}});
    }

    void give_back()
    {
        const std::lock_guard lock(lease_);
        if (!term_.leading) return;
        term_.leading = false;
        try {
            database_.transact([&](db::Tx& tx) { store::give_lease_back(tx, holder_, clock_.now()); });
        } catch (const std::exception& error) {
            log::warning("the scheduler's lease could not be given back; it runs out by itself",
                         {{"error", error.what()}});
        }
    }

    void skip(const Task& task, Timestamp due, Timestamp now)
    {
        end({.task = task.name,
             .due = due,
             .started = now,
             .finished = now,
             .ok = true,
             .summary = "skipped: it was due while no scheduler ran",
             .holder = holder_});
        metrics::count("enstore_task_runs_total", {{"task", task.name}, {"outcome", "skipped"}});
    }

    void run(const Task& task, Timestamp due, Timestamp now)
    {
        failpoint("scheduler.claimed");
        LastRun record{.task = task.name,
                       .due = due,
                       .started = now,
                       .finished = {},
                       .ok = false,
                       .summary = {},
                       .holder = holder_};
        const auto started = Steady::now();
        try {
            record.summary = storable(task.run(now));
            record.ok = true;
        } catch (const std::exception& error) {
            record.summary = storable(error.what());
        } catch (...) {
            record.summary = "threw something that is no exception";
        }
        const auto took = Steady::now() - started;
        record.finished = clock_.now();
        report(record, std::chrono::duration<double>(took).count());
        failpoint("scheduler.ran");
        end(record);
    }

    static void report(const LastRun& record, double seconds)
    {
        metrics::count("enstore_task_runs_total", {{"task", record.task}, {"outcome", record.ok ? "ok" : "failed"}});
        metrics::observe_seconds("enstore_task_seconds", {{"task", record.task}}, seconds);
        const auto tell = record.ok ? &log::info : &log::error;
        tell(record.ok ? "task ran" : "task failed; it runs again when it is next due", {{"task", record.task},
                                                                                         {"due", wire_time(record.due)},
                                                                                         {"summary", record.summary},
                                                                                         {"ms", seconds * 1e3}});
    }

    void end(const LastRun& record)
    {
        try {
            database_.transact([&](db::Tx& tx) { store::end_run(tx, record); });
        } catch (const std::exception& error) {
            log::error("the end of a task could not be stored", {{"task", record.task}, {"error", error.what()}});
        }
    }

    void tick_for_ever()
    {
        const auto time = [this] { return clock_.now(); };
        bool trouble = false;
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            lock.unlock();
            try {
                tick(time);
                trouble = false;
            } catch (const std::exception& error) {
                if (!trouble) log::error("the scheduler cannot work", {{"error", error.what()}});
                trouble = true;
            }
            lock.lock();
            changed_.wait_for(lock, tick_every, [&] { return stopping_; });
        }
    }

    /// A long task must not cost the lease: another scheduler would begin the next due time beside it.
    void renew_for_ever()
    {
        std::unique_lock lock(mutex_);
        while (!changed_.wait_for(lock, renew_every, [&] { return stopping_; })) {
            lock.unlock();
            try {
                if (is_leading()) lead(clock_.now());
            } catch (const std::exception& error) {
                log::warning("the scheduler's lease could not be renewed", {{"error", error.what()}});
            }
            lock.lock();
        }
    }

    bool is_leading()
    {
        const std::lock_guard lock(lease_);
        return term_.leading;
    }

    db::Database& database_;
    const Tasks tasks_;
    const Clock& clock_;
    const BusinessZone zone_;
    const std::string holder_;

    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;

    std::mutex lease_; ///< guards the term
    Term term_;
    Timestamp renewed_at_;

    // Of the ticking thread alone: what it knows of the records, and in which term it has learned that.
    std::uint64_t known_term_ = 0;
    std::map<std::string, Timestamp> last_due_;
};

Scheduler::Scheduler(db::Database& database, Tasks tasks, const Clock& clock, BusinessZone zone, std::string holder)
    : impl_(std::make_unique<Impl>(database, std::move(tasks), clock, zone, std::move(holder)))
{
}

Scheduler::~Scheduler()
{
    stop();
}

std::vector<std::string> Scheduler::run_once(Timestamp now)
{
    return impl_->tick([now] { return now; });
}

void Scheduler::start()
{
    impl_->start();
}

void Scheduler::stop()
{
    impl_->stop();
}

std::vector<LastRun> last_runs(db::Tx& tx)
{
    return store::runs(tx);
}

} // namespace enstore::scheduler

#include "platform/metrics/metrics.hpp"
#include "platform/queue/queue.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <stdexcept>

namespace enstore::queue
{
namespace
{

using std::chrono::minutes;
using std::chrono::seconds;
using support::TestDatabase;

constexpr Timestamp start{1'771'556'400'000'000};

/// Counts up; who waits for a number is told when it is reached.
class Tally
{
public:
    void add()
    {
        const std::lock_guard lock(mutex_);
        ++count_;
        changed_.notify_all();
    }
    void wait_for(int count)
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return count_ >= count; });
    }
    int count() const
    {
        const std::lock_guard lock(mutex_);
        return count_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

class RunningJobs : public testing::TestWithParam<support::Backend>
{
protected:
    void use(Kind kind)
    {
        kinds = {std::move(kind)};
        driver = database_driver(database(), kinds);
        database().on_announced([this](const auto& jobs) { driver->publish(jobs); });
        worker = std::make_unique<Worker>(*driver, kinds, clock, 4);
    }
    db::Database& database() { return test_database.db(); }
    void given_jobs(int count)
    {
        database().transact([&](db::Tx& tx) {
            for (int i = 1; i <= count; ++i)
                enqueue(tx, {.kind = "Work", .subject = i, .run_at = clock.now()}, clock.now());
        });
    }
    Depth depth_now()
    {
        return database().read([&](db::Tx& tx) { return depth(tx, clock.now()); });
    }

    TestDatabase test_database{GetParam()};
    ManualClock clock{start};
    Kinds kinds;
    std::unique_ptr<Driver> driver;
    std::unique_ptr<Worker> worker;
};

TEST_P(RunningJobs, runs_what_is_due_and_says_how_many)
{
    std::vector<std::int64_t> seen;
    use({.name = "Work", .run = [&](const Job& job, Timestamp now) {
             EXPECT_EQ(now, start);
             seen.push_back(job.subject);
             return done();
         }});
    given_jobs(3);
    EXPECT_EQ(worker->run_once(start), 3U);
    EXPECT_EQ(seen, (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_EQ(worker->run_once(start), 0U);
}

TEST_P(RunningJobs, an_exception_is_a_retry_by_the_policy)
{
    int runs = 0;
    use({.name = "Work",
         .run = [&](const Job&, Timestamp) -> Outcome {
             if (++runs == 1) throw std::runtime_error("the supplier's answer makes no sense");
             if (runs == 2) throw 7;
             return done();
         },
         .waits = {seconds{60}}});
    given_jobs(1);
    EXPECT_EQ(worker->run_once(start), 1U);
    EXPECT_EQ(worker->run_once(start + seconds{59}), 0U);
    EXPECT_EQ(worker->run_once(start + seconds{60}), 1U);
    EXPECT_EQ(worker->run_once(start + seconds{120}), 1U);
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(depth_now().failed, 0);
}

TEST_P(RunningJobs, gives_up_once_after_the_last_try)
{
    int given_up = 0;
    use({.name = "Work",
         .run = [](const Job&, Timestamp) { return retry("still down"); },
         .tries = 2,
         .gave_up =
             [&](const Job& job, Timestamp) {
                 EXPECT_EQ(job.attempt, 2);
                 ++given_up;
             }});
    given_jobs(1);
    worker->run_once(start);
    EXPECT_EQ(given_up, 0);
    worker->run_once(start + minutes{1});
    EXPECT_EQ(given_up, 1);
    worker->run_once(start + minutes{60});
    EXPECT_EQ(given_up, 1);
    EXPECT_EQ(depth_now().failed, 1);
}

TEST_P(RunningJobs, F39_gives_up_on_a_job_that_killed_its_worker_without_running_it_again)
{
    int runs = 0;
    int given_up = 0;
    use({.name = "Work",
         .run =
             [&](const Job&, Timestamp) {
                 ++runs;
                 return done();
             },
         .tries = 2,
         .gave_up = [&](const Job&, Timestamp) -> void {
             ++given_up;
             throw std::runtime_error("even this fails, and the worker lives on");
         }});
    given_jobs(1);
    ASSERT_EQ(driver->claim(1, std::chrono::milliseconds{0}, start).size(), 1U);
    ASSERT_EQ(driver->claim(1, std::chrono::milliseconds{0}, start + minutes{5}).size(), 1U);
    EXPECT_EQ(worker->run_once(start + minutes{10}), 1U);
    EXPECT_EQ(worker->run_once(start + minutes{20}), 0U);
    EXPECT_EQ(runs, 0);
    EXPECT_EQ(given_up, 1);
}

TEST_P(RunningJobs, F30_a_worker_that_overran_its_lease_changes_nothing_and_is_counted)
{
    int given_up = 0;
    use({.name = "Work",
         .run =
             [&](const Job&, Timestamp) {
                 // While this one is paused, its lease runs out and another worker claims and finishes the job.
                 const auto heir = driver->claim(1, std::chrono::milliseconds{0}, start + seconds{151});
                 EXPECT_TRUE(driver->finish(heir.at(0), done(), start + seconds{152}));
                 return failed("what the paused one thinks");
             },
         .gave_up = [&](const Job&, Timestamp) { ++given_up; }});
    given_jobs(1);
    const auto stale = metrics::counter_value("enstore_queue_stale_total", {{"at", "finish"}});
    worker->run_once(start);
    EXPECT_EQ(metrics::counter_value("enstore_queue_stale_total", {{"at", "finish"}}), stale + 1);
    EXPECT_EQ(depth_now().failed, 0);
    EXPECT_EQ(given_up, 0);
}

TEST_P(RunningJobs, a_job_may_enqueue_the_next)
{
    use({.name = "Work", .run = [&](const Job& job, Timestamp now) {
             if (job.subject < 5)
                 database().transact([&](db::Tx& tx) {
                     enqueue(tx, {.kind = "Work", .subject = job.subject + 1, .run_at = now}, now);
                 });
             return done();
         }});
    given_jobs(1);
    std::size_t runs = 0;
    while (const auto count = worker->run_once(start))
        runs += count;
    EXPECT_EQ(runs, 5U);
}

TEST_P(RunningJobs, threads_run_everything_that_is_enqueued_meanwhile)
{
    Tally tally;
    use({.name = "Work", .run = [&](const Job&, Timestamp) {
             tally.add();
             return done();
         }});
    worker->start();
    for (int i = 0; i < 20; ++i)
        given_jobs(10);
    tally.wait_for(200);
    worker->drain();
    EXPECT_EQ(tally.count(), 200);
    const Depth depth = depth_now();
    EXPECT_EQ(depth.ready + depth.leased + depth.failed, 0);
}

TEST_P(RunningJobs, draining_finishes_what_is_held_and_takes_nothing_new)
{
    Tally running;
    Tally let_go;
    use({.name = "Work", .run = [&](const Job&, Timestamp) {
             running.add();
             let_go.wait_for(1);
             return done();
         }});
    worker->start();
    given_jobs(10);
    running.wait_for(4); // all threads are busy, six jobs wait
    std::thread draining([&] { worker->drain(); });
    let_go.add();
    draining.join();
    const Depth depth = depth_now();
    EXPECT_EQ(depth.leased, 0) << "nothing is left under a lease";
    EXPECT_EQ(depth.ready, 10 - running.count());
    worker->drain(); // again is harmless
}

TEST_P(RunningJobs, I10_every_job_ends_or_is_known_whatever_its_handler_does)
{
    use({.name = "Work",
         .run = [&](const Job& job, Timestamp now) -> Outcome {
             switch (job.subject % 5) {
             case 0:
                 return done();
             case 1:
                 return dropped("settled already");
             case 2:
                 return retry("busy");
             case 3:
                 return later("not yet", now + minutes{5});
             default:
                 throw std::logic_error("a bug");
             }
         },
         .tries = 2,
         .waits = {seconds{30}}});
    given_jobs(50);
    for (int minute = 0; minute <= 60; ++minute)
        worker->run_once(start + minutes{minute});
    const Depth depth = depth_now();
    EXPECT_EQ(depth.failed, 20);
    EXPECT_EQ(depth.scheduled + depth.ready, 10) << "those that say 'later'";
    EXPECT_EQ(depth.leased, 0);
}

TEST_P(RunningJobs, counts_runs_by_kind_and_outcome)
{
    use({.name = "Work",
         .run = [](const Job& job, Timestamp) { return job.subject == 1 ? done() : dropped("no need"); }});
    const auto runs = [](const char* outcome) {
        return metrics::counter_value("enstore_jobs_total", {{"kind", "Work"}, {"outcome", outcome}});
    };
    const auto done_before = runs("done");
    const auto dropped_before = runs("dropped");
    given_jobs(3);
    worker->run_once(start);
    EXPECT_EQ(runs("done"), done_before + 1);
    EXPECT_EQ(runs("dropped"), dropped_before + 2);
}

ENSTORE_ON_BOTH_BACKENDS(RunningJobs);

} // namespace
} // namespace enstore::queue

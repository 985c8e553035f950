#include "platform/queue/queue.hpp"
#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

/// What every driver promises, on every database. Another driver joins by a value in `Messenger` and a line in
/// `new_driver`.
namespace enstore::queue
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using support::Backend;
using support::TestDatabase;

enum class Messenger { database };

struct Setup {
    Backend backend;
    Messenger messenger;
};

std::unique_ptr<Driver> new_driver(Messenger messenger, db::Database& database, const Kinds& kinds,
                                   DriverOptions options = {})
{
    switch (messenger) {
    case Messenger::database:
        return database_driver(database, kinds, options);
    }
    return nullptr;
}

constexpr Timestamp start{1'771'556'400'000'000};

Kinds greeting(int tries = 3)
{
    return {{.name = "Greet",
             .run = [](const Job&, Timestamp) { return done(); },
             .tries = tries,
             .waits = {seconds{10}, seconds{60}},
             .time_limit = seconds{20}}};
}

class DriverContract : public testing::TestWithParam<Setup>
{
protected:
    DriverContract() { use(greeting()); }

    void use(const Kinds& kinds, DriverOptions options = {})
    {
        driver = new_driver(GetParam().messenger, database(), kinds, options);
        database().on_announced([this](const auto& jobs) { driver->publish(jobs); });
    }
    db::Database& database() { return test_database.db(); }
    JobId given_a_job(Timestamp run_at = start, std::int64_t subject = 1)
    {
        return database().transact([&](db::Tx& tx) {
            return enqueue(tx, {.kind = "Greet", .subject = subject, .run_at = run_at, .request_id = "req-1"}, start);
        });
    }
    std::vector<Job> claimed(Timestamp now, std::size_t at_most = 100)
    {
        return driver->claim(at_most, milliseconds{0}, now);
    }
    Depth depth_at(Timestamp now)
    {
        return database().read([&](db::Tx& tx) { return depth(tx, now); });
    }

    TestDatabase test_database{GetParam().backend};
    std::unique_ptr<Driver> driver;
};

TEST_P(DriverContract, gives_a_committed_job_with_what_it_is_about)
{
    const JobId id = given_a_job(start, 42);
    const auto jobs = claimed(start);
    ASSERT_EQ(jobs.size(), 1U);
    EXPECT_EQ(jobs[0].lease.job, id);
    EXPECT_EQ(jobs[0].kind, "Greet");
    EXPECT_EQ(jobs[0].subject, 42);
    EXPECT_EQ(jobs[0].attempt, 1);
    EXPECT_EQ(jobs[0].created, start);
    EXPECT_EQ(jobs[0].request_id, "req-1");
    EXPECT_FALSE(jobs[0].exhausted);
    EXPECT_TRUE(claimed(start).empty()) << "a leased job is nobody else's";
}

TEST_P(DriverContract, knows_nothing_of_a_job_whose_transaction_was_rolled_back)
{
    const auto refused = database().transact([&](db::Tx& tx) -> Result<void> {
        enqueue(tx, {.kind = "Greet", .subject = 1, .run_at = start}, start);
        return refuse(lease_lost);
    });
    EXPECT_FALSE(refused);
    EXPECT_TRUE(claimed(start + minutes{10}).empty());
}

TEST_P(DriverContract, keeps_a_job_until_its_time)
{
    given_a_job(start + seconds{5});
    EXPECT_TRUE(claimed(start + seconds{5} - Microseconds{1}).empty());
    EXPECT_EQ(claimed(start + seconds{5}).size(), 1U);
}

TEST_P(DriverContract, gives_the_longest_due_first_and_no_more_than_asked)
{
    const auto third = given_a_job(start + seconds{3});
    const auto first = given_a_job(start + seconds{1});
    const auto second = given_a_job(start + seconds{2});
    const auto two = claimed(start + minutes{1}, 2);
    ASSERT_EQ(two.size(), 2U);
    EXPECT_EQ(two[0].lease.job, first);
    EXPECT_EQ(two[1].lease.job, second);
    const auto rest = claimed(start + minutes{1}, 2);
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].lease.job, third);
}

TEST_P(DriverContract, a_finished_job_never_comes_back)
{
    given_a_job();
    const auto jobs = claimed(start);
    ASSERT_EQ(jobs.size(), 1U);
    EXPECT_TRUE(driver->finish(jobs[0], done(), start));
    EXPECT_TRUE(claimed(start + minutes{60 * 24}).empty());
}

TEST_P(DriverContract, retries_by_the_policy_and_fails_after_the_last_try)
{
    given_a_job();
    Timestamp now = start;
    for (int attempt = 1; attempt <= 3; ++attempt) {
        const auto jobs = claimed(now);
        ASSERT_EQ(jobs.size(), 1U) << "attempt " << attempt;
        EXPECT_EQ(jobs[0].attempt, attempt);
        EXPECT_TRUE(driver->finish(jobs[0], retry("no luck"), now));
        const auto wait = attempt == 1 ? seconds{10} : seconds{60};
        EXPECT_TRUE(claimed(now + wait - Microseconds{1}).empty());
        now = now + wait;
    }
    EXPECT_TRUE(claimed(now + minutes{60}).empty());
    EXPECT_EQ(depth_at(now).failed, 1);
}

TEST_P(DriverContract, retries_when_the_handler_says)
{
    given_a_job();
    driver->finish(claimed(start).at(0), retry("in a while", start + minutes{30}), start);
    EXPECT_TRUE(claimed(start + minutes{29}).empty());
    EXPECT_EQ(claimed(start + minutes{30}).size(), 1U);
}

TEST_P(DriverContract, later_counts_no_try)
{
    given_a_job();
    Timestamp now = start;
    for (int i = 0; i < 10; ++i) {
        const auto jobs = claimed(now);
        ASSERT_EQ(jobs.size(), 1U);
        EXPECT_EQ(jobs[0].attempt, 1);
        now = now + minutes{1};
        EXPECT_TRUE(driver->finish(jobs[0], later("not yet", now), now));
    }
}

TEST_P(DriverContract, dropped_and_failed_are_kept_and_do_not_run)
{
    given_a_job(start, 1);
    given_a_job(start, 2);
    const auto jobs = claimed(start);
    ASSERT_EQ(jobs.size(), 2U);
    driver->finish(jobs[0], dropped("settled already"), start);
    driver->finish(jobs[1], failed("never again \xff"), start);
    EXPECT_TRUE(claimed(start + minutes{60}).empty());
    const Depth depth = depth_at(start);
    EXPECT_EQ(depth.failed, 1);
    EXPECT_EQ(depth.ready + depth.scheduled + depth.leased, 0);
}

TEST_P(DriverContract, F05_hands_a_dead_workers_job_over_when_its_lease_runs_out)
{
    given_a_job();
    const auto dead = claimed(start);
    ASSERT_EQ(dead.size(), 1U);
    EXPECT_TRUE(claimed(start + seconds{149}).empty());
    const auto heir = claimed(start + seconds{150});
    ASSERT_EQ(heir.size(), 1U);
    EXPECT_EQ(heir[0].attempt, 2);
    EXPECT_GT(heir[0].lease.fence, dead[0].lease.fence);
}

TEST_P(DriverContract, the_lease_is_longer_than_the_time_limit_of_the_kind)
{
    auto kinds = greeting();
    kinds[0].time_limit = minutes{10};
    use(kinds);
    given_a_job();
    ASSERT_EQ(claimed(start).size(), 1U);
    EXPECT_TRUE(claimed(start + minutes{10}).empty());
    EXPECT_EQ(claimed(start + minutes{11}).size(), 1U);
}

TEST_P(DriverContract, F30_refuses_what_a_replaced_worker_writes)
{
    given_a_job();
    const Job stale = claimed(start).at(0);
    const Job heir = claimed(start + seconds{151}).at(0);
    const auto confirmed = [&](const Job& job) {
        return database().transact([&](db::Tx& tx) { return confirm(tx, job.lease); });
    };
    const auto refused = confirmed(stale);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().is(lease_lost));
    EXPECT_TRUE(confirmed(heir));

    EXPECT_FALSE(driver->finish(stale, done(), start + seconds{152}));
    EXPECT_FALSE(driver->finish(stale, retry("late news", start), start + seconds{152}));
    EXPECT_EQ(depth_at(start + seconds{152}).leased, 1) << "the heir still holds it";
    EXPECT_TRUE(driver->finish(heir, done(), start + seconds{153}));
    EXPECT_FALSE(confirmed(heir)) << "its run is over";
    EXPECT_FALSE(driver->finish(stale, failed("later still"), start + seconds{154}));
    EXPECT_EQ(depth_at(start).failed, 0);
}

TEST_P(DriverContract, F39_a_job_that_kills_its_worker_every_time_runs_out_of_tries)
{
    const JobId poison = given_a_job();
    Timestamp now = start;
    for (int attempt = 1; attempt <= 3; ++attempt, now = now + minutes{3})
        ASSERT_EQ(claimed(now).at(0).attempt, attempt) << "claimed, and the process dies";
    const auto over = claimed(now);
    ASSERT_EQ(over.size(), 1U);
    EXPECT_EQ(over[0].lease.job, poison);
    EXPECT_TRUE(over[0].exhausted);
    EXPECT_EQ(depth_at(now).failed, 1);
    EXPECT_TRUE(claimed(now + minutes{60}).empty()) << "told once";
}

TEST_P(DriverContract, F39_a_backlog_does_not_keep_a_dead_workers_job_waiting_for_ever)
{
    given_a_job(start, 7);
    ASSERT_EQ(claimed(start).size(), 1U);
    const Timestamp now = start + minutes{5};
    for (int i = 0; i < 40; ++i)
        given_a_job(start + seconds{1}, 100 + i);
    bool seen = false;
    for (int i = 0; i < 30 && !seen; ++i)
        seen = claimed(now, 1).at(0).subject == 7;
    EXPECT_TRUE(seen);
}

TEST_P(DriverContract, F38_leaves_a_kind_it_does_not_know_to_another_build)
{
    database().transact(
        [&](db::Tx& tx) { enqueue(tx, {.kind = "FromTheFuture", .subject = 1, .run_at = start}, start); });
    given_a_job(start, 5);
    const auto mine = claimed(start);
    ASSERT_EQ(mine.size(), 1U);
    EXPECT_EQ(mine[0].subject, 5);
    auto kinds = greeting();
    kinds[0].name = "FromTheFuture";
    const auto newer = new_driver(GetParam().messenger, database(), kinds);
    const auto theirs = newer->claim(10, milliseconds{0}, start + minutes{1});
    ASSERT_EQ(theirs.size(), 1U);
    EXPECT_EQ(theirs[0].attempt, 1);
}

TEST_P(DriverContract, a_person_can_put_a_failed_job_back)
{
    const JobId id = given_a_job();
    const auto again = [&] {
        return database().transact([&](db::Tx& tx) { return retry_failed(tx, id, start + minutes{1}); });
    };
    EXPECT_FALSE(again()) << "it has not failed";
    driver->finish(claimed(start).at(0), failed("broken"), start);
    EXPECT_TRUE(again());
    EXPECT_FALSE(again());
    const auto jobs = claimed(start + minutes{1});
    ASSERT_EQ(jobs.size(), 1U);
    EXPECT_EQ(jobs[0].attempt, 1);
}

TEST_P(DriverContract, news_of_a_commit_wakes_who_waits)
{
    use(greeting(), {.lease = seconds{150}, .poll = minutes{10}});
    std::vector<Job> jobs;
    std::thread waiting([&] { jobs = driver->claim(10, minutes{5}, start); });
    given_a_job();
    waiting.join(); // looking by itself it would be found in ten minutes only: the test would time out
    EXPECT_EQ(jobs.size(), 1U);
}

TEST_P(DriverContract, wake_sends_home_who_waits)
{
    use(greeting(), {.lease = seconds{150}, .poll = minutes{10}});
    std::atomic<bool> home{false};
    std::thread waiting([&] {
        EXPECT_TRUE(driver->claim(10, minutes{5}, start).empty());
        home = true;
    });
    while (!home) { // a wake before the wait has begun is not kept for it
        driver->wake();
        std::this_thread::yield();
    }
    waiting.join();
}

TEST_P(DriverContract, another_processs_job_is_found_without_news)
{
    use(greeting(), {.lease = seconds{150}, .poll = milliseconds{20}});
    const auto elsewhere = db::Database::open(test_database.config());
    std::vector<Job> jobs;
    std::thread waiting([&] { jobs = driver->claim(10, minutes{5}, start); });
    elsewhere->transact([&](db::Tx& tx) { enqueue(tx, {.kind = "Greet", .subject = 9, .run_at = start}, start); });
    waiting.join();
    ASSERT_EQ(jobs.size(), 1U);
    EXPECT_EQ(jobs[0].subject, 9);
}

TEST_P(DriverContract, F04_sweeping_brings_back_what_was_never_published)
{
    use(greeting(), {.lease = seconds{150}, .poll = minutes{10}});
    database().on_announced([](const auto&) {}); // the process died between commit and publish
    given_a_job();
    EXPECT_EQ(driver->sweep(start), 1U);
    EXPECT_EQ(claimed(start).size(), 1U);
    EXPECT_EQ(driver->sweep(start), 0U);
}

TEST_P(DriverContract, eight_threads_run_each_of_five_hundred_jobs_once)
{
    constexpr int count = 500;
    database().transact([&](db::Tx& tx) {
        for (int i = 1; i <= count; ++i)
            enqueue(tx, {.kind = "Greet", .subject = i, .run_at = start}, start);
    });
    std::mutex mutex;
    std::map<std::int64_t, int> runs;
    std::atomic<int> finished{0};
    support::run_threads(8, [&](int) {
        while (true) {
            const auto jobs = driver->claim(7, milliseconds{0}, start);
            if (jobs.empty() && finished >= count) return;
            for (const auto& job : jobs) {
                {
                    const std::lock_guard lock(mutex);
                    ++runs[job.subject];
                }
                EXPECT_TRUE(driver->finish(job, done(), start));
                ++finished;
            }
        }
    });
    EXPECT_EQ(runs.size(), static_cast<std::size_t>(count));
    for (const auto& [subject, times] : runs)
        EXPECT_EQ(times, 1) << subject;
    const Depth depth = depth_at(start);
    EXPECT_EQ(depth.ready + depth.leased + depth.failed, 0);
}

TEST_P(DriverContract, two_processes_never_hold_one_job_together)
{
    const auto elsewhere = db::Database::open(test_database.config());
    const auto their_driver = new_driver(GetParam().messenger, *elsewhere, greeting());
    constexpr int count = 200;
    database().transact([&](db::Tx& tx) {
        for (int i = 1; i <= count; ++i)
            enqueue(tx, {.kind = "Greet", .subject = i, .run_at = start}, start);
    });
    std::mutex mutex;
    std::multiset<std::int64_t> seen;
    support::run_threads(4, [&](int index) {
        Driver& mine = index % 2 == 0 ? *driver : *their_driver;
        while (true) {
            const auto jobs = mine.claim(5, milliseconds{0}, start);
            const std::lock_guard lock(mutex);
            for (const auto& job : jobs)
                seen.insert(job.subject);
            if (seen.size() >= count) return;
        }
    });
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(std::set<std::int64_t>(seen.begin(), seen.end()).size(), static_cast<std::size_t>(count));
}

TEST_P(DriverContract, F30_a_claim_and_a_confirmed_write_do_not_overlap)
{
    // The old worker confirms and writes while another claims the expired job: either the write is in before the claim,
    // or it is refused. It is never written under a fence that was no longer the newest.
    for (int round = 0; round < 20; ++round) {
        const auto subject = 1'000 + round;
        given_a_job(start, subject);
        const Job old = claimed(start).at(0);
        bool wrote = false;
        std::vector<Job> heirs;
        support::run_threads(2, [&](int index) {
            if (index == 0)
                wrote = database()
                            .transact([&](db::Tx& tx) -> Result<void> {
                                TRY(confirm(tx, old.lease));
                                enqueue(tx, {.kind = "Written", .subject = old.lease.fence, .run_at = start}, start);
                                return enstore::done();
                            })
                            .ok();
            else
                heirs = driver->claim(1, milliseconds{0}, start + minutes{3});
        });
        if (heirs.empty()) heirs = claimed(start + minutes{3}); // it passed by the row while it was locked
        ASSERT_EQ(heirs.size(), 1U);
        EXPECT_TRUE(driver->finish(heirs[0], done(), start));
        const bool stored = database().transact([&](db::Tx& tx) { return is_waiting(tx, "Written", old.lease.fence); });
        EXPECT_EQ(stored, wrote);
        database().transact([&](db::Tx& tx) {
            constexpr db::Query forget{"test.forget", "DELETE FROM jobs WHERE kind = ?"};
            tx.execute(forget, "Written");
        });
    }
}

std::string setup_name(const testing::TestParamInfo<Setup>& info)
{
    return "Database" + support::name_of(info.param.backend);
}

INSTANTIATE_TEST_SUITE_P(On, DriverContract,
                         testing::Values(Setup{Backend::sqlite, Messenger::database},
                                         Setup{Backend::mariadb, Messenger::database}),
                         setup_name);

} // namespace
} // namespace enstore::queue

#include "platform/metrics/metrics.hpp"
#include "platform/queue/policy.hpp"
#include "platform/queue/queue.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

namespace enstore::queue
{
namespace
{

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Timestamp start{1'771'556'400'000'000};

Kind kind_with(std::vector<seconds> waits, int tries = 100)
{
    return {.name = "Work", .run = {}, .tries = tries, .waits = std::move(waits)};
}

Job job_at(int attempt)
{
    return {.lease = {}, .kind = "Work", .subject = 1, .attempt = attempt, .created = start, .request_id = {}};
}

TEST(Policy, waits_as_the_table_says_and_repeats_the_last)
{
    const Kind kind = kind_with({seconds{60}, seconds{120}, seconds{300}});
    const auto wait = [&](int attempt) {
        return *settlement(&kind, job_at(attempt), retry("x"), start).run_at - start;
    };
    EXPECT_EQ(wait(1), seconds{60});
    EXPECT_EQ(wait(2), seconds{120});
    EXPECT_EQ(wait(3), seconds{300});
    EXPECT_EQ(wait(50), seconds{300});
}

TEST(Policy, one_try_means_one)
{
    const Kind kind = kind_with({}, 1);
    EXPECT_TRUE(settlement(&kind, job_at(1), retry("x"), start).failed());
    EXPECT_TRUE(settlement(&kind, job_at(1), retry("x", start + minutes{1}), start).failed());
    EXPECT_FALSE(settlement(&kind, job_at(1), later("x", start), start).ended());
}

TEST(Policy, keeps_a_reason_that_any_database_can_store)
{
    const Kind kind = kind_with({});
    const auto why = settlement(&kind, job_at(1), failed("bad \xff byte" + std::string(10'000, 'x')), start).why;
    EXPECT_EQ(why.substr(0, 10), "bad ? byte");
    EXPECT_LE(why.size(), 500U);
}

class TheJobsTable : public testing::TestWithParam<support::Backend>
{
protected:
    db::Database& database() { return test_database.db(); }
    JobId given_a_job(Timestamp run_at, std::int64_t subject = 1)
    {
        return database().transact(
            [&](db::Tx& tx) { return enqueue(tx, {.kind = "Work", .subject = subject, .run_at = run_at}, start); });
    }
    Depth depth_at(Timestamp now)
    {
        return database().read([&](db::Tx& tx) { return depth(tx, now); });
    }

    support::TestDatabase test_database{GetParam()};
    Kinds kinds{kind_with({seconds{60}})};
    std::unique_ptr<Driver> driver = database_driver(database(), kinds);
};

TEST_P(TheJobsTable, knows_whether_a_job_waits_for_a_subject)
{
    const auto waiting = [&](std::string_view kind, std::int64_t subject) {
        return database().transact([&](db::Tx& tx) { return is_waiting(tx, kind, subject); });
    };
    given_a_job(start + hours{1}, 7);
    EXPECT_TRUE(waiting("Work", 7));
    EXPECT_FALSE(waiting("Work", 8));
    EXPECT_FALSE(waiting("Other", 7));
    const auto jobs = driver->claim(1, std::chrono::milliseconds{0}, start + hours{1});
    EXPECT_TRUE(waiting("Work", 7)) << "under a lease it is unfinished too";
    driver->finish(jobs.at(0), done(), start + hours{1});
    EXPECT_FALSE(waiting("Work", 7));
}

TEST_P(TheJobsTable, announces_a_job_when_its_transaction_has_committed)
{
    std::vector<std::int64_t> told;
    database().on_announced([&](const auto& jobs) { told.insert(told.end(), jobs.begin(), jobs.end()); });
    const JobId id = given_a_job(start);
    EXPECT_EQ(told, std::vector<std::int64_t>{id.value});
}

TEST_P(TheJobsTable, refuses_a_job_without_a_kind)
{
    EXPECT_THROW(
        database().transact([&](db::Tx& tx) { enqueue(tx, {.kind = "", .subject = 1, .run_at = start}, start); }),
        std::logic_error);
}

TEST_P(TheJobsTable, is_counted_by_state_and_age)
{
    given_a_job(start - minutes{2});
    given_a_job(start - minutes{1});
    given_a_job(start + hours{1});
    const Depth depth = depth_at(start);
    EXPECT_EQ(depth.ready, 2);
    EXPECT_EQ(depth.scheduled, 1);
    EXPECT_EQ(depth.oldest_ready, start - minutes{2});
    report_depth(depth, start);
    EXPECT_NE(metrics::render().find("enstore_queue_oldest_seconds 120"), std::string::npos);
    EXPECT_EQ(depth_at(start - hours{1}).oldest_ready, std::nullopt);
}

TEST_P(TheJobsTable, forgets_what_ended_long_ago_and_keeps_the_failed)
{
    for (int i = 0; i < 150; ++i)
        given_a_job(start, i);
    const auto jobs = driver->claim(150, std::chrono::milliseconds{0}, start);
    ASSERT_EQ(jobs.size(), 150U);
    for (std::size_t i = 0; i < jobs.size(); ++i)
        driver->finish(jobs[i], i == 0 ? failed("broken") : i % 2 == 0 ? done() : dropped("late"), start + minutes{1});
    const auto prune_before = [&](Timestamp before) {
        return database().transact([&](db::Tx& tx) { return prune(tx, before); });
    };
    EXPECT_EQ(prune_before(start + minutes{1}), 0);
    EXPECT_EQ(prune_before(start + minutes{2}), 149);
    EXPECT_EQ(prune_before(start + hours{1}), 0);
    EXPECT_EQ(depth_at(start).failed, 1);
}

TEST_P(TheJobsTable, F31_is_judged_by_the_databases_time)
{
    const ManualClock wrong{start - hours{24 * 365}};
    const auto clock = database_clock(database(), wrong);
    if (GetParam() == support::Backend::sqlite) {
        EXPECT_EQ(clock->now(), wrong.now()) << "SQLite reads this machine's clock";
        return;
    }
    const Timestamp first = clock->now();
    EXPECT_GT(first, start) << "not this machine's";
    EXPECT_LE(first, clock->now());
    const auto inside = database().transact([&](db::Tx&) { return clock->now(); });
    EXPECT_LE(first, inside);
}

ENSTORE_ON_BOTH_BACKENDS(TheJobsTable);

} // namespace
} // namespace enstore::queue

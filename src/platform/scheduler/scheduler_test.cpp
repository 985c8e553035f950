#include "platform/scheduler/scheduler.hpp"

#include "platform/metrics/metrics.hpp"
#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace enstore::scheduler
{
namespace
{

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Names = std::vector<std::string>;

constexpr Timestamp ten_wib{1'771'556'400'000'000}; // 2026-02-20 10:00 in Jakarta, 03:00 UTC

TEST(Schedule, a_daily_task_is_due_in_business_time)
{
    const BusinessZone jakarta;
    const auto at_two = Schedule::daily(2, 0);
    EXPECT_EQ(wire_time(at_two.last_due(ten_wib, jakarta)), "2026-02-19T19:00:00.000000Z");
    EXPECT_EQ(at_two.last_due(ten_wib - hours{8}, jakarta), ten_wib - hours{8}) << "at two exactly";
    EXPECT_EQ(at_two.last_due(ten_wib - hours{8} - Microseconds{1}, jakarta), ten_wib - hours{32}) << "just before";
    const auto eastern = *BusinessZone::named("Asia/Jayapura");
    EXPECT_EQ(wire_time(at_two.last_due(ten_wib, eastern)), "2026-02-19T17:00:00.000000Z");
}

TEST(Schedule, a_task_of_every_few_minutes_is_counted_from_midnight)
{
    const BusinessZone jakarta;
    EXPECT_EQ(Schedule::every_minutes(1).last_due(ten_wib + seconds{59}, jakarta), ten_wib);
    EXPECT_EQ(Schedule::every_minutes(5).last_due(ten_wib + minutes{14}, jakarta), ten_wib + minutes{10});
    EXPECT_EQ(Schedule::every_minutes(7).last_due(ten_wib, jakarta), ten_wib - minutes{5}); // 600 = 85 × 7 + 5
    EXPECT_THROW(Schedule::every_minutes(0), std::logic_error);
    EXPECT_THROW(Schedule::daily(24, 0), std::logic_error);
}

class DueTasks : public testing::TestWithParam<support::Backend>
{
protected:
    db::Database& database() { return test_database.db(); }

    Task counting(std::string name, Schedule schedule, bool catch_up = true)
    {
        return {.name = std::move(name),
                .schedule = schedule,
                .run =
                    [this](Timestamp now) {
                        last_now = now;
                        return "run " + std::to_string(++runs);
                    },
                .catch_up = catch_up};
    }
    std::unique_ptr<Scheduler> scheduler(Tasks tasks, std::string holder = "first")
    {
        return std::make_unique<Scheduler>(database(), std::move(tasks), clock, BusinessZone{}, std::move(holder));
    }
    LastRun record(const std::string& task)
    {
        for (auto& run : database().read([](db::Tx& tx) { return last_runs(tx); }))
            if (run.task == task) return run;
        throw std::runtime_error("no record of " + task);
    }

    support::TestDatabase test_database{GetParam()};
    ManualClock clock{ten_wib};
    std::atomic<int> runs{0};
    Timestamp last_now;
};

TEST_P(DueTasks, runs_what_is_due_and_not_before_it_is_due_again)
{
    const auto scheduler = this->scheduler({counting("orders.checks", Schedule::every_minutes(5))});
    EXPECT_EQ(scheduler->run_once(ten_wib), Names{"orders.checks"});
    EXPECT_EQ(last_now, ten_wib);
    for (int second = 1; second < 300; ++second)
        EXPECT_TRUE(scheduler->run_once(ten_wib + seconds{second}).empty());
    EXPECT_EQ(scheduler->run_once(ten_wib + minutes{5}), Names{"orders.checks"});
    EXPECT_EQ(runs, 2);
}

TEST_P(DueTasks, keeps_a_record_of_the_last_run)
{
    const auto scheduler = this->scheduler({counting("catalog.sync", Schedule::daily(2, 0))});
    scheduler->run_once(ten_wib);
    const LastRun run = record("catalog.sync");
    EXPECT_EQ(run.due, ten_wib - hours{8});
    EXPECT_EQ(run.started, ten_wib);
    EXPECT_EQ(run.finished, ten_wib);
    EXPECT_TRUE(run.ok);
    EXPECT_EQ(run.summary, "run 1");
    EXPECT_EQ(run.holder, "first");
}

TEST_P(DueTasks, a_run_missed_while_down_is_run_once)
{
    scheduler({counting("catalog.sync", Schedule::daily(2, 0))})->run_once(ten_wib);
    EXPECT_EQ(runs, 1);
    const auto after_a_week = scheduler({counting("catalog.sync", Schedule::daily(2, 0))}, "second");
    EXPECT_EQ(after_a_week->run_once(ten_wib + hours{24 * 7}), Names{"catalog.sync"});
    EXPECT_TRUE(after_a_week->run_once(ten_wib + hours{24 * 7} + minutes{1}).empty());
    EXPECT_EQ(runs, 2);
}

TEST_P(DueTasks, a_task_that_does_not_catch_up_waits_for_its_next_time_and_says_so)
{
    const auto scheduler = this->scheduler({counting("report", Schedule::daily(2, 0), false)});
    EXPECT_TRUE(scheduler->run_once(ten_wib).empty());
    EXPECT_NE(record("report").summary.find("skipped"), std::string::npos);
    EXPECT_TRUE(record("report").ok);
    EXPECT_EQ(scheduler->run_once(ten_wib + hours{16}), Names{"report"});
}

TEST_P(DueTasks, a_restart_does_not_repeat_a_due_time)
{
    const auto task = [&] { return Tasks{counting("catalog.sync", Schedule::daily(2, 0))}; };
    scheduler(task())->run_once(ten_wib);
    EXPECT_TRUE(scheduler(task(), "again")->run_once(ten_wib + seconds{5}).empty());
    EXPECT_EQ(runs, 1);
}

TEST_P(DueTasks, only_the_holder_of_the_lease_runs_anything)
{
    const auto first = scheduler({counting("minute", Schedule::every_minutes(1))}, "first");
    const auto second = scheduler({counting("minute", Schedule::every_minutes(1))}, "second");
    EXPECT_EQ(first->run_once(ten_wib).size(), 1U);
    EXPECT_TRUE(second->run_once(ten_wib + seconds{29}).empty());
    EXPECT_TRUE(first->run_once(ten_wib + seconds{29}).empty()) << "not due, and the lease renewed";
    EXPECT_TRUE(second->run_once(ten_wib + seconds{58}).empty());
    // The first is killed: nobody renews, and the second takes over after thirty seconds.
    EXPECT_EQ(second->run_once(ten_wib + seconds{60}), Names{"minute"});
    EXPECT_TRUE(first->run_once(ten_wib + seconds{61}).empty()) << "back from the dead, it finds itself replaced";
}

TEST_P(DueTasks, stopping_gives_the_lease_back)
{
    const auto first = scheduler({counting("minute", Schedule::every_minutes(1))}, "first");
    const auto second = scheduler({counting("minute", Schedule::every_minutes(1))}, "second");
    first->run_once(ten_wib);
    first->stop();
    EXPECT_TRUE(second->run_once(ten_wib + seconds{1}).empty()) << "it leads, and this minute has been run";
    EXPECT_EQ(second->run_once(ten_wib + minutes{1}), Names{"minute"});
    EXPECT_TRUE(first->run_once(ten_wib + minutes{2}).empty()) << "a stopped scheduler runs nothing";
}

TEST_P(DueTasks, two_that_both_believe_in_their_lease_run_a_due_time_once)
{
    // The second's clock is an hour ahead, so to it the first's lease has run out.
    const auto first = scheduler({counting("daily", Schedule::daily(2, 0))}, "first");
    const auto second = scheduler({counting("daily", Schedule::daily(2, 0))}, "second");
    EXPECT_EQ(first->run_once(ten_wib).size(), 1U);
    EXPECT_TRUE(second->run_once(ten_wib + hours{1}).empty());
    EXPECT_TRUE(first->run_once(ten_wib + seconds{1}).empty());
    EXPECT_EQ(runs, 1);
}

TEST_P(DueTasks, a_race_for_the_first_run_has_one_winner)
{
    for (int round = 0; round < 5; ++round) {
        const Timestamp now = ten_wib + hours{24 * round};
        runs = 0;
        std::vector<std::unique_ptr<Scheduler>> all;
        for (int i = 0; i < 4; ++i)
            all.push_back(scheduler({{.name = "daily",
                                      .schedule = Schedule::daily(2, 0),
                                      .run = [this](Timestamp) { return std::to_string(++runs); }}},
                                    "holder " + std::to_string(i)));
        support::run_threads(4, [&](int index) { all[static_cast<std::size_t>(index)]->run_once(now); });
        EXPECT_EQ(runs, 1) << "day " << round;
        for (auto& scheduler : all)
            scheduler->stop();
        all.clear();
        clock.advance(hours{24});
    }
}

TEST_P(DueTasks, a_failing_task_is_recorded_runs_at_its_next_due_and_stops_no_other)
{
    int failures = 0;
    const auto scheduler = this->scheduler({{.name = "broken",
                                             .schedule = Schedule::every_minutes(1),
                                             .run = [&](Timestamp) -> std::string {
                                                 ++failures;
                                                 throw std::runtime_error("the supplier is down");
                                             }},
                                            counting("sound", Schedule::every_minutes(1))});
    EXPECT_EQ(scheduler->run_once(ten_wib), (Names{"broken", "sound"}));
    EXPECT_FALSE(record("broken").ok);
    EXPECT_EQ(record("broken").summary, "the supplier is down");
    EXPECT_TRUE(record("broken").finished.has_value());
    EXPECT_TRUE(record("sound").ok);
    EXPECT_TRUE(scheduler->run_once(ten_wib + seconds{30}).empty());
    EXPECT_EQ(scheduler->run_once(ten_wib + minutes{1}).size(), 2U);
    EXPECT_EQ(failures, 2);
}

TEST_P(DueTasks, a_crash_in_the_middle_of_a_run_is_seen_and_the_task_runs_when_it_is_next_due)
{
    // What kill -9 leaves behind: the record is claimed, nobody will end it.
    database().transact([&](db::Tx& tx) {
        constexpr db::Query left_behind{"test.run",
                                        "INSERT INTO scheduler_runs (task, due, holder, started_at, ok, summary) "
                                        "VALUES (?, ?, ?, ?, 0, '')"};
        tx.execute(left_behind, "minute", ten_wib, "dead", ten_wib);
    });
    const auto scheduler = this->scheduler({counting("minute", Schedule::every_minutes(1))});
    EXPECT_TRUE(scheduler->run_once(ten_wib + seconds{40}).empty());
    EXPECT_FALSE(record("minute").finished) << "a person can see that it was cut off";
    EXPECT_EQ(scheduler->run_once(ten_wib + minutes{1}), Names{"minute"});
    EXPECT_TRUE(record("minute").finished && record("minute").ok);
}

TEST_P(DueTasks, a_run_that_was_overtaken_does_not_overwrite_the_later_one)
{
    // While the first sits in its task, a second takes over and runs the next due time.
    std::unique_ptr<Scheduler> second = scheduler({counting("minute", Schedule::every_minutes(1))}, "second");
    const auto first = scheduler({{.name = "minute",
                                   .schedule = Schedule::every_minutes(1),
                                   .run =
                                       [&](Timestamp) {
                                           EXPECT_EQ(second->run_once(ten_wib + minutes{1}).size(), 1U);
                                           return std::string("the slow one");
                                       }}},
                                 "first");
    first->run_once(ten_wib);
    EXPECT_EQ(record("minute").summary, "run 1");
    EXPECT_EQ(record("minute").due, ten_wib + minutes{1});
}

TEST_P(DueTasks, tasks_run_outside_any_transaction)
{
    bool inside = true;
    scheduler({{.name = "minute",
                .schedule = Schedule::every_minutes(1),
                .run =
                    [&](Timestamp) {
                        inside = db::Database::inside_transaction();
                        return std::string();
                    }}})
        ->run_once(ten_wib);
    EXPECT_FALSE(inside);
}

TEST_P(DueTasks, its_own_thread_ticks_and_stopping_waits_for_the_running_task)
{
    std::mutex mutex;
    std::condition_variable changed;
    bool running = false;
    bool let_go = false;
    std::atomic<bool> finished{false};
    const auto scheduler =
        this->scheduler({{.name = "minute", .schedule = Schedule::every_minutes(1), .run = [&](Timestamp) {
                              std::unique_lock lock(mutex);
                              running = true;
                              changed.notify_all();
                              changed.wait(lock, [&] { return let_go; });
                              finished = true;
                              return std::string("unhurried");
                          }}});
    scheduler->start();
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return running; });
    }
    std::thread stopping([&] { scheduler->stop(); });
    {
        const std::lock_guard lock(mutex);
        let_go = true;
    }
    changed.notify_all();
    stopping.join();
    EXPECT_TRUE(finished);
    EXPECT_EQ(record("minute").summary, "unhurried");
    const auto next = this->scheduler({counting("other", Schedule::every_minutes(1))}, "next");
    EXPECT_EQ(next->run_once(ten_wib).size(), 1U) << "the lease has been given back";
}

ENSTORE_ON_BOTH_BACKENDS(DueTasks);

} // namespace
} // namespace enstore::scheduler

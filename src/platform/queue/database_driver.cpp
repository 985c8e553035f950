#include "platform/metrics/metrics.hpp"
#include "platform/queue/claiming.hpp"
#include "platform/queue/finisher.hpp"
#include "platform/queue/news.hpp"
#include "platform/queue/policy.hpp"
#include "platform/queue/queue.hpp"
#include "platform/queue/store.hpp"

#include <algorithm>
#include <atomic>

namespace enstore::queue
{
namespace
{

using Steady = std::chrono::steady_clock;

class DatabaseDriver final : public Driver
{
public:
    DatabaseDriver(db::Database& database, const Kinds& kinds, DriverOptions options)
        : database_(database), kinds_(kinds), options_(options), finisher_(database)
    {
    }

    void publish(const std::vector<std::int64_t>& jobs) override
    {
        if (!jobs.empty()) news_.spread();
    }

    std::vector<Job> claim(std::size_t at_most, std::chrono::milliseconds wait, Timestamp now) override
    {
        const auto started = Steady::now();
        const auto wakes = wakes_.load();
        Steady::duration waited{0}; // the first look is at exactly the caller's `now`
        while (true) {
            const auto number = news_.number();
            auto jobs = claim_now(at_most, number, now + std::chrono::duration_cast<Microseconds>(waited));
            if (!jobs.empty() || waited >= wait || wakes_.load() != wakes) return jobs;
            news_.wait_after(number, std::min<Steady::duration>(wait - waited, options_.poll));
            waited = Steady::now() - started;
        }
    }

    bool finish(const Job& job, const Outcome& outcome, Timestamp now) override
    {
        const Settlement end = settlement(find_kind(kinds_, job.kind), job, outcome, now);
        const bool held = finisher_.finish(job.lease, end, now);
        if (!held) metrics::count("enstore_queue_stale_total", {{"at", "finish"}});
        // It may be due at once, and nobody would be told.
        if (held && end.run_at && *end.run_at <= now) news_.spread();
        return held;
    }

    std::size_t sweep(Timestamp now) override
    {
        const auto [depth, due] =
            database_.read([&](db::Tx& tx) { return std::make_pair(store::depth(tx, now), store::any_due(tx, now)); });
        report_depth(depth, now);
        if (due) news_.spread();
        return static_cast<std::size_t>(depth.ready);
    }

    void wake() override
    {
        wakes_.fetch_add(1);
        news_.spread();
    }

private:
    std::vector<Job> claim_now(std::size_t at_most, std::uint64_t number, Timestamp now)
    {
        // Nothing was found and nothing was told since: look first, because the lock of a writing transaction on an
        // idle store would be in the way of those who have something to write.
        if (number == quiet_since_.load() && !database_.read([&](db::Tx& tx) { return store::any_due(tx, now); }))
            return {};
        std::vector<Job> all;
        while (all.size() < at_most) {
            const std::size_t wanted = std::min(at_most - all.size(), store::batch);
            const bool expired_first = claims_.fetch_add(1) % 16 == 15;
            auto some = database_.transact(
                [&](db::Tx& tx) { return take_due(tx, kinds_, options_.lease, wanted, expired_first, now); });
            const bool last = some.size() < wanted;
            std::move(some.begin(), some.end(), std::back_inserter(all));
            if (last) break;
        }
        quiet_since_.store(all.empty() ? number : no_news);
        return all;
    }

    static constexpr std::uint64_t no_news = UINT64_MAX;

    db::Database& database_;
    const Kinds kinds_;
    const DriverOptions options_;
    Finisher finisher_;
    News news_;
    std::atomic<std::uint64_t> wakes_{0};
    std::atomic<std::uint64_t> quiet_since_{no_news}; ///< the news at the time of the last look that found nothing
    std::atomic<std::uint64_t> claims_{0};
};

} // namespace

std::unique_ptr<Driver> database_driver(db::Database& database, const Kinds& kinds, DriverOptions options)
{
    return std::make_unique<DatabaseDriver>(database, kinds, options);
}

} // namespace enstore::queue

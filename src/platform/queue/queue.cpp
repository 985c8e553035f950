#include "platform/queue/queue.hpp"

#include "platform/metrics/metrics.hpp"
#include "platform/queue/store.hpp"

#include <stdexcept>

namespace enstore::queue
{
namespace
{

constexpr std::size_t longest_kind = 64;
constexpr std::size_t longest_request_id = 64;
constexpr std::size_t most_at_once = 5'000;

} // namespace

JobId enqueue(db::Tx& tx, const NewJob& job, Timestamp now)
{
    if (job.kind.empty() || job.kind.size() > longest_kind)
        throw std::logic_error("a job needs a kind of 1 to 64 bytes");
    NewJob row = job;
    if (row.request_id.size() > longest_request_id) row.request_id.resize(longest_request_id);
    const JobId id{store::insert(tx, row, now)};
    tx.announce(id.value);
    return id;
}

bool is_waiting(db::Tx& tx, std::string_view kind, std::int64_t subject)
{
    return store::count_waiting(tx, kind, subject) > 0;
}

Result<void> confirm(db::Tx& tx, const Lease& lease)
{
    if (store::lock_lease(tx, lease)) return enstore::done();
    // Counted although this is a transaction's body, which may run again: one lost lease counted twice does not
    // mislead.
    metrics::count("enstore_queue_stale_total", {{"at", "confirm"}});
    return refuse(lease_lost, "job " + std::to_string(lease.job.value) + " fence " + std::to_string(lease.fence));
}

Depth depth(db::Tx& tx, Timestamp now)
{
    return store::depth(tx, now);
}

void report_depth(const Depth& depth, Timestamp now)
{
    metrics::gauge("enstore_queue_jobs", {{"state", "ready"}}, static_cast<double>(depth.ready));
    metrics::gauge("enstore_queue_jobs", {{"state", "scheduled"}}, static_cast<double>(depth.scheduled));
    metrics::gauge("enstore_queue_jobs", {{"state", "leased"}}, static_cast<double>(depth.leased));
    metrics::gauge("enstore_queue_jobs", {{"state", "failed"}}, static_cast<double>(depth.failed));
    const double age = depth.oldest_ready ? static_cast<double>((now - *depth.oldest_ready).count()) / 1e6 : 0.0;
    metrics::gauge("enstore_queue_oldest_seconds", {}, age);
}

std::int64_t prune(db::Tx& tx, Timestamp before)
{
    return store::remove_finished(tx, before, most_at_once);
}

bool retry_failed(db::Tx& tx, JobId job, Timestamp now)
{
    if (!store::restart_failed(tx, job.value, now)) return false;
    tx.announce(job.value);
    return true;
}

} // namespace enstore::queue

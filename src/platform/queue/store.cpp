#include "platform/queue/store.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace enstore::queue::store
{
namespace
{

// `COALESCE(status, '')` where the row is found by its id: SQLite without statistics would otherwise prefer the index
// on status, and walk the whole backlog to find 64 rows it already knows by key.

constexpr db::Query insert_job{
    "queue.insert", "INSERT INTO jobs (kind, subject_id, status, attempts, fence, run_at, request_id, created_at, "
                    "updated_at) VALUES (?, ?, 'ready', 0, 0, ?, ?, ?, ?)"};

constexpr db::Query waiting_jobs{
    "queue.waiting", "SELECT COUNT(*) FROM jobs WHERE kind = ? AND subject_id = ? AND status IN ('ready', 'leased')"};

constexpr db::Query hold_lease{"queue.confirm", "UPDATE jobs SET fence = fence WHERE id = ? AND fence = ? AND "
                                                "COALESCE(status, '') = 'leased'"};

constexpr db::Query first_due{"queue.first_due",
                              "SELECT id FROM jobs WHERE status = 'ready' AND run_at <= ? ORDER BY run_at LIMIT 1"};

constexpr db::Query first_expired{
    "queue.first_expired",
    "SELECT id FROM jobs WHERE status = 'leased' AND leased_until <= ? ORDER BY leased_until LIMIT 1"};

constexpr db::Query due_count{"queue.due", "SELECT COUNT(*) FROM jobs WHERE status = 'ready' AND run_at <= ?"};

constexpr db::Query due_jobs{"queue.lock_due",
                             "SELECT id, fence, kind, subject_id, attempts, created_at, request_id FROM jobs "
                             "WHERE status = 'ready' AND run_at <= ? ORDER BY run_at, id LIMIT ?{skip_locked}"};

constexpr db::Query expired_jobs{
    "queue.lock_expired",
    "SELECT id, fence, kind, subject_id, attempts, created_at, request_id FROM jobs "
    "WHERE status = 'leased' AND leased_until <= ? ORDER BY leased_until, id LIMIT ?{skip_locked}"};

constexpr db::Query lease_jobs{
    "queue.lease",
    "UPDATE jobs SET status = 'leased', attempts = attempts + 1, fence = fence + 1, leased_until = ?, updated_at = ? "
    "WHERE COALESCE(status, '') IN ('ready', 'leased') AND id IN ("
    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};

constexpr db::Query postpone_job{
    "queue.postpone", "UPDATE jobs SET status = 'ready', run_at = ?, leased_until = NULL, updated_at = ? WHERE id = ?"};

constexpr db::Query exhaust_job{
    "queue.exhaust", "UPDATE jobs SET status = 'failed', fence = fence + 1, leased_until = NULL, last_error = ?, "
                     "updated_at = ?, finished_at = ? WHERE id = ? AND fence = ? AND COALESCE(status, '') = 'leased'"};

constexpr db::Query settle_job{
    "queue.settle", "UPDATE jobs SET status = ?, run_at = COALESCE(?, run_at), attempts = ?, leased_until = NULL, "
                    "last_error = COALESCE(?, last_error), updated_at = ?, finished_at = ? "
                    "WHERE id = ? AND fence = ? AND COALESCE(status, '') = 'leased'"};

constexpr db::Query settle_done_jobs{
    "queue.settle_done",
    "UPDATE jobs SET status = 'done', leased_until = NULL, updated_at = ?, finished_at = ? "
    "WHERE COALESCE(status, '') = 'leased' AND ("
    "(id = ? AND fence = ?) OR (id = ? AND fence = ?) OR (id = ? AND fence = ?) OR (id = ? AND fence = ?) OR "
    "(id = ? AND fence = ?) OR (id = ? AND fence = ?) OR (id = ? AND fence = ?) OR (id = ? AND fence = ?) OR "
    "(id = ? AND fence = ?) OR (id = ? AND fence = ?) OR (id = ? AND fence = ?) OR (id = ? AND fence = ?) OR "
    "(id = ? AND fence = ?) OR (id = ? AND fence = ?) OR (id = ? AND fence = ?) OR (id = ? AND fence = ?))"};

constexpr db::Query done_job{"queue.is_done", "SELECT COUNT(*) FROM jobs WHERE id = ? AND fence = ? AND "
                                              "COALESCE(status, '') = 'done'"};

constexpr db::Query restart_job{
    "queue.restart", "UPDATE jobs SET status = 'ready', attempts = 0, run_at = ?, updated_at = ?, finished_at = NULL "
                     "WHERE id = ? AND COALESCE(status, '') = 'failed'"};

// By run_at, which has an index and lies before finished_at.
constexpr db::Query old_jobs{"queue.old", "SELECT id FROM jobs WHERE status = ? AND run_at < ? AND finished_at < ? "
                                          "ORDER BY run_at LIMIT ?"};

constexpr db::Query delete_jobs{
    "queue.delete", "DELETE FROM jobs WHERE id IN ("
                    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};

constexpr db::Query ready_depth{"queue.depth_ready", "SELECT COUNT(*), MIN(run_at) FROM jobs "
                                                     "WHERE status = 'ready' AND run_at <= ?"};
constexpr db::Query scheduled_depth{"queue.depth_scheduled",
                                    "SELECT COUNT(*) FROM jobs WHERE status = 'ready' AND run_at > ?"};
constexpr db::Query status_depth{"queue.depth_status", "SELECT COUNT(*) FROM jobs WHERE status = ?"};

/// Ids for a list of fixed length; no job has id 0.
std::array<std::int64_t, batch> padded(const std::vector<std::int64_t>& ids, std::size_t from = 0)
{
    std::array<std::int64_t, batch> all{};
    const std::size_t count = std::min(batch, ids.size() - from);
    std::copy_n(ids.begin() + static_cast<std::ptrdiff_t>(from), count, all.begin());
    return all;
}

std::vector<Found> found(const std::vector<db::Row>& rows, bool was_leased)
{
    std::vector<Found> all;
    all.reserve(rows.size());
    for (const auto& row : rows)
        all.push_back({.job = {.lease = {.job = row.id<JobId>(0), .fence = row.integer(1)},
                               .kind = row.text(2),
                               .subject = row.integer(3),
                               .attempt = static_cast<int>(row.integer(4)),
                               .created = row.time(5),
                               .request_id = row.text(6),
                               .exhausted = false},
                       .was_leased = was_leased});
    return all;
}

} // namespace

std::int64_t insert(db::Tx& tx, const NewJob& job, Timestamp now)
{
    return tx.insert(insert_job, job.kind, job.subject, job.run_at, job.request_id, now, now);
}

std::int64_t count_waiting(db::Tx& tx, std::string_view kind, std::int64_t subject)
{
    return tx.number(waiting_jobs, kind, subject);
}

bool lock_lease(db::Tx& tx, const Lease& lease)
{
    return tx.execute(hold_lease, lease.job, lease.fence) == 1;
}

bool any_due(db::Tx& tx, Timestamp now)
{
    return tx.one(first_due, now).has_value() || tx.one(first_expired, now).has_value();
}

std::int64_t count_due(db::Tx& tx, Timestamp now)
{
    return tx.number(due_count, now);
}

std::vector<Found> lock_due(db::Tx& tx, Timestamp now, std::size_t at_most)
{
    return found(tx.all(due_jobs, now, std::min(at_most, batch)), false);
}

std::vector<Found> lock_expired(db::Tx& tx, Timestamp now, std::size_t at_most)
{
    return found(tx.all(expired_jobs, now, std::min(at_most, batch)), true);
}

std::int64_t lease(db::Tx& tx, const std::vector<std::int64_t>& ids, Timestamp until, Timestamp now)
{
    return std::apply([&](auto... id) { return tx.execute(lease_jobs, until, now, id...); }, padded(ids));
}

void postpone(db::Tx& tx, std::int64_t id, Timestamp run_at, Timestamp now)
{
    tx.execute(postpone_job, run_at, now, id);
}

bool exhaust(db::Tx& tx, const Lease& stored, std::string_view why, Timestamp now)
{
    return tx.execute(exhaust_job, why, now, now, stored.job, stored.fence) == 1;
}

bool settle(db::Tx& tx, const Lease& lease, const Settlement& settlement, Timestamp now)
{
    const auto why = settlement.why.empty() ? std::optional<std::string>{} : settlement.why;
    const auto finished = settlement.ended() ? std::optional<Timestamp>{now} : std::nullopt;
    return tx.execute(settle_job, settlement.status, settlement.run_at, settlement.attempts, why, now, finished,
                      lease.job, lease.fence) == 1;
}

std::int64_t settle_done(db::Tx& tx, const std::vector<Lease>& leases, Timestamp now)
{
    std::array<std::int64_t, 2 * pairs> values{};
    for (std::size_t i = 0; i < std::min(leases.size(), pairs); ++i) {
        values[2 * i] = leases[i].job.value;
        values[2 * i + 1] = leases[i].fence;
    }
    return std::apply([&](auto... value) { return tx.execute(settle_done_jobs, now, now, value...); }, values);
}

bool is_done(db::Tx& tx, const Lease& lease)
{
    return tx.number(done_job, lease.job, lease.fence) == 1;
}

bool restart_failed(db::Tx& tx, std::int64_t id, Timestamp now)
{
    return tx.execute(restart_job, now, now, id) == 1;
}

std::int64_t remove_finished(db::Tx& tx, Timestamp before, std::size_t at_most)
{
    std::vector<std::int64_t> ids;
    for (const char* status : {"done", "dropped"})
        for (const auto& row : tx.all(old_jobs, status, before, before, at_most - ids.size()))
            ids.push_back(row.integer(0));
    std::int64_t removed = 0;
    for (std::size_t from = 0; from < ids.size(); from += batch)
        removed += std::apply([&](auto... id) { return tx.execute(delete_jobs, id...); }, padded(ids, from));
    return removed;
}

Depth depth(db::Tx& tx, Timestamp now)
{
    Depth all;
    if (const auto ready = tx.one(ready_depth, now)) {
        all.ready = ready->integer(0);
        all.oldest_ready = ready->maybe_time(1);
    }
    all.scheduled = tx.number(scheduled_depth, now);
    all.leased = tx.number(status_depth, "leased");
    all.failed = tx.number(status_depth, "failed");
    return all;
}

} // namespace enstore::queue::store

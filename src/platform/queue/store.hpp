#pragma once

#include "platform/queue/policy.hpp"
#include "platform/queue/queue.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

/// The jobs table: every statement on it, for the door and for all drivers.
namespace enstore::queue::store
{

/// How many jobs one claiming statement takes.
inline constexpr std::size_t batch = 64;

/// A job as it lies in the table, before it is claimed.
struct Found {
    Job job; ///< with the attempt and fence that are stored
    bool was_leased = false;
};

std::int64_t insert(db::Tx& tx, const NewJob& job, Timestamp now);
std::int64_t count_waiting(db::Tx& tx, std::string_view kind, std::int64_t subject);
bool lock_lease(db::Tx& tx, const Lease& lease);

bool any_due(db::Tx& tx, Timestamp now);
std::int64_t count_due(db::Tx& tx, Timestamp now);
/// Locks them, passing by what another worker is claiming at this moment. At most `batch`.
std::vector<Found> lock_due(db::Tx& tx, Timestamp now, std::size_t at_most);
std::vector<Found> lock_expired(db::Tx& tx, Timestamp now, std::size_t at_most);
/// Leases jobs that this transaction has locked (at most `batch`); returns how many it found.
std::int64_t lease(db::Tx& tx, const std::vector<std::int64_t>& ids, Timestamp until, Timestamp now);
/// Moves a job of a kind that this build does not know out of its own way.
void postpone(db::Tx& tx, std::int64_t id, Timestamp run_at, Timestamp now);
/// Ends a job whose worker died in its last try. The fence grows, should the worker come back after all.
bool exhaust(db::Tx& tx, const Lease& stored, std::string_view why, Timestamp now);

bool settle(db::Tx& tx, const Lease& lease, const Settlement& settlement, Timestamp now);
/// Ends many runs as done with one statement; at most `pairs`. Returns how many leases still held.
inline constexpr std::size_t pairs = 16;
std::int64_t settle_done(db::Tx& tx, const std::vector<Lease>& leases, Timestamp now);
bool is_done(db::Tx& tx, const Lease& lease);

bool restart_failed(db::Tx& tx, std::int64_t id, Timestamp now);
std::int64_t remove_finished(db::Tx& tx, Timestamp before, std::size_t at_most);
Depth depth(db::Tx& tx, Timestamp now);

} // namespace enstore::queue::store

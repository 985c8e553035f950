#pragma once

#include "platform/queue/queue.hpp"

#include <chrono>
#include <vector>

namespace enstore::queue
{

/// Leases up to `at_most` due jobs in this transaction (at most one batch). First those whose lease ran out when
/// `expired_first`, so that a backlog of new jobs cannot keep a dead worker's jobs waiting for ever.
std::vector<Job> take_due(db::Tx& tx, const Kinds& kinds, std::chrono::seconds shortest_lease, std::size_t at_most,
                          bool expired_first, Timestamp now);

} // namespace enstore::queue

#pragma once

#include "platform/queue/queue.hpp"
#include "platform/scheduler/scheduler.hpp"
#include "suppliers/digiflazz.hpp"

namespace enstore::apps
{

/// Tasks that belong to no single room: the nightly sync, the sweep of lost jobs, pruning, and the nightly proof of the
/// books (domain 19).
scheduler::Tasks housekeeping_tasks(db::Database& database, digiflazz::Client& supplier, queue::Driver& driver,
                                    const Clock& clock);

} // namespace enstore::apps

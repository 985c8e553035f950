#pragma once

#include "platform/queue/queue.hpp"

namespace enstore::queue
{

/// Runs one claimed job to its end: handler, policy, finish, `gave_up`, log and metrics. One of the four places where
/// exceptions are caught: nothing escapes. `ended` tells the time after the handler.
void run_job(Driver& driver, const Kinds& kinds, const Job& job, Timestamp now,
             const std::function<Timestamp()>& ended) noexcept;

} // namespace enstore::queue

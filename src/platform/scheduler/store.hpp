#pragma once

#include "platform/scheduler/scheduler.hpp"

#include <string_view>

/// The scheduler's two tables.
namespace enstore::scheduler::store
{

/// Takes the lease when it is free or run out, or renews it; false when another holds it.
bool take_lease(db::Tx& tx, std::string_view holder, Timestamp until, Timestamp now);
void give_lease_back(db::Tx& tx, std::string_view holder, Timestamp now);

/// Moves the record of `task` to `due`; false when it is there already or beyond: another has run it.
bool claim_run(db::Tx& tx, std::string_view task, Timestamp due, std::string_view holder, Timestamp now);
/// Writes how the run ended, unless a later one has begun.
void end_run(db::Tx& tx, const LastRun& run);
std::vector<LastRun> runs(db::Tx& tx);

} // namespace enstore::scheduler::store

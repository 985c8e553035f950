#pragma once

#include "platform/queue/queue.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What follows from the way a run ended: a pure function of the kind's policy, the attempt and `now`.
namespace enstore::queue
{

struct Settlement {
    std::string_view status; ///< the word in the table
    std::optional<Timestamp> run_at;
    int attempts = 0;
    std::string why; ///< empty: keeps what an earlier try said
    bool ended() const { return status != "ready"; }
    bool failed() const { return status == "failed"; }
};

/// `kind` is null for one that this build does not know: it is retried in a minute, so that another build may have it.
Settlement settlement(const Kind* kind, const Job& job, const Outcome& outcome, Timestamp now);

/// How long a claim of that kind holds: always longer than its time limit.
std::chrono::seconds lease_of(const Kind& kind, std::chrono::seconds at_least);

const Kind* find_kind(const Kinds& kinds, std::string_view name);

std::string_view word(Outcome::What what);

} // namespace enstore::queue

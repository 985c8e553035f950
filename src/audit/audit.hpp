#pragma once

#include "platform/db/db.hpp"

#include <chrono>
#include <string>
#include <vector>

/// The money invariants, recomputed on a live database (promises 1): read-only SQL across features.
namespace enstore::audit
{

struct Finding {
    std::string invariant; ///< `I2`
    std::string what;      ///< what is wrong, with the offending row's id or code
};
struct Report {
    struct Check {
        std::string invariant;
        std::string claim;
        std::int64_t looked_at = 0;
        std::int64_t broken = 0;
    };
    std::vector<Check> checks;
    std::vector<Finding> findings; ///< at most 100 per invariant
    bool clean() const { return findings.empty(); }
};

/// Checks I1 to I8 and I10 in one consistent snapshot. `overdue_after`: how long a due job may wait before it counts as
/// lost work (I10).
Report run(db::Database& database, Timestamp now, std::chrono::seconds overdue_after = std::chrono::seconds{300});

} // namespace enstore::audit

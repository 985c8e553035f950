#pragma once

#include "platform/db/db.hpp"

#include <string>
#include <string_view>

namespace enstore::db
{

/// The tokens of `Query` expanded. `rows` groups of `per_row` placeholders replace `{rows}`. For MySQL each `?` becomes
/// `:p1`, `:p2`, …, the only form SOCI takes there.
std::string expanded(Dialect dialect, std::string_view sql, std::size_t rows = 0, std::size_t per_row = 0);

/// The tokens of a migration (`{id}`, `{time}`, …) expanded.
std::string expanded_ddl(Dialect dialect, std::string_view sql);

} // namespace enstore::db

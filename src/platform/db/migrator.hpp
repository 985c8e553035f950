#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace enstore::db
{

/// The statements of a migration file: whole-line `--` comments dropped, cut at each `;` that ends a line.
std::vector<std::string> statements_of(std::string_view file);

} // namespace enstore::db

#pragma once

#include <string>
#include <string_view>

namespace enstore::http
{

/// The bytes, gzipped. For what is made ready once (snapshots) ask for `best`.
std::string gzipped(std::string_view bytes, bool best = false);

} // namespace enstore::http

#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace enstore::metrics
{

/// Memory, processor time and open files of this process, under the names Prometheus users expect.
std::vector<std::pair<std::string_view, double>> process_figures();

} // namespace enstore::metrics

#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

/// Counters, gauges and histograms of the process, printed in the Prometheus text format at `/metrics`. Thread-safe.
namespace enstore::metrics
{

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Adds to a counter, made on first use. Label values come from closed sets (route patterns, job kinds), never from
/// callers, so that their number is bounded; a family stops taking new label sets at 2,000.
void count(std::string_view name, Labels labels = {}, std::int64_t by = 1);
/// Sets a gauge.
void gauge(std::string_view name, Labels labels, double value);
/// Puts a duration into a histogram with buckets from 1 ms to 60 s.
void observe_seconds(std::string_view name, Labels labels, double seconds);

std::string render();                                        ///< the whole page
std::int64_t counter_value(std::string_view name, Labels labels = {}); ///< for tests; 0 when never counted

} // namespace enstore::metrics

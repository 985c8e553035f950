#pragma once

#include <array>
#include <atomic>
#include <cstddef>
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

std::string render();                                                  ///< the whole page
std::int64_t counter_value(std::string_view name, Labels labels = {}); ///< for tests; 0 when never counted

// ── handles for hot paths ──────────────────────────────────────────────────────────────────────────────────────────

/// Threads write to a slice each, so that a counter touched by every request does not bounce between cores.
inline constexpr std::size_t slices = 8;
std::size_t slice_of_this_thread();

/// A counter that is looked up once and then costs one uncontended addition.
class Counter
{
public:
    void add(std::int64_t by = 1) { slices_[slice_of_this_thread()].value.fetch_add(by, std::memory_order_relaxed); }
    std::int64_t value() const;

private:
    struct alignas(64) Slice {
        std::atomic<std::int64_t> value{0};
    };
    std::array<Slice, slices> slices_;
};

/// Upper bounds of the histogram's buckets, in microseconds; the last bucket is everything above.
inline constexpr std::array<std::int64_t, 15> bucket_bounds_us{
    1'000,   2'500,     5'000,     10'000,    25'000,     50'000,     100'000,   250'000,
    500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000};

/// A histogram of durations, looked up once.
class Histogram
{
public:
    void observe_us(std::int64_t us);
    /// How many fell into bucket `index` alone (not cumulated).
    std::int64_t in_bucket(std::size_t index) const;
    std::int64_t sum_us() const;

private:
    struct alignas(64) Slice {
        std::array<std::atomic<std::int64_t>, bucket_bounds_us.size() + 1> buckets{};
        std::atomic<std::int64_t> sum_us{0};
    };
    std::array<Slice, slices> slices_;
};

/// The counter of that name and labels; it lives as long as the process.
Counter& counter(std::string_view name, Labels labels = {});
/// The histogram of that name and labels; it lives as long as the process.
Histogram& histogram(std::string_view name, Labels labels = {});

} // namespace enstore::metrics

#include "platform/metrics/metrics.hpp"

#include "platform/metrics/process.hpp"

#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

namespace enstore::metrics
{
namespace
{

// Label values come from closed sets; this stops the day someone labels with an order code.
constexpr std::size_t label_sets_per_family = 2'000;

std::string escaped(std::string_view value)
{
    std::string out;
    for (const char c : value) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out;
}

/// `method="GET",status="200"`: the key of a series and, at the same time, its text on the page.
std::string text_of(Labels labels)
{
    std::string out;
    for (const auto& [name, value] : labels) {
        if (!out.empty()) out += ',';
        out.append(name).append("=\"").append(escaped(value)).append("\"");
    }
    return out;
}

std::string number(double value)
{
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    char out[32];
    std::snprintf(out, sizeof out, "%.17g", value);
    // The shortest form that reads back as the same number; 17 digits of 0.1 would puzzle a reader.
    char shorter[32];
    std::snprintf(shorter, sizeof shorter, "%.12g", value);
    return std::stod(shorter) == value ? shorter : out;
}

template <class Series>
class Families
{
public:
    /// The series of that name and labels, made on first use. Past the bound all further label sets share one series
    /// labelled `overflow`, so that nothing is lost from the sum and memory stays bounded.
    Series& at(std::string_view name, Labels labels)
    {
        const std::string key = text_of(labels);
        {
            const std::shared_lock lock(mutex_);
            if (Series* found = find(name, key)) return *found;
        }
        const std::lock_guard lock(mutex_);
        auto& family = families_[std::string(name)];
        const bool full = family.size() >= label_sets_per_family && !family.contains(key);
        auto& series = family[full ? "overflow=\"true\"" : key];
        if (!series) series = std::make_unique<Series>();
        return *series;
    }

    /// The series if there is one; asking does not make it.
    const Series* look_up(std::string_view name, Labels labels) const
    {
        const std::string key = text_of(labels);
        const std::shared_lock lock(mutex_);
        return find(name, key);
    }

    /// Calls `visit(family name, labels as text, series)` in the order of names.
    template <class Visit>
    void each(Visit visit) const
    {
        const std::shared_lock lock(mutex_);
        for (const auto& [name, family] : families_)
            for (const auto& [labels, series] : family)
                visit(name, labels, *series);
    }

private:
    Series* find(std::string_view name, const std::string& key) const
    {
        const auto family = families_.find(name);
        if (family == families_.end()) return nullptr;
        const auto series = family->second.find(key);
        return series == family->second.end() ? nullptr : series->second.get();
    }

    mutable std::shared_mutex mutex_;
    std::map<std::string, std::map<std::string, std::unique_ptr<Series>, std::less<>>, std::less<>> families_;
};

struct Gauge {
    std::atomic<double> value{0};
};

struct Registry {
    Families<Counter> counters;
    Families<Gauge> gauges;
    Families<Histogram> histograms;
};

Registry& registry()
{
    // Never destroyed: threads that end after main() still count.
    static Registry* const only = new Registry;
    return *only;
}

void append(std::string& page, std::string_view name, std::string_view suffix, std::string_view labels,
            std::string_view more, const std::string& value)
{
    page.append(name).append(suffix);
    if (!labels.empty() || !more.empty()) {
        page.append("{").append(labels);
        if (!labels.empty() && !more.empty()) page += ',';
        page.append(more).append("}");
    }
    page.append(" ").append(value).append("\n");
}

void append_histogram(std::string& page, const std::string& name, const std::string& labels, const Histogram& histogram)
{
    std::int64_t so_far = 0;
    for (std::size_t i = 0; i <= bucket_bounds_us.size(); ++i) {
        so_far += histogram.in_bucket(i);
        const bool last = i == bucket_bounds_us.size();
        const std::string bound = last ? "+Inf" : number(static_cast<double>(bucket_bounds_us[i]) / 1e6);
        append(page, name, "_bucket", labels, "le=\"" + bound + "\"", std::to_string(so_far));
    }
    append(page, name, "_sum", labels, "", number(static_cast<double>(histogram.sum_us()) / 1e6));
    append(page, name, "_count", labels, "", std::to_string(so_far));
}

/// Writes `# TYPE` once per family.
class Heading
{
public:
    Heading(std::string& page, const char* type) : page_(page), type_(type) {}
    void operator()(const std::string& name)
    {
        if (name == last_) return;
        page_.append("# TYPE ").append(name).append(" ").append(type_).append("\n");
        last_ = name;
    }

private:
    std::string& page_;
    const char* type_;
    std::string last_;
};

} // namespace

std::size_t slice_of_this_thread()
{
    static std::atomic<std::size_t> next{0};
    thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) % slices;
    return mine;
}

std::int64_t Counter::value() const
{
    std::int64_t sum = 0;
    for (const auto& slice : slices_)
        sum += slice.value.load(std::memory_order_relaxed);
    return sum;
}

void Histogram::observe_us(std::int64_t us)
{
    std::size_t bucket = 0;
    while (bucket < bucket_bounds_us.size() && us > bucket_bounds_us[bucket])
        ++bucket;
    Slice& slice = slices_[slice_of_this_thread()];
    slice.buckets[bucket].fetch_add(1, std::memory_order_relaxed);
    slice.sum_us.fetch_add(us, std::memory_order_relaxed);
}

std::int64_t Histogram::in_bucket(std::size_t index) const
{
    std::int64_t sum = 0;
    for (const auto& slice : slices_)
        sum += slice.buckets.at(index).load(std::memory_order_relaxed);
    return sum;
}

std::int64_t Histogram::sum_us() const
{
    std::int64_t sum = 0;
    for (const auto& slice : slices_)
        sum += slice.sum_us.load(std::memory_order_relaxed);
    return sum;
}

Counter& counter(std::string_view name, Labels labels)
{
    return registry().counters.at(name, labels);
}

Histogram& histogram(std::string_view name, Labels labels)
{
    return registry().histograms.at(name, labels);
}

void count(std::string_view name, Labels labels, std::int64_t by)
{
    counter(name, labels).add(by);
}

void gauge(std::string_view name, Labels labels, double value)
{
    registry().gauges.at(name, labels).value.store(value, std::memory_order_relaxed);
}

void observe_seconds(std::string_view name, Labels labels, double seconds)
{
    histogram(name, labels).observe_us(std::llround(seconds * 1e6));
}

std::int64_t counter_value(std::string_view name, Labels labels)
{
    const Counter* found = registry().counters.look_up(name, labels);
    return found == nullptr ? 0 : found->value();
}

std::string render()
{
    for (const auto& [name, value] : process_figures())
        gauge(name, {}, value);
    std::string page;
    registry().counters.each([&page, heading = Heading(page, "counter")](
                                 const std::string& name, const std::string& labels, const Counter& series) mutable {
        heading(name);
        append(page, name, "", labels, "", std::to_string(series.value()));
    });
    registry().gauges.each([&page, heading = Heading(page, "gauge")](const std::string& name, const std::string& labels,
                                                                     const Gauge& series) mutable {
        heading(name);
        append(page, name, "", labels, "", number(series.value.load(std::memory_order_relaxed)));
    });
    registry().histograms.each([&page, heading = Heading(page, "histogram")](const std::string& name,
                                                                             const std::string& labels,
                                                                             const Histogram& series) mutable {
        heading(name);
        append_histogram(page, name, labels, series);
    });
    return page;
}

} // namespace enstore::metrics

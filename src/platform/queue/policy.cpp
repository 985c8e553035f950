#include "platform/queue/policy.hpp"

#include "platform/core/text.hpp"

#include <algorithm>

namespace enstore::queue
{
namespace
{

constexpr std::size_t longest_reason = 500;

/// What the table can hold whatever a partner sent: one bad byte would make MySQL refuse the row, and with it the job's
/// end.
std::string storable(std::string_view why)
{
    std::string text(why.substr(0, longest_reason));
    if (is_clean_utf8(text)) return text;
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '\0'; }, '?');
    return text;
}

std::chrono::seconds wait_after(const Kind& kind, int attempt)
{
    if (kind.waits.empty()) return std::chrono::seconds{60};
    const auto index = static_cast<std::size_t>(std::max(attempt, 1) - 1);
    return kind.waits[std::min(index, kind.waits.size() - 1)];
}

} // namespace

Outcome done()
{
    return {.what = Outcome::What::done, .why = {}, .run_at = {}};
}
Outcome dropped(std::string why)
{
    return {.what = Outcome::What::dropped, .why = std::move(why), .run_at = {}};
}
Outcome retry(std::string why, std::optional<Timestamp> run_at)
{
    return {.what = Outcome::What::retry, .why = std::move(why), .run_at = run_at};
}
Outcome later(std::string why, Timestamp run_at)
{
    return {.what = Outcome::What::later, .why = std::move(why), .run_at = run_at};
}
Outcome failed(std::string why)
{
    return {.what = Outcome::What::failed, .why = std::move(why), .run_at = {}};
}

Settlement settlement(const Kind* kind, const Job& job, const Outcome& outcome, Timestamp now)
{
    Settlement result{.status = "done", .run_at = {}, .attempts = job.attempt, .why = storable(outcome.why)};
    switch (outcome.what) {
    case Outcome::What::done:
        break;
    case Outcome::What::dropped:
        result.status = "dropped";
        break;
    case Outcome::What::failed:
        result.status = "failed";
        break;
    case Outcome::What::later:
        result.status = "ready";
        result.run_at = outcome.run_at.value_or(now);
        result.attempts = std::max(job.attempt - 1, 0);
        break;
    case Outcome::What::retry:
        if (kind != nullptr && job.attempt >= kind->tries) {
            result.status = "failed";
            break;
        }
        result.status = "ready";
        result.run_at = outcome.run_at.value_or(
            now + (kind != nullptr ? wait_after(*kind, job.attempt) : std::chrono::seconds{60}));
        break;
    }
    return result;
}

std::chrono::seconds lease_of(const Kind& kind, std::chrono::seconds at_least)
{
    return std::max(at_least, kind.time_limit + std::chrono::seconds{30});
}

const Kind* find_kind(const Kinds& kinds, std::string_view name)
{
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.name == name; });
    return found == kinds.end() ? nullptr : &*found;
}

std::string_view word(Outcome::What what)
{
    switch (what) {
    case Outcome::What::done:
        return "done";
    case Outcome::What::dropped:
        return "dropped";
    case Outcome::What::retry:
        return "retry";
    case Outcome::What::later:
        return "later";
    case Outcome::What::failed:
        return "failed";
    }
    return "done";
}

} // namespace enstore::queue

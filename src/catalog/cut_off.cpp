#include "catalog/catalog.hpp"

#include "platform/core/text.hpp"

#include <chrono>

namespace enstore::catalog
{
namespace
{

/// Minutes after midnight of `hh:mm`, also unpadded as the supplier writes it (`0:0`, `4:1`).
std::optional<int> minute_of(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto hour = parse_int(trimmed(text.substr(0, colon)));
    const auto minute = parse_int(trimmed(text.substr(colon + 1)));
    if (!hour || !minute || *hour < 0 || *hour > 24 || *minute < 0 || *minute > 59) return std::nullopt;
    return static_cast<int>(*hour * 60 + *minute) % (24 * 60);
}

} // namespace

bool in_cut_off(std::string_view start, std::string_view end, Timestamp now, const BusinessZone& zone)
{
    const auto from = minute_of(start);
    const auto until = minute_of(end);
    if (!from || !until || *from == *until) return false;
    const int minute = zone.minute_of_day(now);
    // A window from 23:30 to 00:30 is closed late *or* early.
    return *from < *until ? minute >= *from && minute < *until : minute >= *from || minute < *until;
}

Timestamp cut_off_end(std::string_view, std::string_view end, Timestamp now, const BusinessZone& zone)
{
    const auto until = minute_of(end);
    if (!until) return now;
    const auto today = zone.start_of(zone.date(now)) + std::chrono::minutes(*until);
    return today > now ? today : today + std::chrono::hours(24); // none of Indonesia's zones has daylight saving
}

} // namespace enstore::catalog

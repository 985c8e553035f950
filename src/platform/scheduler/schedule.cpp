#include "platform/scheduler/scheduler.hpp"

#include <stdexcept>

namespace enstore::scheduler
{

Schedule Schedule::every_minutes(int minutes)
{
    if (minutes < 1 || minutes > 24 * 60) throw std::logic_error("a task runs every 1 to 1440 minutes");
    return {.minutes = minutes, .minute_of_day = 0};
}

Schedule Schedule::daily(int hour, int minute)
{
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) throw std::logic_error("a day has no such time");
    return {.minutes = 0, .minute_of_day = hour * 60 + minute};
}

Timestamp Schedule::last_due(Timestamp now, const BusinessZone& zone) const
{
    const Timestamp midnight = zone.start_of(zone.date(now));
    const int minute = zone.minute_of_day(now);
    if (minutes > 0) return midnight + std::chrono::minutes{minute - minute % minutes};
    const Timestamp today = midnight + std::chrono::minutes{minute_of_day};
    return minute >= minute_of_day ? today : today - std::chrono::hours{24};
}

} // namespace enstore::scheduler

#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

/// Time is an argument: `Clock::now()` is read at the edges (handler, job, tick) and handed down as a `Timestamp`.
namespace enstore
{

using Microseconds = std::chrono::microseconds;

/// A moment in UTC with microseconds.
struct Timestamp {
    std::int64_t us = 0; ///< microseconds since 1970-01-01T00:00:00Z

    friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
    friend constexpr Timestamp operator+(Timestamp t, Microseconds d) { return Timestamp{t.us + d.count()}; }
    friend constexpr Timestamp operator-(Timestamp t, Microseconds d) { return Timestamp{t.us - d.count()}; }
    friend constexpr Microseconds operator-(Timestamp a, Timestamp b) { return Microseconds{a.us - b.us}; }

    std::int64_t unix_seconds() const { return us / 1'000'000; }
};

/// `2026-02-20T03:15:42.000000Z`, as every answer sends it.
std::string wire_time(Timestamp t);
/// `2026-02-20 03:15:42.000000`, as both databases store it (sorts as text).
std::string stored_time(Timestamp t);
/// Reads either form, with or without fraction, `T` or space, `Z`, an offset such as `+07:00`, or none (UTC); a bare
/// date is midnight UTC. Nothing when it is not a real date and time.
std::optional<Timestamp> parse_time(std::string_view text);

/// A calendar date, without a zone.
struct Date {
    int year = 1970;
    int month = 1;
    int day = 1;
    friend constexpr auto operator<=>(const Date&, const Date&) = default;
};
std::optional<Date> parse_date(std::string_view text); ///< `YYYY-MM-DD`

/// The business time zone (domain 2): one of Indonesia's three, none of which has daylight saving.
class BusinessZone
{
public:
    constexpr BusinessZone() = default; ///< Asia/Jakarta (WIB, UTC+7)
    /// `Asia/Jakarta`, `Asia/Makassar` or `Asia/Jayapura`; nothing for another name.
    static std::optional<BusinessZone> named(std::string_view name);

    Date date(Timestamp t) const;
    int minute_of_day(Timestamp t) const;       ///< 0 to 1439
    Timestamp start_of(Date date) const;        ///< its local midnight, in UTC
    std::string date_digits(Timestamp t) const; ///< `YYYYMMDD`

private:
    constexpr explicit BusinessZone(int hours) : offset_us_(hours * 3'600'000'000LL) {}
    std::int64_t offset_us_ = 7 * 3'600'000'000LL;
};

class Clock
{
public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock
{
public:
    Timestamp now() const override;
};

/// A clock that only tests (and the sandbox) move.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(Timestamp start = Timestamp{1'771'556'400'000'000}) : now_(start) {} // 2026-02-20 10:00 WIB
    Timestamp now() const override
    {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    void advance(Microseconds by)
    {
        const std::lock_guard lock(mutex_);
        now_ = now_ + by;
    }
    void set(Timestamp to)
    {
        const std::lock_guard lock(mutex_);
        now_ = to;
    }

private:
    mutable std::mutex mutex_;
    Timestamp now_;
};

} // namespace enstore

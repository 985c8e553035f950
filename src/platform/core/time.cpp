#include "platform/core/time.hpp"

#include <array>
#include <cstdio>

namespace enstore
{
namespace
{

constexpr std::int64_t day_us = 86'400'000'000LL;

/// Days since 1970-01-01 of a proleptic Gregorian date; the standard calendar arithmetic of <chrono>.
std::int64_t days_of(Date d)
{
    using namespace std::chrono;
    return sys_days{year{d.year} / d.month / d.day}.time_since_epoch().count();
}

Date date_of_days(std::int64_t days)
{
    using namespace std::chrono;
    const year_month_day ymd{sys_days{std::chrono::days{days}}};
    return Date{static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
                static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

std::int64_t floor_div(std::int64_t a, std::int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

std::string printed(Timestamp t, char between, const char* end)
{
    const std::int64_t days = floor_div(t.us, day_us);
    const std::int64_t rest = t.us - days * day_us;
    const Date d = date_of_days(days);
    const auto seconds = static_cast<int>(rest / 1'000'000);
    std::array<char, 64> out{};
    const int length =
        std::snprintf(out.data(), out.size(), "%04d-%02d-%02d%c%02d:%02d:%02d.%06d%s", d.year, d.month, d.day, between,
                      seconds / 3600, seconds / 60 % 60, seconds % 60, static_cast<int>(rest % 1'000'000), end);
    return std::string(out.data(), static_cast<std::size_t>(length));
}

/// Reads exactly `count` digits from the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t count)
{
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char wanted)
{
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Date> take_date(std::string_view& text)
{
    const auto year = take_digits(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day ymd{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                          std::chrono::day{static_cast<unsigned>(*day)}};
    if (!ymd.ok()) return std::nullopt;
    return Date{*year, *month, *day};
}

/// `hh:mm[:ss[.fraction]]` in microseconds of the day.
std::optional<std::int64_t> take_time_of_day(std::string_view& text)
{
    const auto hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    std::int64_t us = (std::int64_t{*hour} * 60 + *minute) * 60'000'000;
    if (!take(text, ':')) return us;
    const auto second = take_digits(text, 2);
    if (!second || *second > 59) return std::nullopt;
    us += std::int64_t{*second} * 1'000'000;
    if (!take(text, '.')) return us;
    std::int64_t unit = 100'000;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        us += (text.front() - '0') * unit;
        unit /= 10;
        text.remove_prefix(1);
        ++digits;
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    return us;
}

/// Nothing, `Z`, `+07:00` or `+0700`: the offset in microseconds.
std::optional<std::int64_t> take_offset(std::string_view& text)
{
    if (text.empty() || text == "Z" || text == "z") {
        text = {};
        return 0;
    }
    const bool minus = text.front() == '-';
    if (!minus && text.front() != '+') return std::nullopt;
    text.remove_prefix(1);
    const auto hours = take_digits(text, 2);
    if (!hours || *hours > 14) return std::nullopt;
    take(text, ':');
    const auto minutes = take_digits(text, 2);
    if (!minutes || *minutes > 59 || !text.empty()) return std::nullopt;
    const std::int64_t us = (std::int64_t{*hours} * 60 + *minutes) * 60'000'000;
    return minus ? -us : us;
}

} // namespace

std::string wire_time(Timestamp t)
{
    return printed(t, 'T', "Z");
}

std::string stored_time(Timestamp t)
{
    return printed(t, ' ', "");
}

std::optional<Timestamp> parse_time(std::string_view text)
{
    const auto date = take_date(text);
    if (!date) return std::nullopt;
    std::int64_t us = days_of(*date) * day_us;
    if (text.empty()) return Timestamp{us};
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
    const auto time_of_day = take_time_of_day(text);
    if (!time_of_day) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset) return std::nullopt;
    us += *time_of_day - *offset;
    return Timestamp{us};
}

std::optional<Date> parse_date(std::string_view text)
{
    const auto date = take_date(text);
    return date && text.empty() ? date : std::nullopt;
}

std::optional<BusinessZone> BusinessZone::named(std::string_view name)
{
    if (name == "Asia/Jakarta") return BusinessZone{7};
    if (name == "Asia/Makassar") return BusinessZone{8};
    if (name == "Asia/Jayapura") return BusinessZone{9};
    return std::nullopt;
}

Date BusinessZone::date(Timestamp t) const
{
    return date_of_days(floor_div(t.us + offset_us_, day_us));
}

int BusinessZone::minute_of_day(Timestamp t) const
{
    const std::int64_t local = t.us + offset_us_;
    return static_cast<int>((local - floor_div(local, day_us) * day_us) / 60'000'000);
}

Timestamp BusinessZone::start_of(Date date) const
{
    return Timestamp{days_of(date) * day_us - offset_us_};
}

std::string BusinessZone::date_digits(Timestamp t) const
{
    const Date d = date(t);
    std::array<char, 32> out{};
    const int length = std::snprintf(out.data(), out.size(), "%04d%02d%02d", d.year, d.month, d.day);
    return std::string(out.data(), static_cast<std::size_t>(length));
}

Timestamp SystemClock::now() const
{
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return Timestamp{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

} // namespace enstore

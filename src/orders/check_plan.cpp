#include "orders/orders.hpp"

#include <array>

namespace enstore::orders
{

std::optional<Timestamp> next_check(Timestamp sent_at, Timestamp now)
{
    using std::chrono::hours;
    using std::chrono::minutes;
    constexpr std::array<minutes, 5> first = {minutes{1}, minutes{2}, minutes{5}, minutes{10}, minutes{15}};
    for (const auto after : first)
        if (sent_at + after > now) return sent_at + after;
    const Microseconds age = now - sent_at;
    const Microseconds step = age < hours{24} ? Microseconds{minutes{15}} : Microseconds{hours{1}};
    const Timestamp next = sent_at + step * (age / step + 1);
    // Digiflazz takes a ref_id older than 90 days for a new purchase; our own stop is at 80 (digiflazz.md 6, I7).
    if (next - sent_at >= hours{24 * 80}) return std::nullopt;
    return next;
}

} // namespace enstore::orders

#include "platform/core/text.hpp"
#include "platform/log/log.hpp"

namespace enstore::log
{

std::string masked(std::string_view phone_or_email)
{
    const std::string_view text = trimmed(phone_or_email);
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        // Of one letter nothing is shown: it would be the whole name.
        const std::string first = at >= 2 ? std::string(text.substr(0, 1)) : std::string{};
        return first + "***" + std::string(text.substr(at));
    }
    // Always four stars, so that not even the length is told.
    if (text.size() < 10) return "****";
    return std::string(text.substr(0, 4)) + "****" + std::string(text.substr(text.size() - 3));
}

std::string masked_code(std::string_view order_code)
{
    constexpr std::size_t shown = 4;
    const auto dash = order_code.rfind('-');
    const std::size_t start = dash == std::string_view::npos ? 0 : dash + 1;
    // The unguessable part must stay mostly unseen; a short one is not shown at all.
    const std::size_t tail = order_code.size() - start;
    const std::size_t kept = tail >= 3 * shown ? shown : tail >= 2 * shown ? 2 : 0;
    return std::string(order_code.substr(0, start + kept)) + "…";
}

} // namespace enstore::log

#include "platform/http/numbers.hpp"

#include "platform/core/text.hpp"

#include <algorithm>
#include <cmath>

namespace enstore::http
{
namespace
{

namespace json = boost::json;

bool only(std::string_view text, std::string_view allowed)
{
    return text.find_first_not_of(allowed) == std::string_view::npos;
}

/// JSON numbers only. `1e9` without quotes is the integer it says: JSON knows no difference.
std::optional<std::int64_t> json_number(const json::value& value)
{
    constexpr double exact = 9'007'199'254'740'992.0; // 2^53
    if (value.is_int64()) return value.get_int64();
    if (!value.is_double()) return std::nullopt; // an unsigned one is above any of ours
    const double number = value.get_double();
    if (!(std::fabs(number) < exact) || std::trunc(number) != number) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

std::string_view text_of(const json::value& value)
{
    return trimmed({value.get_string().data(), value.get_string().size()});
}

} // namespace

std::optional<std::string> plain_text(const json::value& value)
{
    if (value.is_string()) return std::string(value.get_string().data(), value.get_string().size());
    if (value.is_int64()) return std::to_string(value.get_int64());
    if (value.is_uint64()) return std::to_string(value.get_uint64());
    if (value.is_double()) return json::serialize(value);
    return std::nullopt;
}

std::optional<std::int64_t> whole_number(const json::value& value, bool signs)
{
    if (!value.is_string()) return json_number(value);
    const auto text = text_of(value);
    const bool minus = signs && text.size() > 1 && text.front() == '-';
    if (text.empty() || !only(text.substr(minus ? 1 : 0), "0123456789")) return std::nullopt;
    return parse_int(text);
}

std::optional<std::int64_t> rupiah_number(const json::value& value)
{
    if (!value.is_string()) {
        const auto number = json_number(value);
        return number && *number >= 0 ? number : std::nullopt;
    }
    const auto text = text_of(value);
    const auto dot = text.find('.');
    const auto whole = text.substr(0, dot);
    if (whole.empty() || whole.size() > 15 || !only(whole, "0123456789")) return std::nullopt;
    if (dot != std::string_view::npos && (dot + 1 == text.size() || !only(text.substr(dot + 1), "0")))
        return std::nullopt;
    return parse_int(whole);
}

} // namespace enstore::http

#include "suppliers/json_reading.hpp"

#include "platform/core/text.hpp"

#include <boost/json/parse.hpp>

#include <cmath>

namespace enstore::digiflazz
{
namespace
{

namespace json = boost::json;

/// Every whole number up to here is exact in a double; amounts end at a thousandth of it.
constexpr double largest_exact = 9e15;

std::optional<std::int64_t> whole(double number)
{
    if (!(std::fabs(number) <= largest_exact)) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

std::optional<std::int64_t> integer_in(std::string_view text)
{
    text = trimmed(text);
    if (const auto point = text.find('.'); point != std::string_view::npos) {
        const auto fraction = text.substr(point + 1);
        if (fraction.empty() || fraction.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
        text = text.substr(0, point);
    }
    return parse_int(text);
}

std::optional<std::int64_t> integer_of(const json::value& value)
{
    if (const auto* number = value.if_int64()) return *number;
    if (const auto* number = value.if_double())
        return std::trunc(*number) == *number ? whole(*number) : std::optional<std::int64_t>{};
    if (const auto* text = value.if_string()) return integer_in({text->data(), text->size()});
    return std::nullopt; // An unsigned number here is one that does not fit a signed one.
}

bool within(std::int64_t rupiah, Idr least)
{
    return rupiah >= least.rupiah() && rupiah <= max_amount.rupiah();
}

} // namespace

std::optional<json::object> parse_object(std::string_view text)
{
    boost::system::error_code failed;
    json::value document = json::parse({text.data(), text.size()}, failed);
    if (failed || !document.is_object()) return std::nullopt;
    return std::move(document.as_object());
}

std::optional<std::string> text_at(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains({name.data(), name.size()});
    if (value == nullptr) return std::nullopt;
    if (const auto* text = value->if_string()) return std::string(text->data(), text->size());
    if (const auto* number = value->if_int64()) return std::to_string(*number);
    if (const auto* number = value->if_uint64()) return std::to_string(*number);
    return std::nullopt;
}

std::optional<std::int64_t> integer_at(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains({name.data(), name.size()});
    return value != nullptr ? integer_of(*value) : std::nullopt;
}

std::optional<Idr> amount_at(const json::object& object, std::string_view name)
{
    const auto rupiah = integer_at(object, name);
    if (!rupiah || !within(*rupiah, Idr{})) return std::nullopt;
    return Idr{*rupiah};
}

std::optional<Idr> deposit_at(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains({name.data(), name.size()});
    if (value == nullptr) return std::nullopt;
    const auto* fractional = value->if_double();
    const auto rupiah = fractional != nullptr ? whole(std::floor(*fractional)) : integer_of(*value);
    if (!rupiah || !within(*rupiah, -max_amount)) return std::nullopt;
    return Idr{*rupiah};
}

std::optional<bool> flag_at(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains({name.data(), name.size()});
    if (value == nullptr) return std::nullopt;
    if (const auto* flag = value->if_bool()) return *flag;
    if (const auto* word = value->if_string()) {
        const std::string_view text(word->data(), word->size());
        if (text == "true" || text == "1") return true;
        if (text == "false" || text == "0") return false;
    }
    if (const auto* number = value->if_int64(); number != nullptr && (*number == 0 || *number == 1))
        return *number == 1;
    return std::nullopt;
}

std::string clean(std::string_view text, std::size_t longest)
{
    std::string kept;
    kept.reserve(text.size());
    for (const char symbol : text) {
        const auto byte = static_cast<unsigned char>(symbol);
        kept += byte < 0x20 || byte == 0x7F ? ' ' : symbol;
    }
    kept = trimmed(kept);
    // Cut between characters: a byte that continues a character is 10xxxxxx.
    std::size_t characters = 0;
    for (std::size_t at = 0; at < kept.size(); ++at) {
        if ((static_cast<unsigned char>(kept[at]) & 0xC0U) == 0x80U) continue;
        if (++characters > longest) {
            kept.resize(at);
            break;
        }
    }
    return std::string(trimmed(kept)); // The cut may have left a blank at the end.
}

} // namespace enstore::digiflazz

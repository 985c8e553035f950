#include "settings/settings.hpp"

#include "platform/core/text.hpp"

#include <array>

namespace enstore::settings
{
namespace
{

constexpr db::Query value_of_key{"settings.value", "SELECT value FROM settings WHERE {key} = ?"};

// The group is bound a second time instead of taken from the new row: as a reserved word it has no portable spelling
// there.
constexpr db::Query save_one{
    "settings.save",
    "INSERT INTO settings ({key}, value, type, {group}, is_public, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, "
    "?) "
    "{on_duplicate(key)} value = {new(value)}, type = {new(type)}, {group} = ?, is_public = {new(is_public)}, "
    "updated_at = {new(updated_at)}"};

/// Two decimals at most, and no more digits than a margin could sensibly have: `12.5`, `0`, `100.25`.
constexpr std::size_t whole_digits = 6;

std::string_view word(Type type)
{
    switch (type) {
    case Type::string:
        return "string";
    case Type::number:
        return "number";
    case Type::boolean:
        return "boolean";
    case Type::json:
        return "json";
    case Type::image:
        return "image";
    }
    return "string";
}

std::optional<std::string> or_null(const std::string& text)
{
    if (text.empty()) return std::nullopt;
    return text;
}

bool all_digits(std::string_view text)
{
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& words, std::string_view text)
{
    for (const auto candidate : words)
        if (equal_ignoring_case(candidate, text)) return true;
    return false;
}

} // namespace

std::optional<BasisPoints> parse_percent(std::string_view given)
{
    const auto text = trimmed(given);
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    auto fraction = point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1);
    if (whole.empty() || fraction.empty() || !all_digits(whole) || !all_digits(fraction)) return std::nullopt;
    // `5.500` is as exact as `5.5`; `5.125` is not a hundredth of a percent and is no margin.
    while (fraction.size() > 2 && fraction.back() == '0')
        fraction.remove_suffix(1);
    if (whole.size() > whole_digits || fraction.size() > 2) return std::nullopt;

    std::int64_t hundredths = 0;
    for (const char digit : std::string(whole) + std::string(fraction))
        hundredths = hundredths * 10 + (digit - '0');
    return BasisPoints{fraction.size() == 2 ? hundredths : hundredths * 10};
}

std::optional<std::string> text(db::Tx& tx, std::string_view key)
{
    const auto row = tx.one(value_of_key, key);
    return row ? row->maybe_text(0) : std::nullopt;
}

std::int64_t number(db::Tx& tx, std::string_view key, std::int64_t otherwise)
{
    const auto value = text(tx, key);
    return value ? parse_int(trimmed(*value)).value_or(otherwise) : otherwise;
}

bool flag(db::Tx& tx, std::string_view key, bool otherwise)
{
    static constexpr std::array<std::string_view, 4> yes{"1", "true", "yes", "on"};
    static constexpr std::array<std::string_view, 4> no{"0", "false", "no", "off"};
    const auto value = text(tx, key);
    if (!value) return otherwise;
    if (one_of(yes, trimmed(*value))) return true;
    if (one_of(no, trimmed(*value))) return false;
    return otherwise;
}

std::optional<BasisPoints> percent(db::Tx& tx, std::string_view key)
{
    const auto value = text(tx, key);
    return value ? parse_percent(*value) : std::nullopt;
}

void save(db::Tx& tx, const Setting& setting, Timestamp now)
{
    const auto group = or_null(setting.group);
    tx.execute(save_one, setting.key, or_null(setting.value), word(setting.type), group, setting.is_public, now, now,
               group);
}

} // namespace enstore::settings

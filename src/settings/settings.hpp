#pragma once

#include "platform/core/money.hpp"
#include "platform/db/db.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Switches and margins that the owner changes while the store runs (domain 18). Secrets are not settings.
namespace enstore::settings
{

/// The value under `key`; nothing when the key is missing or its value empty.
std::optional<std::string> text(db::Tx& tx, std::string_view key);
/// A whole number; `otherwise` when the key is missing or holds none.
std::int64_t number(db::Tx& tx, std::string_view key, std::int64_t otherwise);
/// `1`, `true`, `yes`, `on` or their opposites, in any case; `otherwise` when the key is missing or holds none.
bool flag(db::Tx& tx, std::string_view key, bool otherwise);
/// Reads a percentage of at most two decimals exactly, without floating point: `12.5` is 1250. Nothing when it is not
/// one, or negative.
std::optional<BasisPoints> parse_percent(std::string_view text);
/// The percentage under `key`; nothing when missing or not one.
std::optional<BasisPoints> percent(db::Tx& tx, std::string_view key);

enum class Type { string, number, boolean, json, image };
struct Setting {
    std::string key;
    std::string value;
    Type type = Type::string;
    std::string group = {};
    bool is_public = false;
};
/// Creates or replaces one. Its description, if it has one, stays.
void save(db::Tx& tx, const Setting& setting, Timestamp now);

} // namespace enstore::settings

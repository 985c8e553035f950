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

std::optional<std::string> text(db::Tx& tx, std::string_view key);
/// A whole number; `otherwise` when the key is missing or holds none.
std::int64_t number(db::Tx& tx, std::string_view key, std::int64_t otherwise);
bool flag(db::Tx& tx, std::string_view key, bool otherwise);
/// A percentage with at most two decimals (`12.5` is 1250); nothing when missing or not one.
std::optional<BasisPoints> percent(db::Tx& tx, std::string_view key);

enum class Type { string, number, boolean, json, image };
struct Setting {
    std::string key;
    std::string value;
    Type type = Type::string;
    std::string group = {};
    bool is_public = false;
};
/// Creates or replaces one.
void save(db::Tx& tx, const Setting& setting, Timestamp now);

} // namespace enstore::settings

#pragma once

#include "catalog/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The catalogue as JSON text, written once per snapshot. Text and not values: pages are put together by copying.
namespace enstore::catalog
{

enum class Tier { retail, reseller };
std::string_view name(Tier tier); ///< the contract's word, `role` in the answers

/// Puts an object together, key by key.
class ObjectText
{
public:
    ObjectText& text(std::string_view key, std::string_view value);
    ObjectText& maybe_text(std::string_view key, const std::optional<std::string>& value);
    ObjectText& number(std::string_view key, std::int64_t value);
    ObjectText& flag(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
    ObjectText& raw(std::string_view key, std::string_view json);
    /// The object without its closing bracket, so that keys can be added later.
    const std::string& open() const { return text_; }
    std::string closed() const { return text_ + '}'; }

private:
    std::string text_ = "{";
};

/// Joins `parts` into an array.
std::string array_text(const std::vector<std::string>& parts);

/// Absolute under `public_url`, or null: what is stored may be a path of ours or a full address.
std::optional<std::string> media_url(const std::optional<std::string>& stored, std::string_view public_url);

std::string category_json(const store::PublicCategory& category, std::string_view public_url);
/// The product without `items` and without its closing bracket. `items` decide the price range.
std::string product_head(const store::PublicProduct& product, const std::string& category,
                         const std::vector<store::PublicItem>& items, Tier tier, std::string_view public_url);
/// The array of items with the price of one tier; never another price, cost or profit (S21).
std::string items_json(const std::vector<store::PublicItem>& items, Tier tier);

} // namespace enstore::catalog

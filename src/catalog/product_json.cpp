#include "catalog/product_json.hpp"

#include "catalog/order_form.hpp"
#include "platform/core/text.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace enstore::catalog
{
namespace
{

std::string quoted(std::string_view text)
{
    return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

Idr price_of(const store::PublicItem& item, Tier tier)
{
    return tier == Tier::reseller ? item.reseller_price : item.retail_price;
}

std::string price_range(const std::vector<store::PublicItem>& items, Tier tier)
{
    if (items.empty()) return R"({"min":null,"max":null})";
    Idr least = price_of(items.front(), tier);
    Idr most = least;
    for (const auto& item : items) {
        least = std::min(least, price_of(item, tier));
        most = std::max(most, price_of(item, tier));
    }
    return ObjectText().number("min", least.rupiah()).number("max", most.rupiah()).closed();
}

std::string fields_json(const std::string& stored)
{
    std::vector<std::string> fields;
    for (const auto& field : read_fields(stored)) {
        ObjectText object;
        object.text("name", field.name).text("label", field.label).text("type", field.type);
        object.flag("required", field.required);
        if (!field.placeholder.empty()) object.text("placeholder", field.placeholder);
        if (field.type == "select") {
            std::vector<std::string> options;
            for (const auto& option : option_items(field.options))
                options.push_back(ObjectText().text("label", option.label).text("value", option.value).closed());
            object.text("options", field.options).raw("option_items", array_text(options));
        }
        fields.push_back(object.closed());
    }
    return array_text(fields);
}

/// A decimal as it is stored, without trailing zeros: `4.80` is sent as 4.8.
std::string decimal_text(std::string_view stored)
{
    const bool decimal = !stored.empty() && stored.front() != '.' &&
                         std::count(stored.begin(), stored.end(), '.') <= 1 &&
                         stored.find_first_not_of("0123456789.") == std::string_view::npos;
    if (!decimal) return "0";
    if (stored.find('.') == std::string_view::npos) return std::string(stored);
    while (stored.back() == '0')
        stored.remove_suffix(1);
    if (stored.back() == '.') stored.remove_suffix(1);
    return std::string(stored);
}

std::string time_or_null(const std::optional<Timestamp>& time)
{
    return time ? '"' + wire_time(*time) + '"' : "null";
}

/// An icon of a category may be an emoji: only what looks like a file or an address is made absolute.
std::optional<std::string> icon_text(const std::optional<std::string>& stored, std::string_view public_url)
{
    if (stored && stored->find_first_of("/.") == std::string::npos) return stored;
    return media_url(stored, public_url);
}

} // namespace

std::string_view name(Tier tier)
{
    return tier == Tier::reseller ? "reseller" : "retail";
}

ObjectText& ObjectText::raw(std::string_view key, std::string_view json)
{
    if (text_.size() > 1) text_ += ',';
    text_ += '"';
    text_ += key; // our own words, which need no escaping
    text_ += "\":";
    text_ += json;
    return *this;
}

ObjectText& ObjectText::text(std::string_view key, std::string_view value)
{
    return raw(key, quoted(value));
}

ObjectText& ObjectText::maybe_text(std::string_view key, const std::optional<std::string>& value)
{
    return value ? text(key, std::string_view(*value)) : raw(key, "null");
}

ObjectText& ObjectText::number(std::string_view key, std::int64_t value)
{
    return raw(key, std::to_string(value));
}

std::string array_text(const std::vector<std::string>& parts)
{
    return "[" + joined(parts, ",") + "]";
}

std::optional<std::string> media_url(const std::optional<std::string>& stored, std::string_view public_url)
{
    if (!stored || stored->empty()) return std::nullopt;
    const std::string_view text = *stored;
    if (text.substr(0, 7) == "http://" || text.substr(0, 8) == "https://") return *stored;
    const auto path = text.front() == '/' ? text.substr(1) : text;
    const std::string_view folder = path.substr(0, 8) == "storage/" ? "/" : "/storage/";
    return std::string(public_url).append(folder).append(path);
}

std::string category_json(const store::PublicCategory& category, std::string_view public_url)
{
    return ObjectText()
        .number("id", category.id)
        .text("name", category.name)
        .text("slug", category.slug)
        .text("type", category.type)
        .maybe_text("description", category.description)
        .maybe_text("icon", icon_text(category.icon, public_url))
        .maybe_text("image", media_url(category.image, public_url))
        .flag("is_active", true)
        .number("sort_order", category.sort_order)
        .raw("created_at", time_or_null(category.created_at))
        .raw("updated_at", time_or_null(category.updated_at))
        .closed();
}

std::string product_head(const store::PublicProduct& product, const std::string& category,
                         const std::vector<store::PublicItem>& items, Tier tier, std::string_view public_url)
{
    return ObjectText()
        .number("id", product.id)
        .number("category_id", product.category)
        .text("name", product.name)
        .text("slug", product.slug)
        .text("brand", product.brand)
        .maybe_text("publisher", product.publisher)
        .text("type", product.type)
        .text("payment_type", product.payment_type)
        .maybe_text("description", product.description)
        .maybe_text("image", media_url(product.image, public_url))
        .maybe_text("icon", media_url(product.icon, public_url))
        .raw("input_fields", fields_json(product.input_fields))
        .raw("rating", decimal_text(product.rating))
        .flag("is_active", true)
        .flag("is_featured", product.is_featured)
        .number("sort_order", product.sort_order)
        .raw("created_at", time_or_null(product.created_at))
        .raw("updated_at", time_or_null(product.updated_at))
        .raw("category", category)
        .raw("price_range", price_range(items, tier))
        .open();
}

std::string items_json(const std::vector<store::PublicItem>& items, Tier tier)
{
    std::vector<std::string> parts;
    parts.reserve(items.size());
    for (const auto& item : items) {
        const auto price = price_of(item, tier).rupiah();
        parts.push_back(
            ObjectText()
                .number("id", item.id)
                .number("product_id", item.product)
                .text("digiflazz_code", item.sku)
                .text("name", item.name)
                .maybe_text("group", item.group)
                .maybe_text("description", item.description)
                .number("price", price)
                .number("retail_price", price) // an older name of the same: the caller's price, whatever the tier
                .number("admin_fee", item.admin_fee.rupiah())
                .text("stock_status", "available")
                .flag("is_active", true)
                .number("total_sold", item.total_sold)
                .number("sort_order", item.sort_order)
                .raw("last_synced_at", time_or_null(item.last_synced_at))
                .raw("created_at", time_or_null(item.created_at))
                .raw("updated_at", time_or_null(item.updated_at))
                .closed());
    }
    return array_text(parts);
}

} // namespace enstore::catalog

#include "platform/core/text.hpp"
#include "suppliers/digiflazz.hpp"
#include "suppliers/json_reading.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <unordered_set>

namespace enstore::digiflazz
{
namespace
{

namespace json = boost::json;

constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_description = 10'000;

/// The supplier writes `0:0`, `4:1` and `23:45`; nothing for what is no time of day.
std::optional<std::string> time_of_day(std::string_view text)
{
    const auto parts = split(trimmed(text), ':');
    if (parts.size() < 2 || parts.size() > 3) return std::nullopt; // Seconds, if any, are not kept.
    const auto padded = [](std::string_view part, std::int64_t limit) -> std::optional<std::string> {
        const auto number = part.size() <= 2 ? parse_int(part) : std::nullopt;
        if (!number || *number < 0 || *number >= limit) return std::nullopt;
        return (*number < 10 ? "0" : "") + std::to_string(*number);
    };
    const auto hour = padded(parts[0], 24);
    const auto minute = padded(parts[1], 60);
    if (!hour || !minute) return std::nullopt;
    return *hour + ":" + *minute;
}

void read_cut_off(const json::object& row, Item& item)
{
    const auto start = time_of_day(text_at(row, "start_cut_off").value_or(""));
    const auto end = time_of_day(text_at(row, "end_cut_off").value_or(""));
    if (!start || !end || *start == *end) return; // Equal times are how the supplier says "never closed".
    item.cut_off_start = *start;
    item.cut_off_end = *end;
}

/// What both kinds of row have; false when the row has no key or no name.
bool read_common(const json::object& row, Item& item)
{
    item.sku = text_at(row, "buyer_sku_code").value_or("");
    // The SKU is what we order with: it is taken as it is, or not at all.
    if (item.sku.empty() || item.sku.size() > longest_name || clean(item.sku, longest_name) != item.sku) return false;
    item.product_name = clean(text_at(row, "product_name").value_or(""), longest_name);
    item.category = clean(text_at(row, "category").value_or(""), longest_name);
    item.brand = clean(text_at(row, "brand").value_or(""), longest_name);
    item.type = clean(text_at(row, "type").value_or(""), longest_name);
    item.seller_name = clean(text_at(row, "seller_name").value_or(""), longest_name);
    item.description = clean(text_at(row, "desc").value_or(""), longest_description);
    if (item.description == "-") item.description.clear();
    item.buyer_active = flag_at(row, "buyer_product_status").value_or(false);
    item.seller_active = flag_at(row, "seller_product_status").value_or(false);
    return !item.product_name.empty();
}

bool read_prepaid(const json::object& row, Item& item)
{
    const auto price = amount_at(row, "price");
    if (!price) return false;
    item.price = *price;
    // A price of 0 is how a row without a valid seller looks; it must not be sold whatever its switches say.
    if (*price == Idr{}) item.seller_active = false;
    // What is missing is read as the side on which nothing is sold that cannot be delivered.
    item.unlimited_stock = flag_at(row, "unlimited_stock").value_or(false);
    item.stock = std::max<std::int64_t>(integer_at(row, "stock").value_or(0), 0);
    item.multi = flag_at(row, "multi").value_or(false);
    read_cut_off(row, item);
    return true;
}

bool read_postpaid(const json::object& row, Item& item)
{
    const auto admin = amount_at(row, "admin");
    const auto commission = amount_at(row, "commission");
    if (!admin || !commission) return false;
    item.postpaid = true;
    item.admin = *admin;
    item.commission = *commission;
    return true;
}

std::optional<Item> read_item(const json::value& value, bool postpaid)
{
    const json::object* row = value.if_object();
    Item item;
    if (row == nullptr || !read_common(*row, item)) return std::nullopt;
    if (!(postpaid ? read_postpaid(*row, item) : read_prepaid(*row, item))) return std::nullopt;
    return item;
}

} // namespace

Result<PriceList> read_price_list(std::string_view body, bool postpaid)
{
    const auto document = parse_object(body);
    if (!document) return refuse(price_list_unavailable, "the price list is no JSON object");
    const json::value* data = document->if_contains("data");
    if (data == nullptr) return refuse(price_list_unavailable, "the price list has no data");
    if (const json::object* refusal = data->if_object()) {
        const auto rc = clean(text_at(*refusal, "rc").value_or(""), 10);
        if (rc == "83") return refuse(price_list_too_often, "rc 83");
        return refuse(price_list_unavailable, "rc " + rc);
    }
    const json::array* rows = data->if_array();
    if (rows == nullptr) return refuse(price_list_unavailable, "the price list's data is no list");

    PriceList list;
    list.items.reserve(rows->size());
    std::unordered_set<std::string> seen;
    for (const json::value& row : *rows) {
        auto item = read_item(row, postpaid);
        // A SKU names one item; a second row under it is a mistake of the supplier.
        if (item && seen.insert(item->sku).second)
            list.items.push_back(std::move(*item));
        else
            ++list.skipped;
    }
    return list;
}

} // namespace enstore::digiflazz

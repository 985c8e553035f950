#pragma once

#include "platform/core/money.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace enstore::sandbox
{

namespace json = boost::json;

/// A daily closed window in minutes of the local day; equal ends mean that there is none.
struct Window {
    int start = 0;
    int end = 0;
};

/// Reads `h:m` leniently; empty or unreadable is 0.
int minute_of(std::string_view text);
/// Start inclusive, end exclusive; a start after the end crosses midnight.
bool inside(Window window, int minute_of_day);

struct PrepaidItem {
    std::string sku;
    std::string category;
    Idr price;
    bool buyer_on = true;
    bool seller_on = true;
    bool unlimited = true;
    bool multi = true;
    std::int64_t stock = 0;
    Window closed;
    json::object row; ///< as the price list shows it
};

struct PostpaidItem {
    std::string sku;
    std::string brand;
    Idr admin;
    Idr commission;
    bool buyer_on = true;
    bool seller_on = true;
    json::object row;
};

/// The supplier's price list in memory. Immutable once shared; a changed item makes a new one.
class Catalogue
{
public:
    /// Throws when the text is not a price list.
    static Catalogue parse(std::string_view text);

    const PrepaidItem* prepaid(std::string_view sku) const;
    const PostpaidItem* postpaid(std::string_view sku) const;
    const std::vector<PrepaidItem>& all_prepaid() const { return prepaid_; }
    const std::vector<PostpaidItem>& all_postpaid() const { return postpaid_; }

    /// Overwrites fields of one row. False when there is no such SKU.
    bool change(std::string_view sku, const json::object& fields);

private:
    std::vector<PrepaidItem> prepaid_;
    std::vector<PostpaidItem> postpaid_;
    std::unordered_map<std::string, std::size_t> prepaid_by_sku_;
    std::unordered_map<std::string, std::size_t> postpaid_by_sku_;
};

} // namespace enstore::sandbox

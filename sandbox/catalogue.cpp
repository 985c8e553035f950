#include "sandbox/catalogue.hpp"

#include "platform/core/text.hpp"

namespace enstore::sandbox
{
namespace
{

std::string text_in(const json::object& row, std::string_view name)
{
    return json::value_to<std::string>(row.at(name));
}

PrepaidItem prepaid_item(json::object row)
{
    PrepaidItem item;
    item.sku = text_in(row, "buyer_sku_code");
    item.category = text_in(row, "category");
    item.price = Idr{row.at("price").to_number<std::int64_t>()};
    item.buyer_on = row.at("buyer_product_status").as_bool();
    item.seller_on = row.at("seller_product_status").as_bool();
    item.unlimited = row.at("unlimited_stock").as_bool();
    item.multi = row.at("multi").as_bool();
    item.stock = row.at("stock").to_number<std::int64_t>();
    item.closed = {minute_of(text_in(row, "start_cut_off")), minute_of(text_in(row, "end_cut_off"))};
    item.row = std::move(row);
    return item;
}

PostpaidItem postpaid_item(json::object row)
{
    PostpaidItem item;
    item.sku = text_in(row, "buyer_sku_code");
    item.brand = text_in(row, "brand");
    item.admin = Idr{row.at("admin").to_number<std::int64_t>()};
    item.commission = Idr{row.at("commission").to_number<std::int64_t>()};
    item.buyer_on = row.at("buyer_product_status").as_bool();
    item.seller_on = row.at("seller_product_status").as_bool();
    item.row = std::move(row);
    return item;
}

json::object overwritten(json::object row, const json::object& fields)
{
    for (const auto& field : fields)
        if (row.contains(field.key())) row[field.key()] = field.value();
    return row;
}

} // namespace

int minute_of(std::string_view text)
{
    const auto parts = split(text, ':');
    if (parts.size() != 2) return 0;
    const auto hour = parse_int(parts[0]);
    const auto minute = parse_int(parts[1]);
    if (!hour || !minute || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59) return 0;
    return static_cast<int>(*hour * 60 + *minute);
}

bool inside(Window window, int minute_of_day)
{
    if (window.start == window.end) return false;
    if (window.start < window.end) return minute_of_day >= window.start && minute_of_day < window.end;
    return minute_of_day >= window.start || minute_of_day < window.end;
}

Catalogue Catalogue::parse(std::string_view text)
{
    const auto parsed = json::parse(text);
    Catalogue catalogue;
    for (const auto& row : parsed.at("prepaid").as_array()) {
        catalogue.prepaid_.push_back(prepaid_item(row.as_object()));
        catalogue.prepaid_by_sku_.emplace(catalogue.prepaid_.back().sku, catalogue.prepaid_.size() - 1);
    }
    for (const auto& row : parsed.at("pasca").as_array()) {
        catalogue.postpaid_.push_back(postpaid_item(row.as_object()));
        catalogue.postpaid_by_sku_.emplace(catalogue.postpaid_.back().sku, catalogue.postpaid_.size() - 1);
    }
    return catalogue;
}

const PrepaidItem* Catalogue::prepaid(std::string_view sku) const
{
    const auto found = prepaid_by_sku_.find(std::string(sku));
    return found == prepaid_by_sku_.end() ? nullptr : &prepaid_[found->second];
}

const PostpaidItem* Catalogue::postpaid(std::string_view sku) const
{
    const auto found = postpaid_by_sku_.find(std::string(sku));
    return found == postpaid_by_sku_.end() ? nullptr : &postpaid_[found->second];
}

bool Catalogue::change(std::string_view sku, const json::object& fields)
{
    json::object kept = fields;
    kept.erase("buyer_sku_code"); // the SKU is what everything else hangs on
    const std::string key(sku);
    if (const auto found = prepaid_by_sku_.find(key); found != prepaid_by_sku_.end()) {
        auto& item = prepaid_[found->second];
        item = prepaid_item(overwritten(item.row, kept));
        return true;
    }
    if (const auto found = postpaid_by_sku_.find(key); found != postpaid_by_sku_.end()) {
        auto& item = postpaid_[found->second];
        item = postpaid_item(overwritten(item.row, kept));
        return true;
    }
    return false;
}

} // namespace enstore::sandbox

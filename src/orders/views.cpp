#include "orders/views.hpp"

namespace enstore::orders::views
{
namespace
{

using http::wire;

constexpr db::Query item_of{
    "orders.item_summary",
    "SELECT i.id, i.name, i.is_active, p.id, p.name, p.slug, p.brand, p.image, p.icon, p.type, p.input_fields "
    "FROM product_items i JOIN products p ON p.id = i.product_id WHERE i.id = ?"};
constexpr db::Query timeline{
    "orders.timeline",
    "SELECT id, transaction_id, status_from, status_to, action, message, created_by, created_at, updated_at "
    "FROM transaction_logs WHERE transaction_id = ? AND action <> 'attention' ORDER BY id"};

json::value parsed(const std::string& text, const json::value& otherwise)
{
    boost::system::error_code problem;
    auto value = json::parse(text, problem);
    return problem ? otherwise : value;
}

/// A sentence of ours about the delivery; the supplier's own text stays with the store.
json::value note_of(const Order& order)
{
    switch (order.status) {
    case Status::success:
        return "Transaksi berhasil";
    case Status::refunded:
    case Status::failed:
        return order.failed_reason ? json::value(*order.failed_reason) : json::value("Transaksi gagal");
    case Status::processing:
        return "Pesanan sedang diproses";
    case Status::pending:
        return nullptr;
    }
    return nullptr;
}

json::object item_summary(const db::Row& row)
{
    return {{"id", row.integer(0)},
            {"name", row.text(1)},
            {"is_active", row.boolean(2)},
            {"product", json::object{{"id", row.integer(3)},
                                     {"name", row.text(4)},
                                     {"slug", row.text(5)},
                                     {"brand", row.text(6)},
                                     {"image", wire(row.maybe_text(7))},
                                     {"icon", wire(row.maybe_text(8))},
                                     {"type", row.text(9)}}}};
}

/// `product - item` was stored with the order; a deleted item leaves these two parts.
json::object product_of(db::Tx& tx, const Order& order)
{
    const auto dash = order.product_name.find(" - ");
    json::object out{{"name", order.product_name.substr(0, dash)},
                     {"item", dash == std::string::npos ? std::string() : order.product_name.substr(dash + 3)},
                     {"image", nullptr},
                     {"slug", ""},
                     {"brand", ""},
                     {"input_fields", json::array{}},
                     {"customer_data", parsed(order.customer_data, json::object{})}};
    const auto row = order.item ? tx.one(item_of, *order.item) : std::nullopt;
    if (!row) return out;
    out["name"] = row->text(4);
    out["item"] = row->text(1);
    out["image"] = wire(row->maybe_text(7));
    out["slug"] = row->text(5);
    out["brand"] = row->text(6);
    out["input_fields"] = parsed(row->text(10), json::array{});
    return out;
}

json::object log_line(const db::Row& row)
{
    json::object out{{"id", row.integer(0)},
                     {"transaction_id", row.integer(1)},
                     {"status_from", wire(row.maybe_text(2))},
                     {"status_to", wire(row.maybe_text(3))},
                     {"action", row.text(4)},
                     {"description", row.text(5)},
                     {"message", row.text(5)},
                     {"created_by", nullptr},
                     {"created_at", wire(row.time(7))},
                     {"updated_at", wire(row.time(8))}};
    return out;
}

} // namespace

json::object transaction(const Order& order)
{
    const json::value note = note_of(order);
    return {{"id", wire(order.id)},
            {"transaction_code", order.code},
            {"user_id", wire(order.user)},
            {"product_item_id", wire(order.item)},
            {"voucher_id", nullptr},
            {"customer_type", order.reseller ? "reseller" : "retail"},
            {"payment_method_type", order.payment_method_type},
            {"transaction_type", order.transaction_type},
            {"prepaid_postpaid_type", order.prepaid_postpaid_type},
            {"inquiry_ref", nullptr},
            {"bill_data", nullptr},
            {"product_name", order.product_name},
            {"product_code", order.sku},
            {"product_price", wire(order.product_price)},
            {"discount_amount", wire(order.discount)},
            {"admin_fee", wire(order.admin_fee)},
            {"total_price", wire(order.total)},
            {"customer_data", parsed(order.customer_data, json::object{})},
            {"customer_note", nullptr},
            {"payment_method", order.payment_method},
            {"payment_status", order.payment_status},
            {"status", name(order.status)},
            {"failed_reason", wire(order.failed_reason)},
            {"sn", wire(order.serial_number)},
            {"note", note},
            {"digiflazz_serial_number", wire(order.serial_number)},
            {"digiflazz_message", note},
            {"paid_at", wire(order.paid_at)},
            {"processed_at", wire(order.processed_at)},
            {"completed_at", wire(order.completed_at)},
            {"failed_at", wire(order.failed_at)},
            {"refunded_at", wire(order.refunded_at)},
            {"expired_at", wire(order.expired_at)},
            {"created_at", wire(order.created_at)},
            {"updated_at", wire(order.updated_at)}};
}

json::object list_item(db::Tx& tx, const Order& order)
{
    json::object out = transaction(order);
    const auto row = order.item ? tx.one(item_of, *order.item) : std::nullopt;
    out["product_item"] = row ? json::value(item_summary(*row)) : json::value(nullptr);
    out["payment"] = nullptr;
    return out;
}

json::object detail(db::Tx& tx, const Order& order, http::Language)
{
    json::object out = list_item(tx, order);
    out["product"] = product_of(tx, order);
    json::array logs;
    for (const auto& row : tx.all(timeline, order.id))
        logs.push_back(log_line(row));
    out["logs"] = std::move(logs);
    return out;
}

json::object public_status(db::Tx& tx, const Order& order)
{
    const bool refunded = order.status == Status::refunded;
    return {{"transaction_code", order.code},
            {"status", name(order.status)},
            {"payment_status", order.payment_status},
            {"product_name", order.product_name},
            {"total_price", wire(order.total)},
            {"created_at", wire(order.created_at)},
            {"product", product_of(tx, order)},
            {"pricing", json::object{{"product", wire(order.product_price)},
                                     {"admin", wire(order.admin_fee)},
                                     {"discount", wire(order.discount)},
                                     {"total", wire(order.total)}}},
            {"payment", json::object{{"payment_method", order.payment_method},
                                     {"checkout_url", nullptr},
                                     {"qr_url", nullptr},
                                     {"payment_code", nullptr},
                                     {"expired_at", wire(order.expired_at)},
                                     {"instructions", json::array{}}}},
            {"refund", json::object{{"is_refunded", refunded},
                                    {"refunded_at", wire(order.refunded_at)},
                                    {"refund_amount", refunded ? wire(order.total) : json::value(nullptr)},
                                    {"refund_method", wire(order.refund_method)}}},
            {"sn", wire(order.serial_number)},
            {"note", note_of(order)}};
}

} // namespace enstore::orders::views

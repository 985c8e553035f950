#include "orders/store.hpp"

// The columns of an `Order`, in the order `order_of` reads them. SQL stays a literal, so this is a macro and no
// function.
#define ORDER_COLUMNS                                                                                                  \
    "id, transaction_code, user_id, product_item_id, customer_type, payment_method_type, transaction_type, "           \
    "prepaid_postpaid_type, product_name, product_code, product_price, discount_amount, admin_fee, total_price, "      \
    "base_price, customer_data, customer_no, payment_method, payment_status, status, failed_reason, "                  \
    "digiflazz_serial_number, refund_method, needs_attention, request_id, paid_at, processed_at, completed_at, "       \
    "failed_at, refunded_at, expired_at, created_at, updated_at"

namespace enstore::orders::store
{
namespace
{

constexpr db::Query new_order{"orders.insert", "INSERT INTO transactions (transaction_code, user_id, product_item_id, "
                                               "customer_type, payment_method_type, transaction_type, "
                                               "prepaid_postpaid_type, product_name, product_code, product_price, "
                                               "discount_amount, admin_fee, total_price, base_price, "
                                               "customer_data, customer_no, payment_method, payment_status, status, "
                                               "request_id, paid_at, processed_at, created_at, updated_at) "
                                               "VALUES (?, ?, ?, ?, 'balance', 'purchase', 'prepaid', ?, ?, ?, 0, 0, "
                                               "?, ?, ?, ?, 'balance', 'paid', 'processing', ?, ?, ?, ?, ?)"};
constexpr db::Query by_id{"orders.by_id", "SELECT " ORDER_COLUMNS " FROM transactions WHERE id = ?"};
constexpr db::Query by_id_locked{"orders.lock", "SELECT " ORDER_COLUMNS " FROM transactions WHERE id = ?{for_update}"};
constexpr db::Query by_code{"orders.by_code", "SELECT " ORDER_COLUMNS " FROM transactions WHERE transaction_code = ?"};
constexpr db::Query own_by_code{"orders.own", "SELECT " ORDER_COLUMNS
                                              " FROM transactions WHERE transaction_code = ? AND user_id = ?"};

constexpr db::Query move_status{"orders.move",
                                "UPDATE transactions SET status = ?, updated_at = ? WHERE id = ? AND status = ?"};
constexpr db::Query mark_failed{
    "orders.failed", "UPDATE transactions SET failed_reason = ?, failed_at = ?, updated_at = ? WHERE id = ?"};
constexpr db::Query mark_refunded{
    "orders.refunded", "UPDATE transactions SET refund_method = ?, refunded_at = ?, updated_at = ? WHERE id = ? "
                       "AND refunded_at IS NULL"};
constexpr db::Query mark_delivered{"orders.delivered",
                                   "UPDATE transactions SET digiflazz_serial_number = ?, supplier_cost = ?, "
                                   "completed_at = ?, needs_attention = 0, updated_at = ? "
                                   "WHERE id = ?"};
constexpr db::Query supplier_fields{
    "orders.supplier_fields",
    "UPDATE transactions SET digiflazz_status = ?, digiflazz_rc = ?, digiflazz_message = ?, updated_at = ? "
    "WHERE id = ?"};
constexpr db::Query mark_attention{"orders.attention",
                                   "UPDATE transactions SET needs_attention = ?, updated_at = ? WHERE id = ?"};
constexpr db::Query new_log{
    "orders.log",
    "INSERT INTO transaction_logs (transaction_id, status_from, status_to, action, message, created_by, created_at, "
    "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};

Order order_of(const db::Row& row)
{
    Order order;
    order.id = row.id<OrderId>(0);
    order.code = row.text(1);
    order.user = row.maybe_id<UserId>(2);
    order.item = row.maybe_id<ItemId>(3);
    order.reseller = row.text(4) == "reseller";
    order.payment_method_type = row.text(5);
    order.transaction_type = row.text(6);
    order.prepaid_postpaid_type = row.text(7);
    order.product_name = row.text(8);
    order.sku = row.text(9);
    order.product_price = row.idr(10);
    order.discount = row.idr(11);
    order.admin_fee = row.idr(12);
    order.total = row.idr(13);
    order.base_price = row.maybe_idr(14).value_or(0_idr);
    order.customer_data = row.text(15);
    order.customer_no = row.maybe_text(16);
    order.payment_method = row.text(17);
    order.payment_status = row.text(18);
    order.status = status_named(row.text(19));
    order.failed_reason = row.maybe_text(20);
    order.serial_number = row.maybe_text(21);
    order.refund_method = row.maybe_text(22);
    order.needs_attention = row.boolean(23);
    order.request_id = row.maybe_text(24);
    order.paid_at = row.maybe_time(25);
    order.processed_at = row.maybe_time(26);
    order.completed_at = row.maybe_time(27);
    order.failed_at = row.maybe_time(28);
    order.refunded_at = row.maybe_time(29);
    order.expired_at = row.maybe_time(30);
    order.created_at = row.time(31);
    order.updated_at = row.time(32);
    return order;
}

std::optional<Order> order_of(const std::optional<db::Row>& row)
{
    if (!row) return std::nullopt;
    return order_of(*row);
}

std::optional<std::string> word(std::optional<Status> status)
{
    if (!status) return std::nullopt;
    return std::string(name(*status));
}

std::optional<std::string> none_if_empty(const std::string& text)
{
    if (text.empty()) return std::nullopt;
    return text;
}

} // namespace

OrderId insert_order(db::Tx& tx, const NewOrder& order, Timestamp now)
{
    const auto& [wanted, item, customer_no, customer_data, price] = order;
    return OrderId{tx.insert(new_order, wanted.code, wanted.buyer, item.id, wanted.reseller ? "reseller" : "retail",
                             item.product_name + " - " + item.item_name, item.sku, price, price, item.base_price,
                             customer_data, customer_no, wanted.request_id, now, now, now, now)};
}

std::optional<Order> find(db::Tx& tx, OrderId order)
{
    return order_of(tx.one(by_id, order));
}
std::optional<Order> lock(db::Tx& tx, OrderId order)
{
    return order_of(tx.one(by_id_locked, order));
}
std::optional<Order> find_by_code(db::Tx& tx, std::string_view code)
{
    return order_of(tx.one(by_code, code));
}
std::optional<Order> find_own(db::Tx& tx, std::string_view code, UserId user)
{
    return order_of(tx.one(own_by_code, code, user));
}

bool move(db::Tx& tx, const Order& order, Status from, Status to, Timestamp now)
{
    if (!is_edge(from, to)) throw std::logic_error("no such edge");
    return tx.execute(move_status, name(to), now, order.id, name(from)) == 1;
}

void set_failed(db::Tx& tx, OrderId order, std::string_view reason, Timestamp now)
{
    tx.execute(mark_failed, reason, now, now, order);
}

void set_refunded(db::Tx& tx, OrderId order, std::string_view method, Timestamp now)
{
    if (tx.execute(mark_refunded, method, now, now, order) != 1) throw std::logic_error("an order was refunded twice");
}

void set_delivered(db::Tx& tx, OrderId order, const digiflazz::Answer& answer, Idr cost, Timestamp now)
{
    tx.execute(mark_delivered, none_if_empty(answer.sn), cost, now, now, order);
}

void set_supplier_fields(db::Tx& tx, OrderId order, const digiflazz::Answer& answer, Timestamp now)
{
    tx.execute(supplier_fields, answer.status, answer.rc, answer.message, now, order);
}

void set_attention(db::Tx& tx, OrderId order, bool wanted, Timestamp now)
{
    tx.execute(mark_attention, wanted, now, order);
}

void log(db::Tx& tx, OrderId order, const LogLine& line, Timestamp now)
{
    tx.execute(new_log, order, word(line.from), word(line.to), line.action, line.message, line.admin, now, now);
}

} // namespace enstore::orders::store

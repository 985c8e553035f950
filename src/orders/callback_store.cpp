#include "orders/store.hpp"

namespace enstore::orders::store
{
namespace
{

constexpr db::Query new_callback{
    "callbacks.insert",
    "INSERT INTO payment_callbacks (source, dedupe_key, event, body, signature, ip_address, is_valid, processed, "
    "error, created_at, updated_at) VALUES ('supplier', ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)"};
constexpr db::Query by_key{"callbacks.by_key",
                           "SELECT id, body, signature, processed FROM payment_callbacks WHERE dedupe_key = ?"};
constexpr db::Query locked{"callbacks.lock",
                           "SELECT id, body, signature, processed FROM payment_callbacks WHERE id = ?{for_update}"};
constexpr db::Query finish{
    "callbacks.finish",
    "UPDATE payment_callbacks SET processed = 1, transaction_id = ?, error = ?, updated_at = ? WHERE id = ? "
    "AND processed = 0"};
constexpr db::Query bad_since{
    "callbacks.bad_since",
    "SELECT COUNT(*) FROM payment_callbacks WHERE processed = 0 AND is_valid = 0 AND created_at >= ?"};
constexpr db::Query open{
    "callbacks.open",
    "SELECT id FROM payment_callbacks WHERE processed = 0 AND is_valid = 1 AND source = 'supplier' AND created_at <= ? "
    "ORDER BY id LIMIT 500"};
constexpr db::Query long_processing{
    "orders.long_processing",
    "SELECT t.id, (SELECT COUNT(*) FROM supplier_attempts a WHERE a.transaction_id = t.id) FROM transactions t "
    "JOIN product_items i ON i.id = t.product_item_id JOIN products p ON p.id = i.product_id "
    "WHERE t.status = 'processing' AND t.transaction_type = 'purchase' AND t.prepaid_postpaid_type = 'prepaid' "
    "AND p.provider = 'digiflazz' AND t.updated_at <= ? ORDER BY t.id"};

std::optional<Callback> callback_of(const std::optional<db::Row>& row)
{
    if (!row) return std::nullopt;
    return Callback{.id = row->integer(0),
                    .body = row->text(1),
                    .signature = row->maybe_text(2).value_or(""),
                    .processed = row->boolean(3)};
}

} // namespace

std::int64_t insert_callback(db::Tx& tx, const NewCallback& callback, Timestamp now)
{
    std::optional<std::string> error;
    if (!callback.error.empty()) error = callback.error;
    return tx.insert(new_callback, callback.dedupe_key, callback.event, callback.body, callback.signature, callback.ip,
                     callback.valid, error, now, now);
}

std::optional<Callback> callback_by_key(db::Tx& tx, std::string_view dedupe_key)
{
    return callback_of(tx.one(by_key, dedupe_key));
}
std::optional<Callback> lock_callback(db::Tx& tx, std::int64_t id)
{
    return callback_of(tx.one(locked, id));
}

void finish_callback(db::Tx& tx, std::int64_t id, std::optional<OrderId> order, std::string_view error, Timestamp now)
{
    std::optional<std::string> reason;
    if (!error.empty()) reason = std::string(error);
    tx.execute(finish, order, reason, now, id);
}

std::int64_t bad_callbacks_since(db::Tx& tx, Timestamp since)
{
    return tx.number(bad_since, since);
}

std::vector<std::int64_t> open_callbacks(db::Tx& tx, Timestamp before)
{
    std::vector<std::int64_t> ids;
    for (const auto& row : tx.all(open, before))
        ids.push_back(row.integer(0));
    return ids;
}

std::vector<std::pair<OrderId, bool>> long_processing_orders(db::Tx& tx, Timestamp before)
{
    std::vector<std::pair<OrderId, bool>> orders;
    for (const auto& row : tx.all(long_processing, before))
        orders.emplace_back(row.id<OrderId>(0), row.integer(1) > 0);
    return orders;
}

} // namespace enstore::orders::store

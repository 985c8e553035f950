#pragma once

#include "orders/orders.hpp"

/// The order room's SQL, and nowhere else's.
namespace enstore::orders::store
{

struct NewOrder {
    const PlaceOrder& wanted;
    const catalog::SellableItem& item;
    std::string customer_no;
    std::string customer_data; ///< JSON text
    Idr price;
};
OrderId insert_order(db::Tx& tx, const NewOrder& order, Timestamp now);

std::optional<Order> find(db::Tx& tx, OrderId order);
/// Reads the order and locks its row until the transaction ends. The first lock of every change of an order.
std::optional<Order> lock(db::Tx& tx, OrderId order);
std::optional<Order> find_by_code(db::Tx& tx, std::string_view code);
std::optional<Order> find_own(db::Tx& tx, std::string_view code, UserId user);

/// Compare-and-set along an edge of domain 7.2; false when the status is no longer `from`.
bool move(db::Tx& tx, const Order& order, Status from, Status to, Timestamp now);
void set_failed(db::Tx& tx, OrderId order, std::string_view reason, Timestamp now);
void set_refunded(db::Tx& tx, OrderId order, std::string_view method, Timestamp now);
void set_delivered(db::Tx& tx, OrderId order, const digiflazz::Answer& answer, Idr cost, Timestamp now);
void set_supplier_fields(db::Tx& tx, OrderId order, const digiflazz::Answer& answer, Timestamp now);
void set_attention(db::Tx& tx, OrderId order, bool wanted, Timestamp now);

struct LogLine {
    std::optional<Status> from;
    std::optional<Status> to;
    std::string_view action;
    std::string message;
    std::optional<UserId> admin = {};
};
void log(db::Tx& tx, OrderId order, const LogLine& line, Timestamp now);

// ── attempts ───────────────────────────────────────────────────────────────────────────────────────────────────────

struct Attempt {
    AttemptId id;
    OrderId order;
    std::int64_t number = 1;
    std::string ref_id;
    std::string sku;
    std::string customer_no;
    Idr max_price;
    std::string state;
    std::optional<std::string> rc;
    std::optional<Timestamp> sent_at, asked_at, asking_until, failing_since, held_since;
    std::optional<Idr> price;

    bool final() const { return state == "ok" || state == "failed"; }
};
AttemptId insert_attempt(db::Tx& tx, const Attempt& attempt, Timestamp now);
std::optional<Attempt> last_attempt(db::Tx& tx, OrderId order);
std::optional<Attempt> attempt_by_ref(db::Tx& tx, std::string_view ref_id);
/// Takes the right to ask once: false when another call runs or the last one began less than 60 s ago.
bool claim_asking(db::Tx& tx, AttemptId attempt, Timestamp now);
/// Gives the right back after a call of which no byte left.
void unsent(db::Tx& tx, const Attempt& attempt, Timestamp now);
void end_asking(db::Tx& tx, AttemptId attempt, Timestamp now);
void settle_attempt(db::Tx& tx, AttemptId attempt, std::string_view state, const digiflazz::Answer& answer,
                    Timestamp now);
void set_failing_since(db::Tx& tx, AttemptId attempt, std::optional<Timestamp> since);
void set_held_since(db::Tx& tx, AttemptId attempt, std::optional<Timestamp> since);
void set_next_check(db::Tx& tx, AttemptId attempt, std::optional<Timestamp> at);

// ── pauses, repeats, callbacks ─────────────────────────────────────────────────────────────────────────────────────

bool is_paused(db::Tx& tx);
void pause_sales(db::Tx& tx, std::string_view rc, Timestamp now);
/// True when sales had been paused.
bool resume_sales(db::Tx& tx);

/// Throws `db::UniqueViolation` when the number has an order of this SKU today.
void guard_repeat(db::Tx& tx, const Order& order, std::string_view day, Timestamp now);
void release_repeat(db::Tx& tx, OrderId order);

struct Callback {
    std::int64_t id = 0;
    std::string body;
    std::string signature;
    bool processed = false;
};
struct NewCallback {
    std::string dedupe_key;
    std::string event;
    std::string body;
    std::string signature;
    std::string ip;
    bool valid = true;
    std::string error; ///< why it will not be processed; only with `valid` false
};
std::int64_t insert_callback(db::Tx& tx, const NewCallback& callback, Timestamp now);
std::optional<Callback> callback_by_key(db::Tx& tx, std::string_view dedupe_key);
std::optional<Callback> lock_callback(db::Tx& tx, std::int64_t id);
void finish_callback(db::Tx& tx, std::int64_t id, std::optional<OrderId> order, std::string_view error, Timestamp now);
std::int64_t bad_callbacks_since(db::Tx& tx, Timestamp since);
std::vector<std::int64_t> open_callbacks(db::Tx& tx, Timestamp before);

/// Automatic orders in processing that nobody touched since `before`: the order, and whether it has an attempt.
std::vector<std::pair<OrderId, bool>> long_processing_orders(db::Tx& tx, Timestamp before);

} // namespace enstore::orders::store

#pragma once

#include "catalog/catalog.hpp"
#include "orders/refusals.hpp"
#include "platform/db/db.hpp"
#include "platform/http/http.hpp"
#include "platform/queue/queue.hpp"
#include "platform/scheduler/scheduler.hpp"
#include "suppliers/digiflazz.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Buying: price, pay, fulfil, refund. The tables and the wire call an order a transaction.
namespace enstore
{
using OrderId = Id<struct OrderTag>;
using AttemptId = Id<struct AttemptTag>;
} // namespace enstore

namespace enstore::orders
{

enum class Status { pending, processing, success, failed, refunded };
std::string_view name(Status status);
Status status_named(std::string_view word); ///< throws `std::logic_error` on a word the database cannot hold

/// Whether `domain.md` 7.2 has this edge. The audit replays every order's log through it (I5).
bool is_edge(std::optional<Status> from, Status to);

/// What the order room needs, handed down by the hall.
struct Deps {
    db::Database& database;
    digiflazz::Client& supplier;
    const Clock& clock;
    BusinessZone zone;
    std::string public_url; ///< for page links
};

/// An order as stored; the fields that rules and answers use.
struct Order {
    OrderId id;
    std::string code;
    std::optional<UserId> user;
    std::optional<ItemId> item;
    bool reseller = false;
    std::string payment_method_type;
    std::string transaction_type;
    std::string prepaid_postpaid_type;
    std::string product_name;
    std::string sku;
    Idr product_price;
    Idr discount;
    Idr admin_fee;
    Idr total;
    Idr base_price;
    std::string customer_data; ///< JSON text
    std::optional<std::string> customer_no;
    std::string payment_method;
    std::string payment_status;
    Status status = Status::pending;
    std::optional<std::string> failed_reason;
    std::optional<std::string> serial_number;
    std::optional<std::string> refund_method;
    bool needs_attention = false;
    std::optional<std::string> request_id;
    std::optional<Timestamp> paid_at, processed_at, completed_at, failed_at, refunded_at, expired_at;
    Timestamp created_at;
    Timestamp updated_at;
};

// ── placing ────────────────────────────────────────────────────────────────────────────────────────────────────────

struct PlaceOrder {
    UserId buyer;
    bool reseller = false;
    ItemId item;
    catalog::FormValues customer_data;
    std::optional<std::string> voucher;
    std::string code; ///< from `new_code`, made before the transaction, so that an unknown commit can be re-read
    std::string request_id = {};
};

/// A fresh order code: `ENS-YYYYMMDD-` and 16 symbols from the system's random source (80 bits).
std::string new_code(Timestamp now, const BusinessZone& zone);

/// Buys a prepaid item from the buyer's wallet: price, debit, order, log and fulfilment job in the caller's one
/// transaction. Refused with: 422 on `product_item_id`, `voucher_code` or `customer_data.…`; `item_unavailable`,
/// `item_closed`, `use_postpaid_inquiry`, `supplier_unavailable`, `operator_mismatch`, `repeat_not_allowed`,
/// `insufficient_balance`.
Result<Order> place_order(db::Tx& tx, const PlaceOrder& wanted, Timestamp now, const BusinessZone& zone);

// ── fulfilling ─────────────────────────────────────────────────────────────────────────────────────────────────────

/// When an order is asked about again: 1, 2, 5, 10 and 15 min after the send, then every 15 min for a day, then hourly;
/// nothing from 80 days on, since the supplier would take the question for a new purchase (domain 19).
std::optional<Timestamp> next_check(Timestamp sent_at, Timestamp now);

/// Runs one `FulfilOrder` or `CheckOrder`: claim (one transaction), ask the supplier (none), settle (one transaction).
queue::Outcome fulfil_order(const Deps& deps, const queue::Job& job, Timestamp now);
queue::Outcome check_order(const Deps& deps, const queue::Job& job, Timestamp now);

/// Applies what the supplier says about an attempt, by answer, webhook or check. First proven end wins; what
/// contradicts it later is booked to `disputes` and flagged, never a silent flip. Returns why nothing was applied, or
/// nothing.
std::optional<std::string> apply_answer(db::Tx& tx, const digiflazz::Answer& answer, Timestamp now,
                                        const BusinessZone& zone);

/// Takes a supplier callback whose signature has been verified and stored: applies it and marks it processed.
void process_callback(db::Tx& tx, std::int64_t callback, Timestamp now, const BusinessZone& zone);

// ── ending by hand ─────────────────────────────────────────────────────────────────────────────────────────────────

/// Gives a paid purchase's money back to its owner: from failed, processing (recorded as failed first) or success.
/// Refused with `order_not_found` or `not_refundable` (already refunded, unpaid, a top-up, or a guest's).
Result<void> refund_order(db::Tx& tx, OrderId order, UserId admin, std::string_view reason, Timestamp now);

// ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────────

std::optional<Order> find_by_code(db::Tx& tx, std::string_view code);

/// Jobs (`FulfilOrder`, `CheckOrder`), routes and tasks of this room, for the hall.
queue::Kinds jobs(Deps deps);
http::Routes routes(Deps deps);
scheduler::Tasks tasks(Deps deps);

} // namespace enstore::orders

#pragma once

#include "orders/store.hpp"

/// The ways an order ends, each with its postings, log and notice in the caller's transaction. All take an order whose
/// row the caller has locked.
namespace enstore::orders
{

/// processing → success: serial number, cost, sale counted, buyer told.
void deliver(db::Tx& tx, const Order& order, const digiflazz::Answer& answer, Timestamp now);

/// processing → failed → refunded: the money goes back to the owner's wallet. A guest's stays owed and flagged.
void fail_and_refund(db::Tx& tx, const Order& order, const Text& reason, Timestamp now,
                     std::optional<UserId> admin = {});

/// Flags the order for a person, with the reason in its log.
void call_a_person(db::Tx& tx, const Order& order, std::string reason, Timestamp now);

/// The supplier contradicts an end that we have booked already; the difference waits on `disputes` for a person.
void book_late_success(db::Tx& tx, const Order& order, Idr cost, Timestamp now);
void book_reversal(db::Tx& tx, const Order& order, Idr cost, Timestamp now);

} // namespace enstore::orders

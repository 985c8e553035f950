#pragma once

#include "orders/orders.hpp"
#include "platform/http/json.hpp"

/// Orders as the contract shows them. Fields are allow-listed: cost, margin, the supplier's name and its raw messages
/// never reach a customer (S21).
namespace enstore::orders::views
{

namespace json = boost::json;

json::object transaction(const Order& order);
/// With `product_item` and `payment`, for the history.
json::object list_item(db::Tx& tx, const Order& order);
/// With `product` and `logs` too.
json::object detail(db::Tx& tx, const Order& order, http::Language language);
/// What the order's code alone shows.
json::object public_status(db::Tx& tx, const Order& order);

} // namespace enstore::orders::views

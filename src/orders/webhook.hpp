#pragma once

#include "orders/orders.hpp"

namespace enstore::orders
{

/// `POST /api/webhooks/digiflazz`: verified over the raw bytes, stored before it is processed, processed at most once.
/// Answers 200 also for unknown references and orders that have ended; 400 and 403 as the contract says.
Result<http::Response> supplier_webhook(const Deps& deps, const http::Request& request);

} // namespace enstore::orders

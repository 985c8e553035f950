#pragma once

#include <string_view>

namespace enstore::audit
{

/// The edges of `domain.md` 7.2, written down a second time on purpose: an audit that asked the order room for its own
/// rules would agree with whatever that room did. An empty `from` is an order's birth.
inline bool is_order_edge(std::string_view from, std::string_view to)
{
    if (from.empty()) return to == "pending" || to == "processing";
    if (from == "pending") return to == "processing" || to == "success" || to == "failed";
    if (from == "processing") return to == "success" || to == "failed";
    if (from == "failed") return to == "processing" || to == "success" || to == "refunded";
    if (from == "success") return to == "refunded";
    return false;
}

} // namespace enstore::audit

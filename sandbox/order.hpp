#pragma once

#include "platform/core/money.hpp"
#include "platform/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enstore::sandbox
{

/// What the sandbox knows about one ref_id.
enum class OrderKind {
    none, ///< asked about, but refused before a transaction was formed
    prepaid,
    inquiry, ///< a postpaid bill, looked up and not paid
    payment, ///< a postpaid bill, paid or being paid
};
std::string_view name(OrderKind kind);
OrderKind order_kind(std::string_view name);

struct Order {
    std::int64_t id = 0; ///< 0: not stored yet
    std::string ref_id;
    OrderKind kind = OrderKind::none;
    std::string sku;
    std::string customer_no;
    bool testing = false;
    std::string status; ///< `Sukses`, `Pending` or `Gagal`
    std::string rc;
    std::string sn;
    Idr price;
    Idr last_saldo; ///< the deposit after this order, frozen when the order ends
    Idr debited;    ///< what is still taken from the deposit; zero in test mode and after a credit
    Timestamp bought_at;
    std::vector<std::string> plan;          ///< codes still to come, in order; empty: nothing will change by itself
    std::optional<Timestamp> next_at;       ///< when the first of them does
    int hook_copies = 1;                    ///< how often each webhook is sent; 0: never
    bool forged_hooks = false;              ///< signed with a wrong secret
    std::vector<std::string> hook_sequence; ///< codes to tell instead of the truth, when the order first ends
    std::string callback_url;
    std::string detail; ///< what is told on success: the serial of a prepaid order, the bill of a postpaid one as JSON
    std::int64_t requests = 0;
    std::int64_t deliveries = 0;
    std::optional<std::int64_t> closest_ms; ///< the shortest time between two requests for this ref_id
    Timestamp last_request_at;
};

// ── response codes (digiflazz.md 9) ──────────────────────────────────────────────────────────────────────────────────

/// `Sukses`, `Pending` or `Gagal`, as the table of codes pairs them.
std::string_view status_of(std::string_view rc);
/// The sentence that goes with a code. The real texts vary; nobody may rely on them.
std::string_view message_of(std::string_view rc);

/// A number from 0 to 99 that the same text always gets: chance that can be repeated.
int percent_of(std::string_view text);
/// `count` digits that the same text always gets.
std::string digits_of(std::string_view text, std::size_t count);

} // namespace enstore::sandbox

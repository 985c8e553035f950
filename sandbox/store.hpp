#pragma once

#include "platform/db/db.hpp"
#include "sandbox/order.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The sandbox's own tables. One function, one statement.
namespace enstore::sandbox::store
{

std::span<const db::Migration> migrations();

// ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────
std::optional<Order> order(db::Tx& tx, const std::string& ref_id);
void insert_order(db::Tx& tx, const Order& order);
void update_order(db::Tx& tx, const Order& order);
/// Inserts or updates, whichever it is.
void save(db::Tx& tx, const Order& order);
/// The newest first.
std::vector<Order> orders(db::Tx& tx, std::int64_t at_most, std::int64_t offset);
std::vector<std::string> refs_due(db::Tx& tx, Timestamp now, std::int64_t at_most);
std::optional<Timestamp> next_change(db::Tx& tx);
/// Whether this number already got, or is getting, this SKU since `day_start`.
bool bought_since(db::Tx& tx, const std::string& sku, const std::string& customer_no, const std::string& other_than_ref,
                  Timestamp day_start);

// ── deposit, clock, settings ─────────────────────────────────────────────────────────────────────────────────────────
struct Account {
    Idr deposit;
    Microseconds clock_offset{0};
    std::string settings; ///< JSON of what the control endpoint changed; empty: nothing
};
void ensure_account(db::Tx& tx, Idr deposit);
Account account(db::Tx& tx);
Idr deposit(db::Tx& tx);
/// False when the deposit does not cover it; the database decides, in one statement.
bool take_from_deposit(db::Tx& tx, Idr amount);
void give_to_deposit(db::Tx& tx, Idr amount);
void set_deposit(db::Tx& tx, Idr amount);
void move_clock(db::Tx& tx, Microseconds by);
void set_settings(db::Tx& tx, const std::string& text);

// ── items ────────────────────────────────────────────────────────────────────────────────────────────────────────────
void ensure_stock(db::Tx& tx, const std::string& sku, std::int64_t left);
void set_stock(db::Tx& tx, const std::string& sku, std::int64_t left);
bool take_from_stock(db::Tx& tx, const std::string& sku);
void give_to_stock(db::Tx& tx, const std::string& sku);
std::vector<std::pair<std::string, std::int64_t>> stock(db::Tx& tx);
void add_item_change(db::Tx& tx, const std::string& sku, const std::string& fields);
std::vector<std::pair<std::string, std::string>> item_changes(db::Tx& tx); ///< in the order they were made

// ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────────
struct StoredFault {
    std::int64_t id = 0;
    std::string definition; ///< as it was posted
    std::int64_t left = 0;  ///< below 0: for ever
};
std::int64_t insert_fault(db::Tx& tx, const std::string& definition, std::int64_t left);
/// False when it is used up.
bool use_fault(db::Tx& tx, std::int64_t id);
std::vector<StoredFault> faults(db::Tx& tx);
std::int64_t delete_faults(db::Tx& tx);
/// True for the first request of a ref_id with a magic number.
bool first_magic(db::Tx& tx, const std::string& ref_id);

// ── webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────────
struct Hook {
    std::int64_t id = 0;
    std::string ref_id;
    std::string event;
    std::string url;
    std::string agent;
    std::string body; ///< the exact bytes
    bool forged = false;
    Timestamp due_at;
    std::string state = "due"; ///< `due`, `sent` (answered 2xx), `failed` or `lost` (on purpose)
    std::int64_t tries = 0;
    std::int64_t answer = 0; ///< HTTP status; 0 when none came
};
void insert_hook(db::Tx& tx, const Hook& hook);
/// Due by then; all that are still due when `now` is nothing.
std::vector<Hook> hooks_due(db::Tx& tx, std::optional<Timestamp> now, std::int64_t at_most);
std::vector<Hook> hooks(db::Tx& tx, const std::optional<std::string>& ref_id, std::int64_t at_most);
std::optional<Timestamp> next_hook(db::Tx& tx);
void update_hook(db::Tx& tx, const Hook& hook);

} // namespace enstore::sandbox::store

#include "sandbox/store.hpp"

#include "platform/core/text.hpp"

namespace enstore::sandbox::store
{
namespace
{

constexpr db::Query order_by_ref{
    "sandbox.order",
    "SELECT id, ref_id, kind, sku, customer_no, testing, status, rc, sn, price, last_saldo, debited, bought_at, plan, "
    "next_at, hook_copies, forged_hooks, hook_sequence, callback_url, detail, requests, deliveries, closest_ms, "
    "last_request_at FROM orders WHERE ref_id = ?"};
constexpr db::Query orders_newest{
    "sandbox.orders",
    "SELECT id, ref_id, kind, sku, customer_no, testing, status, rc, sn, price, last_saldo, debited, bought_at, plan, "
    "next_at, hook_copies, forged_hooks, hook_sequence, callback_url, detail, requests, deliveries, closest_ms, "
    "last_request_at FROM orders ORDER BY id DESC LIMIT ? OFFSET ?"};
constexpr db::Query new_order{
    "sandbox.order.insert",
    "INSERT INTO orders (ref_id, kind, sku, customer_no, testing, status, rc, sn, price, last_saldo, debited, "
    "bought_at, "
    "plan, next_at, hook_copies, forged_hooks, hook_sequence, callback_url, detail, requests, deliveries, closest_ms, "
    "last_request_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query changed_order{
    "sandbox.order.update",
    "UPDATE orders SET kind = ?, sku = ?, customer_no = ?, testing = ?, status = ?, rc = ?, sn = ?, price = ?, "
    "last_saldo = ?, debited = ?, bought_at = ?, plan = ?, next_at = ?, hook_copies = ?, forged_hooks = ?, "
    "hook_sequence = ?, callback_url = ?, detail = ?, requests = ?, deliveries = ?, closest_ms = ?, "
    "last_request_at = ? WHERE id = ?"};
constexpr db::Query due_refs{"sandbox.orders.due", "SELECT ref_id FROM orders WHERE next_at <= ? ORDER BY next_at, id "
                                                   "LIMIT ?"};
constexpr db::Query first_due{"sandbox.orders.next", "SELECT MIN(next_at) FROM orders WHERE next_at IS NOT NULL"};
constexpr db::Query same_purchase{"sandbox.order.same",
                                  "SELECT COUNT(*) FROM orders WHERE customer_no = ? AND sku = ? AND bought_at >= ? "
                                  "AND kind = 'prepaid' AND status <> 'Gagal' AND ref_id <> ?"};

constexpr db::Query first_account{"sandbox.account.insert",
                                  "INSERT INTO account (id, deposit, clock_offset_us, settings) SELECT 1, ?, 0, '' "
                                  "WHERE NOT EXISTS (SELECT 1 FROM account WHERE id = 1)"};
constexpr db::Query the_account{"sandbox.account",
                                "SELECT deposit, clock_offset_us, settings FROM account WHERE id = 1"};
constexpr db::Query the_deposit{"sandbox.deposit", "SELECT deposit FROM account WHERE id = 1"};
constexpr db::Query take_deposit{"sandbox.deposit.take",
                                 "UPDATE account SET deposit = deposit - ? WHERE id = 1 AND deposit >= ?"};
constexpr db::Query give_deposit{"sandbox.deposit.give", "UPDATE account SET deposit = deposit + ? WHERE id = 1"};
constexpr db::Query new_deposit{"sandbox.deposit.set", "UPDATE account SET deposit = ? WHERE id = 1"};
constexpr db::Query later_clock{"sandbox.clock",
                                "UPDATE account SET clock_offset_us = clock_offset_us + ? WHERE id = 1"};
constexpr db::Query new_settings{"sandbox.settings", "UPDATE account SET settings = ? WHERE id = 1"};

constexpr db::Query first_stock{"sandbox.stock.insert",
                                "INSERT INTO stock (sku, pieces) VALUES (?, ?) {on_duplicate(sku)} sku = {new(sku)}"};
constexpr db::Query new_stock{
    "sandbox.stock.set", "INSERT INTO stock (sku, pieces) VALUES (?, ?) {on_duplicate(sku)} pieces = {new(pieces)}"};
constexpr db::Query take_stock{"sandbox.stock.take",
                               "UPDATE stock SET pieces = pieces - 1 WHERE sku = ? AND pieces > 0"};
constexpr db::Query give_stock{"sandbox.stock.give", "UPDATE stock SET pieces = pieces + 1 WHERE sku = ?"};
constexpr db::Query all_stock{"sandbox.stock", "SELECT sku, pieces FROM stock"};
constexpr db::Query new_item_change{"sandbox.item.change", "INSERT INTO item_changes (sku, fields) VALUES (?, ?)"};
constexpr db::Query all_item_changes{"sandbox.item.changes", "SELECT sku, fields FROM item_changes ORDER BY id"};

std::optional<std::int64_t> micros(const std::optional<Timestamp>& moment)
{
    if (!moment) return std::nullopt;
    return moment->us;
}

std::vector<std::string> codes(const std::string& text)
{
    if (text.empty()) return {};
    return split(text, ',');
}

Order order_in(const db::Row& row)
{
    Order order;
    order.id = row.integer(0);
    order.ref_id = row.text(1);
    order.kind = order_kind(row.text(2));
    order.sku = row.text(3);
    order.customer_no = row.text(4);
    order.testing = row.boolean(5);
    order.status = row.text(6);
    order.rc = row.text(7);
    order.sn = row.text(8);
    order.price = row.idr(9);
    order.last_saldo = row.idr(10);
    order.debited = row.idr(11);
    order.bought_at = Timestamp{row.integer(12)};
    order.plan = codes(row.text(13));
    if (!row.null(14)) order.next_at = Timestamp{row.integer(14)};
    order.hook_copies = static_cast<int>(row.integer(15));
    order.forged_hooks = row.boolean(16);
    order.hook_sequence = codes(row.text(17));
    order.callback_url = row.text(18);
    order.detail = row.text(19);
    order.requests = row.integer(20);
    order.deliveries = row.integer(21);
    order.closest_ms = row.maybe_integer(22);
    order.last_request_at = Timestamp{row.integer(23)};
    return order;
}

} // namespace

std::optional<Order> order(db::Tx& tx, const std::string& ref_id)
{
    const auto row = tx.one(order_by_ref, ref_id);
    if (!row) return std::nullopt;
    return order_in(*row);
}

void insert_order(db::Tx& tx, const Order& o)
{
    tx.insert(new_order, o.ref_id, name(o.kind), o.sku, o.customer_no, o.testing, o.status, o.rc, o.sn, o.price,
              o.last_saldo, o.debited, o.bought_at.us, joined(o.plan, ","), micros(o.next_at), o.hook_copies,
              o.forged_hooks, joined(o.hook_sequence, ","), o.callback_url, o.detail, o.requests, o.deliveries,
              o.closest_ms, o.last_request_at.us);
}

void update_order(db::Tx& tx, const Order& o)
{
    tx.execute(changed_order, name(o.kind), o.sku, o.customer_no, o.testing, o.status, o.rc, o.sn, o.price,
               o.last_saldo, o.debited, o.bought_at.us, joined(o.plan, ","), micros(o.next_at), o.hook_copies,
               o.forged_hooks, joined(o.hook_sequence, ","), o.callback_url, o.detail, o.requests, o.deliveries,
               o.closest_ms, o.last_request_at.us, o.id);
}

void save(db::Tx& tx, const Order& order)
{
    if (order.id == 0)
        insert_order(tx, order);
    else
        update_order(tx, order);
}

std::vector<Order> orders(db::Tx& tx, std::int64_t at_most, std::int64_t offset)
{
    std::vector<Order> found;
    for (const auto& row : tx.all(orders_newest, at_most, offset))
        found.push_back(order_in(row));
    return found;
}

std::vector<std::string> refs_due(db::Tx& tx, Timestamp now, std::int64_t at_most)
{
    std::vector<std::string> refs;
    for (const auto& row : tx.all(due_refs, now.us, at_most))
        refs.push_back(row.text(0));
    return refs;
}

std::optional<Timestamp> next_change(db::Tx& tx)
{
    const auto row = tx.one(first_due);
    if (!row || row->null(0)) return std::nullopt;
    return Timestamp{row->integer(0)};
}

bool bought_since(db::Tx& tx, const std::string& sku, const std::string& customer_no, const std::string& other_than_ref,
                  Timestamp day_start)
{
    return tx.number(same_purchase, customer_no, sku, day_start.us, other_than_ref) > 0;
}

void ensure_account(db::Tx& tx, Idr deposit)
{
    tx.execute(first_account, deposit);
}

Account account(db::Tx& tx)
{
    const auto row = tx.one(the_account);
    if (!row) throw std::logic_error("the sandbox database has no account");
    return {.deposit = row->idr(0), .clock_offset = Microseconds{row->integer(1)}, .settings = row->text(2)};
}

Idr deposit(db::Tx& tx)
{
    return Idr{tx.number(the_deposit)};
}

bool take_from_deposit(db::Tx& tx, Idr amount)
{
    return tx.execute(take_deposit, amount, amount) == 1;
}

void give_to_deposit(db::Tx& tx, Idr amount)
{
    tx.execute(give_deposit, amount);
}

void set_deposit(db::Tx& tx, Idr amount)
{
    tx.execute(new_deposit, amount);
}

void move_clock(db::Tx& tx, Microseconds by)
{
    tx.execute(later_clock, by.count());
}

void set_settings(db::Tx& tx, const std::string& text)
{
    tx.execute(new_settings, text);
}

void ensure_stock(db::Tx& tx, const std::string& sku, std::int64_t left)
{
    tx.execute(first_stock, sku, left);
}

void set_stock(db::Tx& tx, const std::string& sku, std::int64_t left)
{
    tx.execute(new_stock, sku, left);
}

bool take_from_stock(db::Tx& tx, const std::string& sku)
{
    return tx.execute(take_stock, sku) == 1;
}

void give_to_stock(db::Tx& tx, const std::string& sku)
{
    tx.execute(give_stock, sku);
}

std::vector<std::pair<std::string, std::int64_t>> stock(db::Tx& tx)
{
    std::vector<std::pair<std::string, std::int64_t>> pieces;
    for (const auto& row : tx.all(all_stock))
        pieces.emplace_back(row.text(0), row.integer(1));
    return pieces;
}

void add_item_change(db::Tx& tx, const std::string& sku, const std::string& fields)
{
    tx.insert(new_item_change, sku, fields);
}

std::vector<std::pair<std::string, std::string>> item_changes(db::Tx& tx)
{
    std::vector<std::pair<std::string, std::string>> changes;
    for (const auto& row : tx.all(all_item_changes))
        changes.emplace_back(row.text(0), row.text(1));
    return changes;
}

} // namespace enstore::sandbox::store

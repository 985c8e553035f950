#include "orders/store.hpp"

#define ATTEMPT_COLUMNS                                                                                                \
    "id, transaction_id, number, ref_id, sku, customer_no, max_price, state, rc, sent_at, asked_at, asking_until, "    \
    "failing_since, held_since, price"

namespace enstore::orders::store
{
namespace
{

using std::chrono::seconds;

constexpr seconds between_asks{60};
constexpr seconds longest_call{65}; // the supplier's deadline is 60 s: a call that never came back is over by then

constexpr db::Query new_attempt{
    "attempts.insert",
    "INSERT INTO supplier_attempts (transaction_id, number, ref_id, kind, sku, customer_no, max_price, state, "
    "created_at, updated_at) VALUES (?, ?, ?, 'order', ?, ?, ?, ?, ?, ?)"};
constexpr db::Query last_of_order{"attempts.last",
                                  "SELECT " ATTEMPT_COLUMNS " FROM supplier_attempts WHERE transaction_id = ? "
                                  "ORDER BY number DESC LIMIT 1"};
constexpr db::Query by_ref{"attempts.by_ref", "SELECT " ATTEMPT_COLUMNS " FROM supplier_attempts WHERE ref_id = ?"};
// `sent` is written before the request leaves: a crash after this line must look like "bytes may have left".
constexpr db::Query ask{
    "attempts.ask",
    "UPDATE supplier_attempts SET state = CASE WHEN state = 'created' THEN 'sent' ELSE state END, "
    "sent_at = COALESCE(sent_at, ?), asked_at = ?, asking_until = ?, asks = asks + 1, updated_at = ? "
    "WHERE id = ? AND state IN ('created', 'sent', 'waiting', 'held') AND (asking_until IS NULL OR asking_until <= ?) "
    "AND (asked_at IS NULL OR asked_at <= ?)"};
constexpr db::Query nothing_left{
    "attempts.unsent",
    "UPDATE supplier_attempts SET state = ?, sent_at = ?, asking_until = NULL, updated_at = ? WHERE id = ? "
    "AND state NOT IN ('ok', 'failed')"};
constexpr db::Query answered{"attempts.end_asking",
                             "UPDATE supplier_attempts SET asking_until = NULL, updated_at = ? WHERE id = ?"};
constexpr db::Query settle{
    "attempts.settle",
    "UPDATE supplier_attempts SET state = ?, rc = ?, status = ?, sn = ?, price = COALESCE(?, price), message = ?, "
    "answered_at = ?, updated_at = ? WHERE id = ? AND state NOT IN ('ok', 'failed')"};
constexpr db::Query failing{"attempts.failing_since", "UPDATE supplier_attempts SET failing_since = ? WHERE id = ?"};
constexpr db::Query held{"attempts.held_since", "UPDATE supplier_attempts SET held_since = ? WHERE id = ?"};
constexpr db::Query next{"attempts.next_check", "UPDATE supplier_attempts SET next_check_at = ? WHERE id = ?"};

constexpr db::Query paused{"pauses.any", "SELECT COUNT(*) FROM supplier_pauses WHERE supplier = 'digiflazz'"};
constexpr db::Query pause{"pauses.insert", "INSERT INTO supplier_pauses (supplier, rc, since) VALUES ('digiflazz', ?, "
                                           "?){on_duplicate(supplier)}rc = {new(rc)}"};
constexpr db::Query resume{"pauses.delete", "DELETE FROM supplier_pauses WHERE supplier = 'digiflazz'"};
constexpr db::Query guard{
    "repeats.insert", "INSERT INTO repeat_guards (product_code, customer_no, business_day, transaction_id, created_at) "
                      "VALUES (?, ?, ?, ?, ?)"};
constexpr db::Query release{"repeats.delete", "DELETE FROM repeat_guards WHERE transaction_id = ?"};

std::optional<Attempt> attempt_of(const std::optional<db::Row>& row)
{
    if (!row) return std::nullopt;
    Attempt attempt;
    attempt.id = row->id<AttemptId>(0);
    attempt.order = row->id<OrderId>(1);
    attempt.number = row->integer(2);
    attempt.ref_id = row->text(3);
    attempt.sku = row->text(4);
    attempt.customer_no = row->text(5);
    attempt.max_price = row->idr(6);
    attempt.state = row->text(7);
    attempt.rc = row->maybe_text(8);
    attempt.sent_at = row->maybe_time(9);
    attempt.asked_at = row->maybe_time(10);
    attempt.asking_until = row->maybe_time(11);
    attempt.failing_since = row->maybe_time(12);
    attempt.held_since = row->maybe_time(13);
    attempt.price = row->maybe_idr(14);
    return attempt;
}

} // namespace

AttemptId insert_attempt(db::Tx& tx, const Attempt& attempt, Timestamp now)
{
    return AttemptId{tx.insert(new_attempt, attempt.order, attempt.number, attempt.ref_id, attempt.sku,
                               attempt.customer_no, attempt.max_price, attempt.state, now, now)};
}

std::optional<Attempt> last_attempt(db::Tx& tx, OrderId order)
{
    return attempt_of(tx.one(last_of_order, order));
}
std::optional<Attempt> attempt_by_ref(db::Tx& tx, std::string_view ref_id)
{
    return attempt_of(tx.one(by_ref, ref_id));
}

bool claim_asking(db::Tx& tx, AttemptId attempt, Timestamp now)
{
    return tx.execute(ask, now, now, now + longest_call, now, attempt, now, now - between_asks) == 1;
}

void unsent(db::Tx& tx, const Attempt& before, Timestamp now)
{
    tx.execute(nothing_left, before.state, before.sent_at, now, before.id);
}

void end_asking(db::Tx& tx, AttemptId attempt, Timestamp now)
{
    tx.execute(answered, now, attempt);
}

void settle_attempt(db::Tx& tx, AttemptId attempt, std::string_view state, const digiflazz::Answer& answer,
                    Timestamp now)
{
    tx.execute(settle, state, answer.rc, answer.status, answer.sn, answer.price, answer.message, now, now, attempt);
}

void set_failing_since(db::Tx& tx, AttemptId attempt, std::optional<Timestamp> since)
{
    tx.execute(failing, since, attempt);
}
void set_held_since(db::Tx& tx, AttemptId attempt, std::optional<Timestamp> since)
{
    tx.execute(held, since, attempt);
}
void set_next_check(db::Tx& tx, AttemptId attempt, std::optional<Timestamp> at)
{
    tx.execute(next, at, attempt);
}

bool is_paused(db::Tx& tx)
{
    return tx.number(paused) > 0;
}
void pause_sales(db::Tx& tx, std::string_view rc, Timestamp now)
{
    tx.execute(pause, rc, now);
}
bool resume_sales(db::Tx& tx)
{
    return is_paused(tx) && tx.execute(resume) > 0;
}

void guard_repeat(db::Tx& tx, const Order& order, std::string_view day, Timestamp now)
{
    tx.execute(guard, order.sku, order.customer_no.value_or(""), day, order.id, now);
}

void release_repeat(db::Tx& tx, OrderId order)
{
    tx.execute(release, order);
}

} // namespace enstore::orders::store

#include "orders/endings.hpp"
#include "settings/settings.hpp"

namespace enstore::orders
{
namespace
{

using digiflazz::Answer;
using digiflazz::Class;
using std::chrono::minutes;
using std::chrono::seconds;
using store::Attempt;

constexpr seconds second_look_after{60};

bool is_failure(Class meaning)
{
    return meaning == Class::fail_input || meaning == Class::fail_route;
}

/// What a message about an attempt that has ended already means: the same again is nothing; the opposite is a dispute.
std::optional<std::string> apply_after_the_end(db::Tx& tx, const Order& order, const Attempt& attempt,
                                               const Answer& answer, Timestamp now)
{
    const Idr cost = answer.price.value_or(attempt.price.value_or(order.base_price));
    if (attempt.state == "ok" && (is_failure(answer.meaning) || answer.rc == "74")) {
        // What was charged at the success is what comes back.
        book_reversal(tx, order, attempt.price.value_or(order.base_price), now);
        return std::nullopt;
    }
    if (attempt.state == "failed" && answer.meaning == Class::ok) {
        book_late_success(tx, order, cost, now);
        return std::nullopt;
    }
    return "already settled";
}

/// A further attempt under a new ref_id, when the store allows one: only after a proven failure (domain 9).
bool starts_further_attempt(db::Tx& tx, const Order& order, const Attempt& attempt, Timestamp now)
{
    if (attempt.number >= 2 || settings::number(tx, "fulfilment.further_attempts", 0) < 1) return false;
    const std::int64_t number = attempt.number + 1;
    Attempt further;
    further.order = order.id;
    further.number = number;
    further.ref_id = order.code + "-" + std::to_string(number);
    further.sku = attempt.sku;
    further.customer_no = attempt.customer_no;
    further.max_price = attempt.max_price;
    further.state = "created";
    store::insert_attempt(tx, further, now);
    store::log(tx, order.id,
               {.from = {}, .to = {}, .action = "supplier_retry", .message = "Percobaan " + std::to_string(number)},
               now);
    queue::enqueue(
        tx,
        {.kind = "CheckOrder", .subject = order.id.value, .run_at = now, .request_id = order.request_id.value_or("")},
        now);
    return true;
}

void fail(db::Tx& tx, const Order& order, const Attempt& attempt, const Answer& answer, Timestamp now)
{
    const bool further_wanted = answer.meaning == Class::fail_route && attempt.number < 2 &&
                                settings::number(tx, "fulfilment.further_attempts", 0) >= 1;
    if (digiflazz::wants_second_look(answer.rc) || further_wanted) {
        // The first sight of such a failure proves nothing: a timeout behind the supplier may still deliver.
        if (!attempt.failing_since) {
            store::settle_attempt(tx, attempt.id, "waiting", answer, now);
            store::set_failing_since(tx, attempt.id, now);
            return;
        }
        if (now - *attempt.failing_since < second_look_after) return;
    }
    store::settle_attempt(tx, attempt.id, "failed", answer, now);
    if (answer.meaning == Class::fail_route && starts_further_attempt(tx, order, attempt, now)) return;
    fail_and_refund(tx, order, digiflazz::reason_for_customer(answer.rc), now);
}

/// HOLD and CONFIG: nothing was bought. The order waits for the store's patience, then its buyer gets the money back.
void hold(db::Tx& tx, const Order& order, const Attempt& attempt, const Answer& answer, Timestamp now)
{
    if (digiflazz::pauses_sales(answer.rc)) store::pause_sales(tx, answer.rc, now);
    const Timestamp since = attempt.held_since.value_or(now);
    if (!attempt.held_since) store::set_held_since(tx, attempt.id, now);
    const auto patience = minutes{settings::number(tx, "fulfilment.patience_minutes", 30)};
    if (now - since >= patience) {
        store::settle_attempt(tx, attempt.id, "failed", answer, now);
        fail_and_refund(tx, order, digiflazz::reason_for_customer(answer.rc), now);
        return;
    }
    store::settle_attempt(tx, attempt.id, "held", answer, now);
    call_a_person(tx, order, "Pemasok menahan pesanan (rc " + answer.rc + ")", now);
}

void keep_waiting(db::Tx& tx, const Order& order, const Attempt& attempt, const Answer& answer, Timestamp now)
{
    const bool news = attempt.rc != answer.rc;
    store::settle_attempt(tx, attempt.id, "waiting", answer, now);
    store::set_failing_since(tx, attempt.id, std::nullopt);
    store::set_held_since(tx, attempt.id, std::nullopt);
    if (news)
        store::log(tx, order.id,
                   {.from = {}, .to = {}, .action = "supplier_pending", .message = "Sedang diproses pemasok"}, now);
    if (answer.meaning == Class::unknown)
        call_a_person(tx, order, "Kode jawaban pemasok tidak dikenal: " + answer.rc, now);
    if (answer.meaning == Class::person)
        call_a_person(tx, order, "Pemasok meminta keputusan operator (rc " + answer.rc + ")", now);
}

/// An open attempt of an order that a person has ended meanwhile: the attempt's end is recorded, and money that moved
/// at the supplier goes to `disputes`.
void apply_to_ended_order(db::Tx& tx, const Order& order, const Attempt& attempt, const Answer& answer, Timestamp now)
{
    if (answer.meaning == Class::ok) {
        store::settle_attempt(tx, attempt.id, "ok", answer, now);
        book_late_success(tx, order, answer.price.value_or(order.base_price), now);
    } else if (is_failure(answer.meaning)) {
        store::settle_attempt(tx, attempt.id, "failed", answer, now);
    } else {
        store::settle_attempt(tx, attempt.id, "waiting", answer, now);
    }
}

} // namespace

std::optional<std::string> apply_answer(db::Tx& tx, const Answer& answer, Timestamp now, const BusinessZone&)
{
    const auto found = store::attempt_by_ref(tx, answer.ref_id);
    if (!found) return "unknown reference";
    // The order's row lock orders all who end it: worker, webhook, check and admin. The attempt is read again under it.
    const auto order = store::lock(tx, found->order);
    const auto attempt = store::attempt_by_ref(tx, answer.ref_id);
    if (!order || !attempt) return "unknown reference";
    if ((!answer.sku.empty() && answer.sku != attempt->sku) ||
        (!answer.customer_no.empty() && answer.customer_no != attempt->customer_no)) {
        call_a_person(tx, *order, "Jawaban pemasok menyebut SKU atau nomor lain", now);
        return "another SKU or number";
    }
    if (attempt->final()) return apply_after_the_end(tx, *order, *attempt, answer, now);
    if (answer.meaning != Class::hold && answer.meaning != Class::config) store::resume_sales(tx);
    store::set_supplier_fields(tx, order->id, answer, now);
    if (order->status != Status::processing) {
        apply_to_ended_order(tx, *order, *attempt, answer, now);
        return std::nullopt;
    }
    switch (answer.meaning) {
    case Class::ok:
        store::settle_attempt(tx, attempt->id, "ok", answer, now);
        deliver(tx, *order, answer, now);
        break;
    case Class::fail_input:
    case Class::fail_route:
        fail(tx, *order, *attempt, answer, now);
        break;
    case Class::hold:
    case Class::config:
        hold(tx, *order, *attempt, answer, now);
        break;
    case Class::wait:
    case Class::unknown:
    case Class::person:
        keep_waiting(tx, *order, *attempt, answer, now);
        break;
    }
    return std::nullopt;
}

} // namespace enstore::orders

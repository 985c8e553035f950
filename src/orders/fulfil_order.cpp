#include "orders/endings.hpp"
#include "platform/core/failpoint.hpp"
#include "platform/log/log.hpp"

#include <algorithm>
#include <chrono>

namespace enstore::orders
{
namespace
{

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using store::Attempt;

constexpr seconds between_asks{60};     // Digiflazz: not more often than once a minute for one transaction
constexpr minutes between_held_asks{2}; // HOLD and CONFIG: again with the same ref_id every two minutes
constexpr minutes attention_after{15};
constexpr hours cut_off_patience{2};
constexpr hours oldest_question{24 * 80};
constexpr seconds stale_claim{30}; // a worker that was stopped this long between claim and call must not send any more

/// What the claim decided: a purchase to ask about, or how the job ends without asking.
struct Claim {
    std::optional<digiflazz::Purchase> purchase;
    std::optional<Attempt> attempt;
    queue::Outcome otherwise = queue::done();
};

Claim instead(queue::Outcome outcome)
{
    return {.purchase = {}, .attempt = {}, .otherwise = std::move(outcome)};
}

/// The first attempt: ref_id is the order's code, fixed here with SKU, number and ceiling, never changed.
Attempt first_attempt(db::Tx& tx, const Order& order, Timestamp now)
{
    Attempt attempt;
    attempt.order = order.id;
    attempt.ref_id = order.code;
    attempt.sku = order.sku;
    attempt.customer_no = order.customer_no.value_or("");
    // A sale never costs more than it brings, a voucher's own loss excepted (domain 9).
    attempt.max_price = std::max(order.base_price, order.product_price - order.discount);
    attempt.state = "created";
    attempt.id = store::insert_attempt(tx, attempt, now);
    return attempt;
}

/// Inside the SKU's daily window nothing is sent; a paid order waits for its end for two hours at most.
std::optional<Claim> wait_for_cut_off(db::Tx& tx, const Order& order, const std::optional<Attempt>& attempt,
                                      Timestamp now, const BusinessZone& zone)
{
    if (!order.item || (attempt && attempt->sent_at)) return std::nullopt; // re-asking is no purchase
    const auto item = catalog::item_facts(tx, *order.item);
    if (!item || !catalog::in_cut_off(item->cut_off_start, item->cut_off_end, now, zone)) return std::nullopt;
    const Timestamp opens = catalog::cut_off_end(item->cut_off_start, item->cut_off_end, now, zone);
    if (opens - order.paid_at.value_or(order.created_at) <= cut_off_patience)
        return instead(queue::later("cut-off", opens));
    if (attempt) {
        digiflazz::Answer never_sent;
        store::settle_attempt(tx, attempt->id, "failed", never_sent, now);
    }
    fail_and_refund(tx, order, digiflazz::reason_for_customer("58"), now);
    return instead(queue::done());
}

/// When the next question for this attempt is due.
std::optional<Timestamp> next_question(const Attempt& attempt, Timestamp now)
{
    if (attempt.state == "held") return attempt.asked_at.value_or(now) + between_held_asks;
    if (!attempt.sent_at) return attempt.asked_at ? *attempt.asked_at + between_asks : now;
    return next_check(*attempt.sent_at, now);
}

queue::Outcome again(const Attempt& attempt, Timestamp now)
{
    const auto at = next_question(attempt, now);
    if (!at) return queue::dropped("older than 80 days: a person decides");
    return queue::later("not answered yet", std::max(*at, now + seconds{1}));
}

Claim claim(db::Tx& tx, const Deps& deps, const queue::Job& job, Timestamp now)
{
    if (!queue::confirm(tx, job.lease)) return instead(queue::dropped("lease lost"));
    const auto order = store::lock(tx, OrderId{job.subject});
    if (!order) return instead(queue::dropped("no such order"));
    auto attempt = store::last_attempt(tx, order->id);
    const bool open_question = attempt && !attempt->final();
    if (order->status != Status::processing && !open_question) return instead(queue::dropped("settled already"));
    if (order->status != Status::processing && !attempt->sent_at)
        return instead(queue::dropped("ended before it was sent"));
    if (attempt && attempt->final()) return instead(queue::dropped("its last attempt has ended"));
    if (auto waiting = wait_for_cut_off(tx, *order, attempt, now, deps.zone)) return *std::move(waiting);
    if (!attempt) attempt = first_attempt(tx, *order, now);
    if (attempt->sent_at && now - *attempt->sent_at >= oldest_question) {
        call_a_person(tx, *order, "Pesanan berumur 80 hari tanpa jawaban akhir", now);
        return instead(queue::dropped("older than 80 days: a person decides"));
    }
    if (!store::claim_asking(tx, attempt->id, now)) {
        const Timestamp asked = attempt->asked_at.value_or(now);
        return instead(queue::later("asked less than a minute ago", std::max(asked + between_asks, now + seconds{1})));
    }
    if (!attempt->sent_at) {
        store::log(tx, order->id,
                   {.from = {}, .to = {}, .action = "supplier_requested", .message = "Dikirim ke pemasok"}, now);
        // Written with the claim: whatever happens to this worker, someone asks again in a minute.
        if (job.kind != "CheckOrder" && !queue::is_waiting(tx, "CheckOrder", order->id.value))
            queue::enqueue(tx,
                           {.kind = "CheckOrder",
                            .subject = order->id.value,
                            .run_at = now + between_asks,
                            .request_id = job.request_id},
                           now);
    }
    if (now - order->paid_at.value_or(order->created_at) >= attention_after)
        call_a_person(tx, *order, "Belum ada jawaban akhir dari pemasok setelah 15 menit", now);
    digiflazz::Purchase purchase{.sku = attempt->sku,
                                 .customer_no = attempt->customer_no,
                                 .ref_id = attempt->ref_id,
                                 .max_price = attempt->max_price};
    return {.purchase = std::move(purchase), .attempt = std::move(attempt), .otherwise = {}};
}

/// Writes what came of asking. A worker whose lease was taken over writes nothing: the one that took it over has asked,
/// or will ask, with the same ref_id (F30).
Result<bool> settle(db::Tx& tx, const Deps& deps, const queue::Job& job, const Attempt& attempt,
                    const digiflazz::Asked& asked, Timestamp now)
{
    TRY(queue::confirm(tx, job.lease));
    if (!asked.sent) {
        store::unsent(tx, attempt, now);
        return false;
    }
    store::end_asking(tx, attempt.id, now);
    if (!asked.answer) return false;
    (void)apply_answer(tx, *asked.answer, now, deps.zone); // why it changed nothing is of no use here
    failpoint("before_settle_commit");
    const auto after = store::attempt_by_ref(tx, attempt.ref_id);
    return after && after->final();
}

queue::Outcome ask(const Deps& deps, const queue::Job& job, Timestamp now)
{
    const auto began = std::chrono::steady_clock::now();
    const auto claimed = deps.database.transact([&](db::Tx& tx) { return claim(tx, deps, job, now); });
    if (!claimed.purchase) return claimed.otherwise;

    failpoint("after_claim");
    if (std::chrono::steady_clock::now() - began > stale_claim)
        return queue::retry("stopped between claim and call", deps.clock.now() + between_asks);
    const auto asked = deps.supplier.buy(*claimed.purchase);
    failpoint("after_supplier_send");

    const Timestamp answered = std::max(deps.clock.now(), now);
    const auto settled =
        deps.database.transact([&](db::Tx& tx) { return settle(tx, deps, job, *claimed.attempt, asked, answered); });
    failpoint("after_settle");
    if (!settled) return queue::dropped("lease lost");
    if (*settled) return queue::done();
    if (!asked.answer)
        log::warning("supplier did not answer", {{"order", log::masked_code(claimed.purchase->ref_id)},
                                                 {"sent", asked.sent},
                                                 {"attempt", job.attempt},
                                                 {"req", job.request_id},
                                                 {"problem", asked.problem}});
    if (!asked.sent) return queue::retry("nothing was sent: " + asked.problem);
    return queue::later("not final yet", answered + between_asks);
}

} // namespace

queue::Outcome fulfil_order(const Deps& deps, const queue::Job& job, Timestamp now)
{
    auto outcome = ask(deps, job, now);
    // Once bytes have left us, asking is CheckOrder's work; its row was written with the claim.
    if (outcome.what == queue::Outcome::What::later && outcome.why != "cut-off") return queue::done();
    return outcome;
}

queue::Outcome check_order(const Deps& deps, const queue::Job& job, Timestamp now)
{
    auto outcome = ask(deps, job, now);
    const bool ends = outcome.what == queue::Outcome::What::done || outcome.what == queue::Outcome::What::dropped;
    if (ends || outcome.why == "cut-off") return outcome;
    // Not final: by the plan of domain 19, whatever the reason; no try is counted, since a check may go on for 80 days.
    const Timestamp later = std::max(deps.clock.now(), now);
    return deps.database.transact([&](db::Tx& tx) {
        const auto attempt = store::last_attempt(tx, OrderId{job.subject});
        if (!attempt || attempt->final()) return queue::done();
        auto planned = again(*attempt, later);
        store::set_next_check(tx, attempt->id, planned.run_at);
        return planned;
    });
}

} // namespace enstore::orders

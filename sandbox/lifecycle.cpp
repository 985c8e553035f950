#include "sandbox/bills.hpp"
#include "sandbox/store.hpp"
#include "sandbox/supplier.hpp"

#include <algorithm>

namespace enstore::sandbox
{
namespace
{

constexpr std::string_view prepaid_agent = "Digiflazz-Hookshot";
constexpr std::string_view postpaid_agent = "Digiflazz-Pasca-Hookshot";

Microseconds milliseconds(std::int64_t count)
{
    return std::chrono::milliseconds{count};
}

/// What the supplier took goes back when it did not deliver, or took the goods back (74).
void put_back(db::Tx& tx, Order& order)
{
    if (order.kind == OrderKind::prepaid && !order.testing) store::give_to_stock(tx, order.sku);
    if (order.debited > Idr{}) store::give_to_deposit(tx, order.debited);
    order.debited = Idr{};
    order.last_saldo = order.testing ? order.last_saldo + order.price : store::deposit(tx);
}

} // namespace

Order noted_order(db::Tx& tx, const Ask& ask, Timestamp now)
{
    auto order = store::order(tx, ask.ref_id).value_or(Order{});
    if (order.id == 0) {
        order.ref_id = ask.ref_id;
        order.sku = ask.sku;
        order.customer_no = ask.customer_no;
        order.status = "Gagal";
    } else {
        const auto gap = std::chrono::duration_cast<std::chrono::milliseconds>(now - order.last_request_at).count();
        order.closest_ms = std::min<std::int64_t>(order.closest_ms.value_or(gap), gap);
    }
    ++order.requests;
    order.last_request_at = now;
    return order;
}

void form(Order& order, const Script& script, const Settings& settings, Timestamp now)
{
    order.rc = script.rc;
    order.status = status_of(script.rc);
    order.bought_at = now;
    order.plan = script.later;
    order.next_at.reset();
    if (!script.later.empty()) order.next_at = now + milliseconds(script.after_ms.value_or(settings.callback_delay_ms));
    order.hook_copies = script.hook_copies;
    order.forged_hooks = script.forged_hooks;
    order.hook_sequence = script.hook_sequence;
    order.sn.clear();
    order.debited = Idr{};
}

void take_step(db::Tx& tx, Order& order, const Settings& settings, Timestamp now)
{
    const std::string rc = order.plan.front();
    order.plan.erase(order.plan.begin());
    order.next_at.reset();
    if (!order.plan.empty()) order.next_at = now + milliseconds(settings.callback_delay_ms);

    const std::string before = order.status;
    order.rc = rc;
    order.status = status_of(rc);
    if (order.status == "Sukses" && before != "Sukses") {
        ++order.deliveries;
        order.sn = order.kind == OrderKind::payment ? read_bill(order.detail).serial : order.detail;
    }
    if (order.status == "Gagal" && before != "Gagal") put_back(tx, order);
    write_hooks(tx, order, "update", settings, now);
    order.hook_sequence.clear();
}

void catch_up(db::Tx& tx, Order& order, const Settings& settings, Timestamp now)
{
    while (order.next_at && *order.next_at <= now && !order.plan.empty())
        take_step(tx, order, settings, *order.next_at);
}

void write_hooks(db::Tx& tx, const Order& order, std::string_view event, const Settings& settings, Timestamp now)
{
    const std::string& url = order.callback_url.empty() ? settings.webhook_url : order.callback_url;
    if (url.empty() || order.hook_copies == 0 || (event == "create" && !settings.webhook_create)) return;

    // A rate hits the same orders in every run, and `create` apart from `update`.
    const auto hit = [&](const char* what, std::int64_t percent) {
        return percent_of(what + order.ref_id + std::string(event)) < percent;
    };
    store::Hook hook;
    hook.ref_id = order.ref_id;
    hook.event = event;
    hook.url = url;
    hook.agent = order.kind == OrderKind::prepaid ? prepaid_agent : postpaid_agent;
    hook.forged = order.forged_hooks;
    hook.due_at = now + milliseconds(settings.webhook_delay_ms);
    if (event == "create" && percent_of("reorder" + order.ref_id) < settings.webhook_reorder_percent)
        hook.due_at = hook.due_at + milliseconds(2 * settings.callback_delay_ms);
    if (hit("loss", settings.webhook_loss_percent)) hook.state = "lost";

    int copies = order.status == "Pending" ? 1 : order.hook_copies; // it is the end that is told twice
    if (hit("duplicate", settings.webhook_duplicate_percent)) ++copies;

    auto told = event == "update" ? order.hook_sequence : std::vector<std::string>{};
    if (told.empty()) told.push_back(order.rc);
    for (const auto& rc : told) {
        Order said = order;
        said.rc = rc;
        said.status = status_of(rc);
        if (said.status != "Sukses") said.sn.clear();
        hook.body = hook_body(said);
        for (int copy = 0; copy < copies; ++copy)
            store::insert_hook(tx, hook);
    }
}

} // namespace enstore::sandbox

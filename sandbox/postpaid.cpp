#include "sandbox/bills.hpp"
#include "sandbox/store.hpp"
#include "sandbox/supplier.hpp"

namespace enstore::sandbox
{
namespace
{

constexpr BusinessZone jakarta; // "the same date" is taken as the supplier's (digiflazz.md 7.1)

Answer turn_away(db::Tx& tx, Order& order, const Ask& ask, std::string_view rc)
{
    if (order.kind == OrderKind::none) order.rc = rc;
    store::save(tx, order);
    return refused(rc, ask);
}

Answer told(db::Tx& tx, const Order& order)
{
    store::save(tx, order);
    return {.data = answer_of(order), .refused = false};
}

/// Why a bill cannot even be looked up.
std::optional<std::string_view> unfit(const PostpaidItem* item, const Ask& ask)
{
    if (item == nullptr || !item->buyer_on) return "43";
    if (item->brand == "E-MONEY") {
        if (!ask.amount) return "40";
        if (*ask.amount <= 0 || *ask.amount % 1000 != 0) return "87";
    }
    return std::nullopt;
}

Script payment_script(const Order& order, const Scene& scene)
{
    auto script = script_for(order.customer_no, order.ref_id, scene.settings, {});
    if (const auto test = test_bill(order.customer_no)) {
        script = Script{};
        script.rc = test->rc;
        if (!test->later.empty()) script.later = {std::string(test->later)};
    }
    apply_faults(script, scene.faults);
    return script;
}

bool another_bill(const Order& order, const Ask& ask)
{
    return order.sku != ask.sku || order.customer_no != ask.customer_no;
}

} // namespace

Answer inquire(db::Tx& tx, const Ask& ask, const Scene& scene)
{
    Order order = noted_order(tx, ask, scene.now);
    // A used ref_id is refused, even for the same bill (digiflazz.md 7.1).
    if (order.kind != OrderKind::none) return turn_away(tx, order, ask, "49");
    const auto* item = scene.catalogue->postpaid(ask.sku);
    if (const auto rc = unfit(item, ask)) return turn_away(tx, order, ask, *rc);

    Script script;
    script.rc = "00";
    const auto test = test_bill(ask.customer_no);
    if (test && test->inquiry_fails) script.rc = "02";
    if (!item->seller_on) script.rc = "53";
    for (const auto& fault : scene.faults)
        if (fault.name == "rc") apply_faults(script, {fault});
    if (!script.formed) return turn_away(tx, order, ask, script.rc);

    order.kind = OrderKind::inquiry;
    order.sku = ask.sku;
    order.customer_no = ask.customer_no;
    order.testing = ask.testing;
    order.callback_url = ask.callback_url;
    script.later.clear(); // an inquiry is never pending
    form(order, script, scene.settings, scene.now);
    const Bill bill = test ? test->bill : made_up_bill(*item, ask.customer_no, ask.amount, scene.now);
    order.detail = bill_text(bill);
    order.price = bill.price;
    order.last_saldo = ask.testing ? test_bill_opening : store::deposit(tx);
    return told(tx, order);
}

Answer pay(db::Tx& tx, const Ask& ask, const Scene& scene)
{
    Order order = noted_order(tx, ask, scene.now);
    const bool known = order.kind == OrderKind::inquiry || order.kind == OrderKind::payment;
    if (order.kind == OrderKind::prepaid || (known && another_bill(order, ask))) return turn_away(tx, order, ask, "49");
    if (!known || World::expired(order.bought_at, scene.now)) return turn_away(tx, order, ask, "50");
    if (order.kind == OrderKind::payment) {
        catch_up(tx, order, scene.settings, scene.now);
        return told(tx, order);
    }
    if (order.status != "Sukses") return turn_away(tx, order, ask, "50"); // the inquiry found no bill to pay
    if (!ask.testing && store::deposit(tx) < order.price) return turn_away(tx, order, ask, "44");

    Script script = payment_script(order, scene);
    if (jakarta.date(order.bought_at) != jakarta.date(scene.now)) {
        script = Script{};
        script.rc = "02";
    }
    if (!script.formed) return turn_away(tx, order, ask, script.rc);

    order.kind = OrderKind::payment;
    order.testing = ask.testing;
    if (!ask.callback_url.empty()) order.callback_url = ask.callback_url;
    form(order, script, scene.settings, scene.now);
    const Bill bill = read_bill(order.detail);
    if (order.status == "Sukses") {
        ++order.deliveries;
        order.sn = script.sn.value_or(bill.serial);
    }
    const bool charged = order.status != "Gagal";
    if (order.testing) {
        order.last_saldo = charged ? bill.test_balance.value_or(test_bill_opening) : test_bill_opening;
    } else {
        if (charged && store::take_from_deposit(tx, order.price)) order.debited = order.price;
        order.last_saldo = store::deposit(tx);
    }
    write_hooks(tx, order, "create", scene.settings, scene.now);
    return told(tx, order);
}

Answer payment_status(db::Tx& tx, const Ask& ask, const Scene& scene)
{
    Order order = noted_order(tx, ask, scene.now);
    // An inquiry alone is no payment: saying `Sukses` here would let a buyer believe that the bill is paid.
    const bool unpaid = order.kind != OrderKind::payment || another_bill(order, ask);
    if (unpaid || World::expired(order.bought_at, scene.now)) return turn_away(tx, order, ask, "50");
    catch_up(tx, order, scene.settings, scene.now);
    return told(tx, order);
}

} // namespace enstore::sandbox

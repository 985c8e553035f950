#include "sandbox/store.hpp"
#include "sandbox/supplier.hpp"

#include <algorithm>

namespace enstore::sandbox
{
namespace
{

constexpr BusinessZone jakarta; // cut-offs and "the same day" are the supplier's (digiflazz.md 3)
constexpr Idr test_opening{1'000'000};
constexpr Idr test_price{10'000};
constexpr std::string_view test_sku = "xld10";

/// Nothing is formed and nothing is stored but the count of requests: the same ref_id may ask again.
Answer turn_away(db::Tx& tx, Order& order, const Ask& ask, std::string_view rc)
{
    if (order.kind == OrderKind::none) {
        order.rc = rc;
        order.status = status_of(rc) == "Sukses" ? "Gagal" : std::string(status_of(rc));
    }
    store::save(tx, order);
    auto answer = refused(rc, ask);
    if (rc == "63") { // the one refusal that shows a balance and a contact (digiflazz.md 5)
        answer.data["buyer_last_saldo"] = store::deposit(tx).rupiah();
        answer.data["tele"] = "@contoh";
    }
    return answer;
}

/// The ref_id is spent although nothing was bought.
Answer fail_formed(db::Tx& tx, Order& order, std::string_view rc, const Scene& scene)
{
    Script script;
    script.rc = rc;
    apply_faults(script, scene.faults);
    script.rc = rc; // faults may silence or double the webhooks, not undo the failure
    script.later.clear();
    form(order, script, scene.settings, scene.now);
    order.last_saldo = order.testing ? test_opening : store::deposit(tx);
    store::save(tx, order);
    write_hooks(tx, order, "create", scene.settings, scene.now);
    return {.data = answer_of(order), .refused = false};
}

bool closed(const PrepaidItem& item, const Scene& scene)
{
    return scene.settings.cut_off && inside(item.closed, jakarta.minute_of_day(scene.now));
}

/// The first reason not to form an order, or nothing. Takes stock and money when there is none.
std::optional<std::string_view> first_refusal(db::Tx& tx, const Order& order, const Ask& ask, const PrepaidItem& item,
                                              const Scene& scene)
{
    if (ask.max_price && order.price > Idr{*ask.max_price}) return "69";
    if (order.testing) return std::nullopt; // the number alone decides
    if (!item.multi) {
        const auto today = jakarta.start_of(jakarta.date(scene.now));
        if (store::bought_since(tx, item.sku, ask.customer_no, ask.ref_id, today)) return "63";
    }
    if (store::deposit(tx) < order.price) return "44";
    if (!item.unlimited && !store::take_from_stock(tx, item.sku)) return "68";
    return std::nullopt;
}

Answer first_purchase(db::Tx& tx, Order order, const Ask& ask, const PrepaidItem& item, const Scene& scene)
{
    auto script = script_for(ask.customer_no, ask.ref_id, scene.settings, scene.faults);
    if (!script.formed) return turn_away(tx, order, ask, script.rc);

    order.sku = item.sku;
    order.customer_no = ask.customer_no;
    order.testing = ask.testing;
    order.callback_url = ask.callback_url;
    order.price = ask.testing && item.sku == test_sku ? test_price : item.price;
    if (const auto rc = first_refusal(tx, order, ask, item, scene)) return turn_away(tx, order, ask, *rc);

    order.kind = OrderKind::prepaid;
    form(order, script, scene.settings, scene.now);
    order.detail = script.sn.value_or(serial_for(order, item.category));
    const bool delivered = order.status == "Sukses";
    const bool charged = order.status != "Gagal";
    if (delivered) {
        ++order.deliveries;
        order.sn = order.detail;
    }
    if (order.testing) {
        order.last_saldo = charged ? std::max(Idr{}, test_opening - order.price) : test_opening;
    } else {
        if (charged && store::take_from_deposit(tx, order.price)) order.debited = order.price;
        if (!charged && !item.unlimited) store::give_to_stock(tx, item.sku);
        order.last_saldo = store::deposit(tx);
    }
    store::save(tx, order);
    write_hooks(tx, order, "create", scene.settings, scene.now);
    return {.data = answer_of(order), .refused = false};
}

} // namespace

Answer buy(db::Tx& tx, const Ask& ask, const Scene& scene)
{
    Order order = noted_order(tx, ask, scene.now);
    const bool known = order.kind != OrderKind::none;
    // Beyond 90 days the supplier has forgotten the ref_id: asking again buys again (digiflazz.md 6).
    if (known && !World::expired(order.bought_at, scene.now)) {
        if (order.kind != OrderKind::prepaid || order.sku != ask.sku || order.customer_no != ask.customer_no)
            return turn_away(tx, order, ask, "49");
        catch_up(tx, order, scene.settings, scene.now);
        store::save(tx, order);
        return {.data = answer_of(order), .refused = false};
    }
    if (known) order.kind = OrderKind::none;

    const auto* item = scene.catalogue->prepaid(ask.sku);
    if (item == nullptr || !item->buyer_on) return turn_away(tx, order, ask, "43");
    const bool unavailable = !item->seller_on || item->price <= Idr{};
    if (unavailable || (!ask.testing && closed(*item, scene))) {
        order.kind = OrderKind::prepaid;
        order.sku = ask.sku;
        order.customer_no = ask.customer_no;
        order.testing = ask.testing;
        order.callback_url = ask.callback_url;
        order.price = item->price;
        return fail_formed(tx, order, unavailable ? "53" : "58", scene);
    }
    return first_purchase(tx, std::move(order), ask, *item, scene);
}

} // namespace enstore::sandbox

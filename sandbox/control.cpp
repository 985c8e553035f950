#include "sandbox/control.hpp"

#include "platform/core/text.hpp"
#include "sandbox/store.hpp"
#include "sandbox/supplier.hpp"

#include <algorithm>

namespace enstore::sandbox
{
namespace
{

http::Response shown(const json::value& value, int status = 200)
{
    http::Response response;
    response.status = status;
    response.body = json::serialize(value);
    return response;
}

http::Response wrong(std::string_view problem, int status = 400)
{
    return shown(json::object{{"error", problem}}, status);
}

/// The JSON object of a request; an empty body is an empty object, anything else is nothing.
std::optional<json::object> object_in(const http::Request& request)
{
    if (request.body.empty()) return json::object{};
    boost::system::error_code problem;
    auto parsed = json::parse(request.body, problem);
    if (problem || !parsed.is_object()) return std::nullopt;
    return std::move(parsed.get_object());
}

std::string text_in(const json::object& body, std::string_view field)
{
    const auto* value = body.if_contains(field);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t query_number(const http::Request& request, std::string_view field, std::int64_t otherwise,
                          std::int64_t most)
{
    const auto text = request.query_value(field);
    const auto number = text ? parse_int(*text) : std::nullopt;
    return std::clamp<std::int64_t>(number.value_or(otherwise), 0, most);
}

json::object shown_order(const Order& order)
{
    json::object shown_as{{"ref_id", order.ref_id},
                          {"requests", order.requests},
                          {"deliveries", order.deliveries},
                          {"status", order.status},
                          {"rc", order.rc},
                          {"kind", name(order.kind)},
                          {"sku", order.sku},
                          {"customer_no", order.customer_no},
                          {"sn", order.sn},
                          {"price", order.price.rupiah()},
                          {"debited", order.debited.rupiah()}};
    shown_as["bought_at"] =
        order.kind == OrderKind::none ? json::value(nullptr) : json::value(wire_time(order.bought_at));
    shown_as["next_at"] = order.next_at ? json::value(wire_time(*order.next_at)) : json::value(nullptr);
    shown_as["closest_requests_ms"] = order.closest_ms ? json::value(*order.closest_ms) : json::value(nullptr);
    return shown_as;
}

json::object shown_hook(const store::Hook& hook)
{
    return {{"id", hook.id},         {"ref_id", hook.ref_id}, {"event", hook.event},
            {"url", hook.url},       {"state", hook.state},   {"tries", hook.tries},
            {"answer", hook.answer}, {"forged", hook.forged}, {"due_at", wire_time(hook.due_at)},
            {"body", hook.body}};
}

http::Response orders(World& world, const http::Request& request)
{
    const auto ref = request.query_value("ref_id");
    if (ref) {
        const auto settings = world.settings();
        const auto now = world.now();
        const auto order = world.database().transact([&](db::Tx& tx) {
            auto found = store::order(tx, *ref);
            if (found && found->next_at && *found->next_at <= now) {
                catch_up(tx, *found, settings, now);
                store::update_order(tx, *found);
            }
            return found;
        });
        if (!order) return wrong("no request with this ref_id has arrived", 404);
        return shown(shown_order(*order));
    }
    const auto limit = query_number(request, "limit", 100, 10'000);
    const auto offset = query_number(request, "offset", 0, INT64_MAX);
    json::array all;
    for (const auto& order : world.database().read([&](db::Tx& tx) { return store::orders(tx, limit, offset); }))
        all.push_back(shown_order(order));
    return shown(all);
}

/// Ends an order as told, whatever its plan was: for answers nobody scripted, such as a refund days after a success.
http::Response settle(World& world, Messenger& messenger, const http::Request& request)
{
    const auto body = object_in(request);
    if (!body) return wrong("the body is a JSON object");
    const auto ref = text_in(*body, "ref_id");
    const auto rc = text_in(*body, "rc");
    if (ref.empty() || rc.empty() || rc.size() > 8) return wrong("`ref_id` and `rc` are required texts");
    const auto settings = world.settings();
    const auto now = world.now();
    const auto order = world.database().transact([&](db::Tx& tx) {
        auto found = store::order(tx, ref);
        if (!found || found->kind == OrderKind::none || found->kind == OrderKind::inquiry)
            return std::optional<Order>();
        found->plan = {rc};
        if (body->contains("sn") && found->kind == OrderKind::prepaid) found->detail = text_in(*body, "sn");
        take_step(tx, *found, settings, now);
        store::update_order(tx, *found);
        return found;
    });
    if (!order) return wrong("no order with this ref_id", 404);
    messenger.wake();
    return shown(shown_order(*order));
}

http::Response add_fault(World& world, const http::Request& request)
{
    const auto body = object_in(request);
    if (!body) return wrong("the body is a JSON object");
    std::string problem;
    const auto fault = read_fault(*body, problem);
    if (!fault) return wrong(problem);
    const auto added = world.faults().add(*fault, json::serialize(*body));
    return shown(json::object{{"id", added.id}, {"fault", added.name}, {"times", added.left}}, 201);
}

http::Response deposit(World& world)
{
    const auto left = world.database().read([](db::Tx& tx) { return store::deposit(tx); });
    return shown(json::object{{"deposit", left.rupiah()}});
}

http::Response set_deposit(World& world, const http::Request& request)
{
    const auto body = object_in(request);
    const auto* amount = body ? body->if_contains("deposit") : nullptr;
    if (amount == nullptr || !amount->is_int64() || amount->get_int64() < 0)
        return wrong("`deposit` is required: whole rupiah, 0 or more");
    world.database().transact([&](db::Tx& tx) { store::set_deposit(tx, Idr{amount->get_int64()}); });
    return deposit(world);
}

http::Response change_settings(World& world, const http::Request& request)
{
    auto body = object_in(request);
    if (!body) return wrong("the body is a JSON object");
    if (const auto* amount = body->if_contains("deposit")) { // kept apart, but it belongs here for who asks
        if (!amount->is_int64() || amount->get_int64() < 0) return wrong("`deposit` is whole rupiah, 0 or more");
        const Idr deposit{amount->get_int64()};
        world.database().transact([&](db::Tx& tx) { store::set_deposit(tx, deposit); });
        body->erase("deposit");
    }
    if (const auto problem = world.change_settings(*body)) return wrong(*problem);
    if (body->contains("limits")) world.forget_limits();
    return shown(as_json(world.settings()));
}

http::Response move_clock(World& world, Messenger& messenger, const http::Request& request)
{
    const auto body = object_in(request);
    const auto* seconds = body ? body->if_contains("advance_s") : nullptr;
    constexpr std::int64_t ten_years_s = 10LL * 366 * 86'400;
    if (seconds == nullptr || !seconds->is_int64() || std::abs(seconds->get_int64()) > ten_years_s)
        return wrong("`advance_s` is required: seconds, at most ten years");
    const auto now = world.advance(std::chrono::seconds{seconds->get_int64()});
    messenger.wake();
    return shown(json::object{{"now", wire_time(now)}});
}

http::Response change_item(World& world, const http::Request& request)
{
    auto body = object_in(request);
    const auto sku = body ? text_in(*body, "sku") : std::string();
    if (sku.empty()) return wrong("`sku` is required, and any fields of its price list row");
    body->erase("sku");
    try {
        if (!world.change_item(sku, *body)) return wrong("no such SKU", 404);
    } catch (const boost::system::system_error&) {
        return wrong("a field has another type than the price list gives it");
    }
    const auto catalogue = world.catalogue();
    const auto* item = catalogue->prepaid(sku);
    return shown(item != nullptr ? item->row : catalogue->postpaid(sku)->row);
}

http::Response hooks(World& world, const http::Request& request)
{
    const auto limit = query_number(request, "limit", 100, 10'000);
    const auto ref = request.query_value("ref_id");
    json::array all;
    for (const auto& hook : world.database().read([&](db::Tx& tx) { return store::hooks(tx, ref, limit); }))
        all.push_back(shown_hook(hook));
    return shown(all);
}

http::Response ping(World& world, Messenger& messenger)
{
    const auto url = world.settings().webhook_url;
    if (url.empty()) return wrong("no webhook_url is set; POST /_sandbox/settings sets one");
    return shown(json::object{{"url", url}, {"answer", messenger.ping(url)}});
}

http::Route route(http::Method method, std::string pattern, std::function<http::Response(const http::Request&)> act)
{
    return {.method = method,
            .pattern = std::move(pattern),
            .role = http::Role::anyone,
            .rate = http::RateClass::none,
            .handler = [act = std::move(act)](const http::Request& request) -> Result<http::Response> {
                return act(request);
            }};
}

} // namespace

http::Routes control_routes(World& world, Messenger& messenger)
{
    using http::Method;
    using http::Request;
    return {
        route(Method::get, "/_sandbox/orders", [&](const Request& r) { return orders(world, r); }),
        route(Method::post, "/_sandbox/settle", [&](const Request& r) { return settle(world, messenger, r); }),
        route(Method::get, "/_sandbox/faults", [&](const Request&) { return shown(world.faults().list()); }),
        route(Method::post, "/_sandbox/faults", [&](const Request& r) { return add_fault(world, r); }),
        route(Method::del, "/_sandbox/faults",
              [&](const Request&) {
                  return shown(json::object{{"deleted", world.faults().clear()}});
              }),
        route(Method::get, "/_sandbox/deposit", [&](const Request&) { return deposit(world); }),
        route(Method::post, "/_sandbox/deposit", [&](const Request& r) { return set_deposit(world, r); }),
        route(Method::get, "/_sandbox/settings", [&](const Request&) { return shown(as_json(world.settings())); }),
        route(Method::post, "/_sandbox/settings", [&](const Request& r) { return change_settings(world, r); }),
        route(Method::get, "/_sandbox/clock",
              [&](const Request&) {
                  return shown(json::object{{"now", wire_time(world.now())}});
              }),
        route(Method::post, "/_sandbox/clock", [&](const Request& r) { return move_clock(world, messenger, r); }),
        route(Method::post, "/_sandbox/items", [&](const Request& r) { return change_item(world, r); }),
        route(Method::get, "/_sandbox/webhooks", [&](const Request& r) { return hooks(world, r); }),
        route(Method::post, "/_sandbox/webhooks/flush",
              [&](const Request&) {
                  return shown(json::object{{"sent", messenger.flush()}});
              }),
        route(Method::post, "/_sandbox/ping", [&](const Request&) { return ping(world, messenger); }),
        route(Method::post, "/v1/report/hooks/{hook}/pings", [&](const Request&) { return ping(world, messenger); }),
    };
}

} // namespace enstore::sandbox

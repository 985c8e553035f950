#include "orders/store.hpp"
#include "orders/views.hpp"
#include "orders/webhook.hpp"
#include "platform/core/text.hpp"
#include "platform/http/idempotency.hpp"
#include "platform/http/json.hpp"

namespace enstore::orders
{
namespace
{

namespace json = boost::json;

constexpr std::size_t webhook_bytes = 256 * 1024;

/// Reads a balance purchase; every bad field is reported at once. Prices, fees and totals in the body are ignored
/// (S23).
Result<PlaceOrder> read_purchase(const http::Request& request)
{
    auto fields = TRY(http::Fields::of(request));
    PlaceOrder wanted;
    wanted.buyer = request.caller->user;
    wanted.reseller = request.caller->reseller;
    wanted.item = ItemId{fields.id("product_item_id")};
    wanted.customer_data = fields.text_map("customer_data", true);
    wanted.voucher = fields.maybe_text("voucher_code", {.required = false, .max = 50});
    wanted.request_id = request.request_id;
    TRY(fields.check());
    return wanted;
}

json::object purchase_result(const Order& order)
{
    json::object out = views::transaction(order);
    json::object nested = out;
    out["transaction"] = std::move(nested);
    out["payment"] = nullptr;
    return out;
}

std::string_view accepted(http::Language language)
{
    return language == http::Language::english ? "The order is being processed" : "Pesanan diproses";
}

Result<http::Response> purchase_from_balance(const Deps& deps, const http::Request& request)
{
    const Timestamp now = deps.clock.now();
    auto wanted = TRY(read_purchase(request));
    wanted.code = new_code(now, deps.zone);
    const auto answer = [&](const Order& order) {
        return http::created(purchase_result(order), accepted(request.language));
    };
    try {
        return http::idempotent(
            deps.database, request, "purchase-balance", now,
            [&](db::Tx& tx) -> Result<http::Response> { return answer(TRY(place_order(tx, wanted, now, deps.zone))); });
    } catch (const db::CommitUnknown&) {
        // The commit's answer was lost: the code, made before the transaction, tells whether the order exists.
        const auto order = deps.database.transact([&](db::Tx& tx) { return store::find_by_code(tx, wanted.code); });
        if (!order) throw;
        return answer(*order);
    }
}

/// Filters of the history, put together from literal pieces.
db::Filter history(const char* name, db::Filter::Piece start, const http::Request& request, const BusinessZone& zone)
{
    db::Filter filter(name, start, request.caller->user);
    if (const auto type = request.query_value("type")) filter.add("AND transaction_type = ?", *type);
    if (const auto status = request.query_value("status")) {
        std::vector<db::Param> words;
        for (const auto& word : split(*status, ','))
            words.emplace_back(std::string(trimmed(word)));
        filter.add("AND status IN (").add_list(std::move(words)).add(")");
    }
    if (const auto search = request.query_value("search")) {
        const std::string like = "%" + like_literal(search->substr(0, 400)) + "%";
        filter.add("AND (transaction_code LIKE ? ESCAPE '!' OR product_name LIKE ? ESCAPE '!')", like, like);
    }
    const auto day = [](const std::optional<std::string>& text) -> std::optional<Date> {
        return text ? parse_date(std::string_view(*text).substr(0, 10)) : std::nullopt;
    };
    if (const auto from = day(request.query_value("start_date")))
        filter.add("AND created_at >= ?", zone.start_of(*from));
    if (const auto to = day(request.query_value("end_date")))
        filter.add("AND created_at < ?", zone.start_of(*to) + std::chrono::hours{24});
    return filter;
}

Result<http::Response> my_orders(const Deps& deps, const http::Request& request)
{
    const auto paging = http::paging(request, 20, {"per_page", "limit"});
    return deps.database.read([&](db::Tx& tx) -> Result<http::Response> {
        auto count = history("orders.count", "SELECT COUNT(*) FROM transactions WHERE user_id = ?", request, deps.zone);
        auto list = history("orders.list", "SELECT id FROM transactions WHERE user_id = ?", request, deps.zone);
        list.add("ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?", paging.per_page, paging.offset());
        json::array rows;
        for (const auto& row : tx.all(list))
            rows.push_back(views::list_item(tx, store::find(tx, row.id<OrderId>(0)).value()));
        return http::ok(http::page(request, deps.public_url, paging, tx.number(count), std::move(rows)));
    });
}

Result<http::Response> my_order(const Deps& deps, const http::Request& request)
{
    return deps.database.read([&](db::Tx& tx) -> Result<http::Response> {
        const auto order = store::find_own(tx, upper(request.param("transactionCode")), request.caller->user);
        if (!order) return refuse(order_not_found);
        return http::ok(views::detail(tx, *order, request.language));
    });
}

Result<http::Response> status_by_code(const Deps& deps, const http::Request& request)
{
    return deps.database.read([&](db::Tx& tx) -> Result<http::Response> {
        const auto order = store::find_by_code(tx, upper(request.param("transactionCode")));
        if (!order) return refuse(order_not_found);
        return http::ok(views::public_status(tx, *order));
    });
}

} // namespace

http::Routes routes(Deps deps)
{
    const auto bound = [deps](Result<http::Response> (*handler)(const Deps&, const http::Request&)) -> http::Handler {
        return [deps, handler](const http::Request& request) { return handler(deps, request); };
    };
    using http::Method;
    using http::RateClass;
    using http::Role;
    return {{Method::post, "/api/customer/transactions/purchase-balance", Role::customer, RateClass::api,
             bound(purchase_from_balance)},
            {Method::get, "/api/customer/transactions", Role::customer, RateClass::api, bound(my_orders)},
            {Method::get, "/api/customer/transactions/{transactionCode}", Role::customer, RateClass::polling,
             bound(my_order)},
            {Method::get, "/api/transactions/status/{transactionCode}", Role::anyone, RateClass::polling,
             bound(status_by_code)},
            {.method = Method::post,
             .pattern = "/api/webhooks/digiflazz",
             .role = Role::anyone,
             .rate = RateClass::none,
             .handler = bound(supplier_webhook),
             .inline_on_io = false,
             .body_limit = webhook_bytes}};
}

} // namespace enstore::orders

#include "platform/crypto/crypto.hpp"
#include "platform/http/client_ip.hpp"
#include "platform/http/json.hpp"
#include "platform/http/refusals.hpp"
#include "platform/metrics/metrics.hpp"

namespace enstore::http
{
namespace
{

/// A loopback peer with nothing in between, or the bearer of the token (S65). A proxy on this machine has a loopback
/// address too, so any sign of one closes that door.
bool may_see_metrics(const Request& request, const Secret& token)
{
    const bool direct = request.header("x-forwarded-for").empty() && request.header("forwarded").empty() &&
                        request.header("x-real-ip").empty() && request.header("via").empty();
    const auto ip = parse_ip(request.client_ip);
    if (direct && ip && is_loopback(*ip)) return true;
    return !token.empty() && crypto::equal(request.header("authorization"), "Bearer " + token.reveal());
}

Response alive()
{
    return json_response(200, json::object{{"status", "ok"}});
}

Response readiness(const std::vector<std::string>& reasons)
{
    json::array list;
    for (const auto& reason : reasons)
        list.emplace_back(reason);
    auto response =
        json_response(reasons.empty() ? 200 : 503,
                      json::object{{"status", reasons.empty() ? "ready" : "not ready"}, {"reasons", std::move(list)}});
    if (!reasons.empty()) response.with("Retry-After", "5");
    return response;
}

} // namespace

Routes health_routes(Health health)
{
    const auto live = [](const Request&) -> Result<Response> { return alive(); };
    const auto ready = [ask = std::move(health.reasons_not_ready)](const Request&) -> Result<Response> {
        return readiness(ask ? ask() : std::vector<std::string>{});
    };
    const auto figures = [token = std::move(health.metrics_token)](const Request& request) -> Result<Response> {
        if (!may_see_metrics(request, token)) return refuse(not_found);
        Response response;
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.body = metrics::render();
        return response;
    };
    return {
        {.method = Method::get,
         .pattern = "/livez",
         .role = Role::anyone,
         .rate = RateClass::none,
         .handler = live,
         .inline_on_io = true},
        {.method = Method::get,
         .pattern = "/up",
         .role = Role::anyone,
         .rate = RateClass::none,
         .handler = live,
         .inline_on_io = true},
        {.method = Method::get, .pattern = "/readyz", .role = Role::anyone, .rate = RateClass::none, .handler = ready},
        {.method = Method::get,
         .pattern = "/metrics",
         .role = Role::anyone,
         .rate = RateClass::none,
         .handler = figures,
         .inline_on_io = true}};
}

} // namespace enstore::http

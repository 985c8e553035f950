#include "platform/http/dispatcher.hpp"

#include "platform/core/text.hpp"
#include "platform/db/db.hpp"
#include "platform/http/forms.hpp"
#include "platform/http/refusals.hpp"
#include "platform/http/target.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>

namespace enstore::http
{
namespace
{

constexpr std::array<int, 20> usual_statuses{200, 201, 202, 302, 303, 304, 400, 401, 403, 404,
                                             405, 408, 409, 413, 414, 422, 429, 500, 502, 503};

bool needs_caller(Role role)
{
    return role == Role::auth || role == Role::customer || role == Role::admin;
}

std::string_view bearer_token(const Request& request)
{
    const std::string_view value = request.header("authorization");
    constexpr std::string_view scheme = "bearer ";
    if (value.size() <= scheme.size() || !equal_ignoring_case(value.substr(0, scheme.size()), scheme)) return {};
    return trimmed(value.substr(scheme.size()));
}

/// Several header lines are one list.
std::string forwarded_for(const Request& request)
{
    std::string list;
    for (const auto& [name, value] : request.headers)
        if (name == "x-forwarded-for") list.append(list.empty() ? "" : ",").append(value);
    return list;
}

bool well_formed_id(std::string_view id)
{
    return id.size() >= 8 && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '_';
           });
}

Error database_problem(const db::Failure& failure)
{
    const bool passing = failure.fault() == db::Fault::gone || failure.fault() == db::Fault::full ||
                         failure.fault() == db::Fault::retryable;
    Error error = enstore::refuse(passing ? overloaded : server_error, failure.what());
    if (passing) error.retry_after_s = 5;
    return error;
}

} // namespace

struct Dispatcher::Meters {
    Meters(std::string_view method_name, std::string_view route_pattern)
        : method(method_name), pattern(route_pattern),
          seconds(metrics::histogram("enstore_http_request_seconds", {{"method", method}, {"route", pattern}}))
    {
    }
    metrics::Counter& counter(int status)
    {
        const auto usual = std::find(usual_statuses.begin(), usual_statuses.end(), status);
        const std::string text = usual == usual_statuses.end() ? "other" : std::string{};
        auto& slot = counters[static_cast<std::size_t>(usual - usual_statuses.begin())];
        metrics::Counter* known = slot.load(std::memory_order_acquire);
        if (known == nullptr) {
            known = &metrics::counter(
                "enstore_http_requests_total",
                {{"method", method}, {"route", pattern}, {"status", text.empty() ? std::to_string(status) : text}});
            slot.store(known, std::memory_order_release);
        }
        return *known;
    }

    std::string method;
    std::string pattern;
    metrics::Histogram& seconds;
    std::array<std::atomic<metrics::Counter*>, usual_statuses.size() + 1> counters{};
};

Dispatcher::Dispatcher(const ServerConfig& config, Routes routes, Guard guard, const Clock& clock)
    : router_(std::move(routes)), guard_(std::move(guard)), clock_(clock), proxies_(config.trusted_proxies),
      origins_(config.cors_origins), limited_(config.rate_limits), access_log_(config.access_log),
      https_(config.public_url.substr(0, 8) == "https://")
{
    for (const Route& route : router_.routes()) {
        if (!route.handler) throw std::logic_error("route " + route.pattern + " has no handler");
        if (route.inline_on_io && needs_caller(route.role))
            throw std::logic_error("route " + route.pattern + " is inline and needs a caller");
        meters_.push_back(std::make_unique<Meters>(name(route.method), route.pattern));
    }
    meters_.push_back(std::make_unique<Meters>("-", "-"));
}

Dispatcher::~Dispatcher() = default;

bool Dispatcher::identify(Exchange& exchange)
{
    Request& request = exchange.request;
    exchange.place = nullptr;
    exchange.route = nullptr;
    exchange.token = {};
    exchange.allowance.reset();
    exchange.refusal_code = {};
    exchange.started = std::chrono::steady_clock::now();
    exchange.response = Response{};
    request.language = language_of(request.header("accept-language"));
    if (proxies_.trusts(exchange.peer)) {
        request.client_ip = ip_text(proxies_.client(exchange.peer, forwarded_for(request)));
        if (const auto id = request.header("x-request-id"); well_formed_id(id)) request.request_id = id;
    } else {
        request.client_ip = exchange.peer_text;
    }
    if (request.request_id.empty()) request.request_id = new_request_id();
    if (!read_target(request)) {
        refuse(exchange, malformed);
        return false;
    }
    exchange.place = router_.find(request.path, request.path_params);
    return true;
}

std::size_t Dispatcher::body_limit(const Exchange& exchange) const
{
    constexpr std::size_t otherwise = 64 * 1024;
    if (exchange.place == nullptr) return otherwise;
    // A form posted with `_method` may turn out to be the PUT of a larger limit; it is measured again then.
    if (exchange.request.method == Method::post) return exchange.place->largest_body();
    const Route* route = exchange.place->of(exchange.request.method);
    return route == nullptr ? otherwise : route->body_limit;
}

bool Dispatcher::begin(Exchange& exchange)
{
    Request& request = exchange.request;
    if (request.method == Method::options && preflight(exchange)) return true;
    override_method(exchange);
    if (exchange.place == nullptr) {
        refuse(exchange, not_found);
        return true;
    }
    exchange.route = exchange.place->of(request.method);
    if (exchange.route == nullptr) {
        refuse(exchange, no_such_method);
        exchange.response.with("Allow", exchange.place->allowed());
        return true;
    }
    const Route& route = *exchange.route;
    if (request.body.size() > route.body_limit) {
        refuse(exchange, too_large);
        return true;
    }
    // Public routes recognise nobody: health must not depend on the database.
    if (route.role != Role::anyone) exchange.token = bearer_token(request);
    const bool by_account = route.rate == RateClass::api && !exchange.token.empty();
    if (limited_ && !by_account && !within_limit(exchange, limiter_.take(route.rate, request.client_ip, clock_.now())))
        return true;
    if (needs_caller(route.role) && exchange.token.empty()) {
        refuse(exchange, unauthenticated);
        return true;
    }
    if (!route.inline_on_io || !exchange.token.empty()) return false;
    handle(exchange);
    settle_body(request, exchange.response);
    return true;
}

void Dispatcher::finish(Exchange& exchange)
{
    try {
        if (recognise(exchange)) handle(exchange);
        settle_body(exchange.request, exchange.response);
    } catch (const std::exception& failure) {
        log::error("request failed outside its handler",
                   {{"req", exchange.request.request_id}, {"problem", failure.what()}});
        exchange.response = Response{};
        refuse(exchange, server_error);
    }
}

/// Preflights are answered for every address: what is there is told by the request that follows.
bool Dispatcher::preflight(Exchange& exchange) const
{
    const Request& request = exchange.request;
    Response& response = exchange.response;
    response.body = R"({"success":true,"message":"OK"})";
    if (!request.header("origin").empty() && !request.header("access-control-request-method").empty()) {
        response.with("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers");
        if (!cors_allowed(request)) return true;
        response.with("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        if (const auto wanted = request.header("access-control-request-headers"); !wanted.empty())
            response.with("Access-Control-Allow-Headers", std::string(wanted));
        response.with("Access-Control-Max-Age", "600");
        return true;
    }
    if (exchange.place == nullptr || exchange.place->of(Method::options) != nullptr) return false;
    response.with("Allow", exchange.place->allowed());
    return true;
}

/// HTML forms know only GET and POST: a field `_method` says what is meant.
void Dispatcher::override_method(Exchange& exchange) const
{
    Request& request = exchange.request;
    if (request.method != Method::post || request.body.find("_method") == std::string::npos) return;
    const auto wanted = upper(form_field(request, "_method"));
    if (wanted == "PUT") request.method = Method::put;
    if (wanted == "PATCH") request.method = Method::patch;
    if (wanted == "DELETE") request.method = Method::del;
}

bool Dispatcher::within_limit(Exchange& exchange, std::optional<Allowance> allowance) const
{
    exchange.allowance = allowance;
    if (!allowance || allowance->allowed) return true;
    Error error = enstore::refuse(rate_limited);
    error.retry_after_s = allowance->retry_after_s;
    refuse(exchange, error);
    return false;
}

void Dispatcher::refuse(Exchange& exchange, const Refusal& refusal) const
{
    refuse(exchange, enstore::refuse(refusal));
}

void Dispatcher::refuse(Exchange& exchange, const Error& error) const
{
    exchange.refusal_code = error.refusal.code;
    exchange.response = problem(error, exchange.request.language);
}

/// Turns the token into a caller and asks whether the route is for that caller.
bool Dispatcher::recognise(Exchange& exchange) const
{
    const Route& route = *exchange.route;
    Request& request = exchange.request;
    if (!exchange.token.empty()) {
        try {
            if (guard_) request.caller = guard_(exchange.token);
        } catch (const db::Failure& failure) {
            log::error("guard failed", {{"req", request.request_id}, {"problem", failure.what()}});
            refuse(exchange, database_problem(failure));
            return false;
        }
    }
    const bool by_account = route.rate == RateClass::api && !exchange.token.empty();
    if (limited_ && by_account) {
        const Timestamp now = clock_.now();
        const auto allowance = request.caller ? limiter_.take(route.rate, request.caller->user, now)
                                              : limiter_.take(route.rate, request.client_ip, now);
        if (!within_limit(exchange, allowance)) return false;
    }
    if (needs_caller(route.role) && !request.caller) {
        refuse(exchange, unauthenticated);
        return false;
    }
    if (route.role == Role::admin && !request.caller->admin) {
        refuse(exchange, forbidden);
        return false;
    }
    return true;
}

void Dispatcher::handle(Exchange& exchange) const
{
    const Request& request = exchange.request;
    const auto failed = [&](const char* what, const Error& error) {
        log::error("handler failed", {{"req", request.request_id},
                                      {"method", name(request.method)},
                                      {"route", exchange.route->pattern},
                                      {"problem", what}});
        refuse(exchange, error);
    };
    try {
        auto result = exchange.route->handler(request);
        if (result) {
            exchange.response = std::move(*result);
            return;
        }
        const Error& error = result.error();
        if (!error.detail.empty())
            log::info("refused", {{"req", request.request_id},
                                  {"route", exchange.route->pattern},
                                  {"code", error.refusal.code},
                                  {"detail", error.detail}});
        refuse(exchange, error);
    } catch (const db::Failure& failure) {
        failed(failure.what(), database_problem(failure));
    } catch (const std::exception& failure) {
        failed(failure.what(), enstore::refuse(server_error));
    } catch (...) {
        failed("something that is no std::exception", enstore::refuse(server_error));
    }
}

void Dispatcher::conclude(Exchange& exchange)
{
    Response& response = exchange.response;
    if (const auto& allowance = exchange.allowance) {
        response.with("X-RateLimit-Limit", std::to_string(allowance->limit));
        response.with("X-RateLimit-Remaining", std::to_string(allowance->remaining));
        if (!allowance->allowed)
            response.with("X-RateLimit-Reset", std::to_string((allowance->reset.us + 999'999) / 1'000'000));
    }
    const auto index = exchange.route == nullptr ? meters_.size() - 1
                                                 : static_cast<std::size_t>(exchange.route - router_.routes().data());
    Meters& meters = *meters_[index];
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - exchange.started);
    meters.counter(response.status).add();
    meters.seconds.observe_us(took.count());
    if (!access_log_) return;
    const Request& request = exchange.request;
    log::info("request", {{"method", name(request.method)},
                          {"route", meters.pattern},
                          {"status", response.status},
                          {"ms", static_cast<double>(took.count()) / 1000.0},
                          {"req", request.request_id},
                          {"ip", request.client_ip},
                          {"code", exchange.refusal_code}});
}

bool Dispatcher::cors_allowed(const Request& request) const
{
    const auto origin = request.header("origin");
    return !origin.empty() && std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

/// Names a request in logs; guessing one gives nothing, so speed matters more than secrecy.
std::string Dispatcher::new_request_id() const
{
    thread_local std::mt19937_64 source{[] {
        std::random_device device;
        return (static_cast<std::uint64_t>(device()) << 32U) ^ device();
    }()};
    static constexpr char digits[] = "0123456789abcdef";
    std::uint64_t bits = source();
    std::string id(15, '0'); // fits into a string's own memory
    for (char& c : id) {
        c = digits[bits & 15U];
        bits >>= 4U;
    }
    return id;
}

} // namespace enstore::http

#pragma once

#include "platform/http/client_ip.hpp"
#include "platform/http/encode.hpp"
#include "platform/http/http.hpp"
#include "platform/http/rate_limiter.hpp"
#include "platform/http/router.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enstore::http
{

/// One request on its way through the edge, and what became of it.
struct Exchange {
    IpBytes peer{};
    std::string peer_text;
    Request request;
    const Place* place = nullptr;
    const Route* route = nullptr; ///< null: no such path or method
    std::string_view token;       ///< the bearer token, inside `request.headers`
    std::optional<Allowance> allowance;
    std::string_view refusal_code; ///< for the access log
    std::chrono::steady_clock::time_point started;
    Response response;
};

/// What is decided about a request between its bytes and its handler: who asks, which route, whether it may, and what
/// is logged. Knows no socket.
///
/// parse → route → (inline and nobody to recognise: limits by address, handler here) else limits by address → pool →
/// guard → role → limits by account → handler.
class Dispatcher
{
public:
    Dispatcher(const ServerConfig& config, Routes routes, Guard guard, const Clock& clock);
    ~Dispatcher();
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    /// When the head has been read: who sent it, and which address is meant. False: the target cannot be read, and the
    /// answer is ready.
    bool identify(Exchange& exchange);
    /// How many bytes of body the address takes. After `identify`.
    std::size_t body_limit(const Exchange& exchange) const;
    /// When the body has been read. True: `response` is ready. False: `finish` must run on a thread that may block.
    bool begin(Exchange& exchange);
    void finish(Exchange& exchange); ///< guard, role, limits, handler
    /// Puts a refusal of the edge itself (timed out, too large, overloaded) into `response`.
    void refuse(Exchange& exchange, const Refusal& refusal) const;
    /// After the answer is settled: rate headers, figures, the access log.
    void conclude(Exchange& exchange);

    bool cors_allowed(const Request& request) const;
    bool https() const { return https_; }

private:
    struct Meters;

    bool preflight(Exchange& exchange) const;
    void override_method(Exchange& exchange) const;
    bool within_limit(Exchange& exchange, std::optional<Allowance> allowance) const;
    void refuse(Exchange& exchange, const Error& error) const;
    bool recognise(Exchange& exchange) const;
    void handle(Exchange& exchange) const;
    std::string new_request_id() const;

    Router router_;
    Guard guard_;
    const Clock& clock_;
    TrustedProxies proxies_;
    std::vector<std::string> origins_;
    bool limited_;
    bool access_log_;
    bool https_;
    mutable RateLimiter limiter_;
    std::vector<std::unique_ptr<Meters>> meters_; ///< one per route, and one for what met no route
};

} // namespace enstore::http

#pragma once

#include "platform/core/id.hpp"
#include "platform/core/result.hpp"
#include "platform/core/secret.hpp"
#include "platform/core/time.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The door of the HTTP edge: what a handler sees. No Beast, no Asio, no JSON here (`json.hpp` beside it for bodies).
namespace enstore::http
{

enum class Method { get, head, post, put, patch, del, options, other };
std::string_view name(Method method); ///< `GET`, `DELETE`, …

enum class Language { indonesian, english };

/// Who may call a route; every route declares one (S17).
enum class Role {
    anyone,   ///< `public`
    optional, ///< anyone; better prices when signed in. An invalid token counts as none
    auth,     ///< any active account
    customer, ///< role customer or admin
    admin,
};
std::string_view name(Role role); ///< the contract's word: `public`, `optional`, `auth`, `customer`, `admin`

/// Rate classes of domain 20. `none` is for health and webhooks.
enum class RateClass { none, auth, password_reset, polling, api };
std::string_view name(RateClass rate_class); ///< `none`, `auth`, `password-reset`, `polling`, `api`

/// The account behind a request, made from the bearer token by the guard.
struct Caller {
    UserId user;
    TokenId token;
    bool admin = false;
    bool reseller = false; ///< price tier: reseller or retail
};

/// A request as a handler sees it: read in full, within the limits, with its body still as bytes.
struct Request {
    Method method = Method::get;
    std::string target;                                          ///< as sent: path and query
    std::string path;                                            ///< decoded, without the query
    std::multimap<std::string, std::string, std::less<>> query;  ///< decoded, blanks trimmed, empty values dropped
    std::map<std::string, std::string, std::less<>> path_params; ///< `{id}` → text
    std::vector<std::pair<std::string, std::string>> headers;    ///< names in lower case
    std::string body;                                            ///< raw bytes
    std::string client_ip;                                       ///< the peer, or what a trusted proxy says (S16)
    std::string request_id;                                      ///< born here; rides in logs and jobs
    Language language = Language::indonesian;
    std::optional<Caller> caller; ///< set by the guard; present on `auth`, `customer` and `admin` routes

    std::string_view header(std::string_view lower_case_name) const;     ///< empty when absent
    std::optional<std::string> query_value(std::string_view name) const; ///< the last value of that name
    const std::string& param(std::string_view name) const; ///< throws when the route has no such parameter
    std::int64_t id_param(std::string_view name) const;    ///< a `{…}` that matches digits only; 0 when it overflows
};

/// An answer. Bodies that many requests share (the catalogue) are given as `shared_body`, with their gzip form and ETag
/// ready made.
struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::shared_ptr<const std::string> shared_body;      ///< used instead of `body` when set
    std::shared_ptr<const std::string> shared_gzip_body; ///< the same, gzipped; sent to who accepts it
    std::string etag;                                    ///< quoted; `If-None-Match` is answered 304 by the server
    bool no_store = true;          ///< `Cache-Control: no-store`; false only for what is equal for every caller
    bool abort_connection = false; ///< the server closes the socket instead of answering (the sandbox's lost answers)

    Response& with(std::string header_name, std::string value)
    {
        headers.emplace_back(std::move(header_name), std::move(value));
        return *this;
    }
};

using Handler = std::function<Result<Response>(const Request&)>;

/// One row of the program's table of routes. Patterns are in full: `/api/products/{id}`; parameters named `id` (or
/// `…_id`) match digits only, others one segment, a last `{name*}` the rest of the path with its slashes; a literal
/// segment wins over a parameter.
struct Route {
    Method method;
    std::string pattern;
    Role role;
    RateClass rate;
    Handler handler;
    bool inline_on_io =
        false; ///< runs on the I/O thread and may not block (snapshot, health). Only with `anyone`/`optional`
    std::size_t body_limit = 64 * 1024; ///< bytes; webhooks 256 KiB (S15)
};

using Routes = std::vector<Route>;

/// Turns a bearer token into its caller; nothing for an unknown, expired or revoked one, or an inactive account. May
/// block.
using Guard = std::function<std::optional<Caller>(std::string_view token)>;

struct Limits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t uri_bytes = 8 * 1024;
    int header_deadline_s = 10; ///< from the first byte of a request to the end of its headers
    int body_deadline_s = 20;
    int idle_deadline_s = 30; ///< keep-alive between requests
    int write_deadline_s = 30;
    std::size_t connections = 4096;
    std::size_t queue = 256; ///< requests waiting for a handler thread; above it: 503 with Retry-After
};

struct ServerConfig {
    std::string address = "127.0.0.1";
    int port = 8000; ///< 0: any free port; see `Server::port()`
    int io_threads = 2;
    int handler_threads = 16;
    Limits limits;
    std::vector<std::string> cors_origins;    ///< exact matches only
    std::vector<std::string> trusted_proxies; ///< addresses or CIDR blocks whose X-Forwarded-For is believed
    bool rate_limits = true;                  ///< off lifts the classes of domain 20, nothing else
    std::string public_url;                   ///< APP_URL, for links in pages; no trailing slash
    bool access_log = true;
};

/// The asynchronous server. `start()` binds and returns; `drain()` stops accepting, cancels idle connections, lets
/// running requests end (their answers say `Connection: close`) and returns when all are gone or `patience` is over.
class Server
{
public:
    /// `clock` decides the rate windows. Throws when two routes have the same method and pattern, or an inline route
    /// needs a caller.
    Server(ServerConfig config, Routes routes, Guard guard, const Clock& clock);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void start(); ///< throws `std::runtime_error` with the address when it cannot bind
    int port() const;
    bool drain(std::chrono::seconds patience = std::chrono::seconds{20}); ///< false when some had to be cut off

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

// ── health ─────────────────────────────────────────────────────────────────────────────────────────────────────────

struct Health {
    std::function<std::vector<std::string>()> reasons_not_ready; ///< may block; empty list: ready
    Secret metrics_token;                                        ///< who bears it may read `/metrics` from elsewhere
};

/// `/livez` and `/up` (alive), `/readyz` (503 with the reasons), `/metrics` (a direct loopback peer or the bearer of
/// the token; anyone else 404, S65). None of them is rate limited.
Routes health_routes(Health health);

// ── answers ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The sentence of a text in the caller's language.
inline const std::string& in(Language language, const Text& text)
{
    return language == Language::english ? text.en : text.id;
}

/// The contract's error shape for a refusal (`success`, `message`, `code`, and `errors` for 422), in the caller's
/// language, with the status of its kind.
Response problem(const Error& error, Language language);

/// The HTTP status of a kind.
int status_of(Kind kind);

} // namespace enstore::http

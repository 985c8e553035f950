#include "platform/core/text.hpp"
#include "platform/http/client_ip.hpp"
#include "platform/http/router.hpp"
#include "platform/http/target.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

/// Addresses of clients: decoding and routing never let NUL, broken UTF-8 or a dot segment through, and a route that is
/// found has its parameters.
namespace
{

using namespace enstore;

void require(bool held)
{
    if (!held) std::abort();
}

const http::Router& router()
{
    static const http::Router made([] {
        http::Routes routes;
        for (const auto* pattern :
             {"/", "/api/products", "/api/products/{id}", "/api/products/{id}/items/{item_id}",
              "/api/products/categories", "/api/orders/{code}", "/api/orders/check", "/storage/{path*}"})
            routes.push_back({.method = http::Method::get,
                              .pattern = pattern,
                              .role = http::Role::anyone,
                              .rate = http::RateClass::none,
                              .handler = {}});
        return routes;
    }());
    return made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    http::Request request;
    request.target.assign(reinterpret_cast<const char*>(data), size);
    (void)http::language_of(request.target);
    (void)http::accepts_coding(request.target, "gzip");
    (void)http::matches_etag(request.target, "\"x\"");
    if (const auto ip = http::parse_ip(request.target)) require(http::parse_ip(http::ip_text(*ip)) == ip);
    if (!http::read_target(request)) return 0;
    require(is_clean_utf8(request.path) && request.path.front() == '/');
    for (const auto& [name, value] : request.query)
        require(!name.empty() && !value.empty() && trimmed(value) == value && is_clean_utf8(name) &&
                is_clean_utf8(value));
    require(http::percent_decoded(http::percent_encoded(request.path), false) == request.path);
    const auto* place = router().find(request.path, request.path_params);
    if (place == nullptr) return 0;
    const auto* route = place->of(http::Method::get);
    require(route != nullptr);
    for (const auto& [name, value] : request.path_params) {
        require(route->pattern.find("{" + name) != std::string::npos);
        for (const auto& part : split(value, '/'))
            require(!part.empty() && part != "." && part != "..");
        if (name == "id" || name == "item_id") require(value.find_first_not_of("0123456789") == std::string::npos);
    }
    return 0;
}

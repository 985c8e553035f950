#include "catalog/listing.hpp"
#include "catalog/public_catalogue.hpp"
#include "platform/core/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace enstore::catalog
{
namespace
{

Tier tier_of(const http::Request& request)
{
    return request.caller && request.caller->reseller ? Tier::reseller : Tier::retail;
}

/// The same bytes for everyone who is not a reseller. A cache in between must not give them to a reseller, whose
/// request differs by its token only (S35).
http::Response shared(const std::shared_ptr<const Page>& page)
{
    http::Response response;
    response.shared_body = std::shared_ptr<const std::string>(page, &page->body);
    if (!page->gzip.empty()) response.shared_gzip_body = std::shared_ptr<const std::string>(page, &page->gzip);
    response.etag = page->etag;
    response.no_store = false;
    return response;
}

http::Response shared_by_tier(const std::shared_ptr<const Page>& page)
{
    auto response = shared(page);
    response.with("Vary", "Authorization");
    return response;
}

http::Response of_reseller(std::string body)
{
    http::Response response;
    response.body = std::move(body);
    response.no_store = true;
    response.with("Vary", "Authorization");
    return response;
}

http::Response list_products(const Snapshot& snapshot, const http::Request& request, const std::string& public_url)
{
    if (tier_of(request) == Tier::reseller)
        return of_reseller(list_json(snapshot, request, Tier::reseller, public_url));
    if (request.query.empty()) return shared_by_tier(snapshot.first_page);
    if (const auto page = snapshot.remembered(request.target)) return shared_by_tier(page);

    auto body = list_json(snapshot, request, Tier::retail, public_url);
    // Searches are as many as there are people; compressing and keeping each would cost more than it saves.
    if (request.query_value("search")) {
        http::Response response;
        response.body = std::move(body);
        response.etag = '"' + crypto::sha256(snapshot.fingerprint + request.target).substr(0, 24) + '"';
        response.no_store = false;
        response.with("Vary", "Authorization");
        return response;
    }
    const auto page = make_page(std::move(body));
    snapshot.remember(request.target, page);
    return shared_by_tier(page);
}

Result<http::Response> show_product(const Snapshot& snapshot, const http::Request& request, std::uint32_t place)
{
    const auto& product = snapshot.products[place];
    if (tier_of(request) == Tier::retail) return shared_by_tier(product.page);
    return of_reseller(envelope(product.json(Tier::reseller, true), Tier::reseller));
}

http::Route route(std::string pattern, http::Role role, http::Handler handler)
{
    return {.method = http::Method::get,
            .pattern = std::move(pattern),
            .role = role,
            .rate = http::RateClass::api,
            .handler = std::move(handler),
            .inline_on_io = true};
}

} // namespace

http::Routes PublicCatalogue::routes()
{
    const auto impl = impl_;
    http::Routes routes;
    routes.push_back(
        route("/api/products", http::Role::optional, [impl](const http::Request& request) -> Result<http::Response> {
            return list_products(*impl->snapshot(), request, impl->public_url());
        }));
    routes.push_back(
        route("/api/products/categories", http::Role::anyone,
              [impl](const http::Request&) -> Result<http::Response> { return shared(impl->snapshot()->categories); }));
    routes.push_back(route("/api/products/{id}", http::Role::optional,
                           [impl](const http::Request& request) -> Result<http::Response> {
                               const auto snapshot = impl->snapshot();
                               const auto found = snapshot->by_id.find(request.id_param("id"));
                               if (found == snapshot->by_id.end()) return refuse(no_such_product);
                               return show_product(*snapshot, request, found->second);
                           }));
    routes.push_back(route("/api/products/slug/{slug}", http::Role::optional,
                           [impl](const http::Request& request) -> Result<http::Response> {
                               const auto snapshot = impl->snapshot();
                               const auto found = snapshot->by_slug.find(lower(request.param("slug")));
                               if (found == snapshot->by_slug.end()) return refuse(no_such_product);
                               return show_product(*snapshot, request, found->second);
                           }));
    return routes;
}

} // namespace enstore::catalog

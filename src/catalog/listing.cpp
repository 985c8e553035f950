#include "catalog/listing.hpp"

#include "platform/core/text.hpp"
#include "platform/http/json.hpp"

#include <algorithm>
#include <utility>

namespace enstore::catalog
{
namespace
{

std::optional<bool> flag_of(const http::Request& request, std::string_view name)
{
    const auto text = request.query_value(name);
    if (!text) return std::nullopt;
    if (*text == "1" || equal_ignoring_case(*text, "true")) return true;
    if (*text == "0" || equal_ignoring_case(*text, "false")) return false;
    return std::nullopt;
}

SortKey sort_key(const http::Request& request)
{
    static constexpr std::array<std::pair<std::string_view, SortKey>, sort_keys> names{{
        {"sort_order", SortKey::sort_order},
        {"created_at", SortKey::created_at},
        {"updated_at", SortKey::updated_at},
        {"name", SortKey::name},
        {"rating", SortKey::rating},
        {"brand", SortKey::brand},
        {"id", SortKey::id},
    }};
    const auto wanted = request.query_value("sort_by").value_or("");
    for (const auto& [name, key] : names)
        if (name == wanted) return key;
    return SortKey::sort_order;
}

bool matches(const ShownProduct& product, const ListQuery& query)
{
    for (const auto& slug : query.category_slugs)
        if (product.category_slug != slug) return false;
    if (query.category_id && product.facts.category != *query.category_id) return false;
    if (query.brand && product.brand != *query.brand) return false;
    if (query.type && product.facts.type != *query.type) return false;
    if (query.payment_type && product.facts.payment_type != *query.payment_type) return false;
    if (query.featured && product.facts.is_featured != *query.featured) return false;
    if (query.only_featured && !product.facts.is_featured) return false;
    return query.search.empty() || product.haystack.find(query.search) != std::string::npos;
}

/// The contract's page around rows that are text already: the frame is made by the platform, with as many empty rows,
/// and the rows are put in their place.
std::string page_text(const http::Request& request, std::string_view public_url, const http::Paging& paging,
                      std::size_t total, const std::vector<std::string>& rows)
{
    http::json::array places(rows.size());
    const auto frame = http::page(request, public_url, paging, static_cast<std::int64_t>(total), std::move(places));
    ObjectText page;
    for (const auto& entry : frame) {
        const std::string_view key(entry.key().data(), entry.key().size());
        page.raw(key, key == "data" ? array_text(rows) : http::json::serialize(entry.value()));
    }
    return page.closed();
}

} // namespace

ListQuery read_query(const http::Request& request)
{
    ListQuery query;
    query.search = lower(request.query_value("search").value_or(""));
    for (const auto* name : {"category", "category.slug", "category_slug"})
        if (const auto slug = request.query_value(name)) query.category_slugs.push_back(lower(*slug));
    if (const auto id = request.query_value("category_id")) query.category_id = parse_int(*id).value_or(0);
    if (const auto brand = request.query_value("brand")) query.brand = lower(*brand);
    if (const auto type = request.query_value("type")) query.type = lower(*type);
    if (const auto kind = request.query_value("payment_type")) query.payment_type = lower(*kind);
    query.nothing = !flag_of(request, "is_active").value_or(true);
    query.featured = flag_of(request, "is_featured");
    query.only_featured = flag_of(request, "featured").value_or(false);
    query.with_items = flag_of(request, "with_items").value_or(false);
    query.sort_by = sort_key(request);
    query.descending = equal_ignoring_case(request.query_value("sort_order").value_or("asc"), "desc");
    return query;
}

std::vector<std::uint32_t> matching(const Snapshot& snapshot, const ListQuery& query)
{
    std::vector<std::uint32_t> found;
    if (query.nothing) return found;
    const auto& order = snapshot.orders[static_cast<std::size_t>(query.sort_by)][query.descending ? 1 : 0];
    for (const auto place : order)
        if (matches(snapshot.products[place], query)) found.push_back(place);
    return found;
}

std::string list_json(const Snapshot& snapshot, const http::Request& request, Tier tier, std::string_view public_url)
{
    const auto query = read_query(request);
    const auto paging = http::paging(request, 10, {"per_page", "limit"});
    const auto found = matching(snapshot, query);

    // Compared before anything is multiplied: a page number may be as large as an integer.
    const auto per_page = static_cast<std::size_t>(paging.per_page);
    const auto pages = (found.size() + per_page - 1) / per_page;
    std::vector<std::string> rows;
    if (paging.page >= 1 && static_cast<std::uint64_t>(paging.page) <= pages) {
        const auto from = (static_cast<std::size_t>(paging.page) - 1) * per_page;
        const auto until = std::min(found.size(), from + per_page);
        for (auto i = from; i < until; ++i) {
            const auto& product = snapshot.products[found[i]];
            const bool with_items =
                query.with_items || tier == Tier::reseller || product.facts.payment_type == "postpaid";
            rows.push_back(product.json(tier, with_items));
        }
    }
    return envelope(page_text(request, public_url, paging, found.size(), rows), tier);
}

} // namespace enstore::catalog

#pragma once

#include "catalog/snapshot.hpp"
#include "platform/http/http.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace enstore::catalog
{

/// Which products a caller of `listProducts` wants, read with forgiveness: what cannot be understood is as if it were
/// not there, except that an equality with an unknown value finds nothing.
struct ListQuery {
    std::string search; ///< lower case
    std::vector<std::string> category_slugs;
    std::optional<std::int64_t> category_id; ///< 0: a value that no category has
    std::optional<std::string> brand;        ///< lower case
    std::optional<std::string> type;
    std::optional<std::string> payment_type;
    bool nothing = false; ///< `is_active=false`: only active products are ever listed
    std::optional<bool> featured;
    bool only_featured = false;
    bool with_items = false;
    SortKey sort_by = SortKey::sort_order;
    bool descending = false;
};
ListQuery read_query(const http::Request& request);

/// The places in `snapshot.products` of what matches, in the order asked for.
std::vector<std::uint32_t> matching(const Snapshot& snapshot, const ListQuery& query);

/// The whole answer of `listProducts` as JSON text.
std::string list_json(const Snapshot& snapshot, const http::Request& request, Tier tier, std::string_view public_url);

} // namespace enstore::catalog

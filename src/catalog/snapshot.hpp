#pragma once

#include "catalog/product_json.hpp"
#include "catalog/store.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace enstore::catalog
{

/// A finished answer: bytes that many requests share.
struct Page {
    std::string body;
    std::string gzip; ///< empty when it would save nothing
    std::string etag;
};
std::shared_ptr<const Page> make_page(std::string body);

/// What the catalogue can be sorted by.
enum class SortKey { sort_order, created_at, updated_at, name, rating, brand, id };
inline constexpr std::size_t sort_keys = 7;

/// A visible product with all that filters ask for, and its JSON in pieces.
struct ShownProduct {
    store::PublicProduct facts;
    std::string category_slug; ///< lower case, as are the next two
    std::string brand;
    std::string haystack;             ///< everything that `search` looks at
    std::array<std::string, 2> head;  ///< by tier: the object, open, without items
    std::array<std::string, 2> items; ///< by tier: the array
    std::shared_ptr<const Page> page; ///< the detail answer of the public tier

    std::string json(Tier tier, bool with_items) const;
};

/// Everything read from the database for one snapshot.
struct CatalogueRows {
    std::int64_t version = 0;
    std::vector<store::PublicCategory> categories;
    std::vector<store::PublicProduct> products;
    std::vector<store::PublicItem> items;
};

/// The public catalogue at one moment. Immutable but for the pages it remembers.
struct Snapshot {
    std::int64_t version = 0;
    std::vector<ShownProduct> products;                                      ///< in the default order
    std::array<std::array<std::vector<std::uint32_t>, 2>, sort_keys> orders; ///< by key, then ascending and descending
    std::unordered_map<std::int64_t, std::uint32_t> by_id;
    std::unordered_map<std::string, std::uint32_t> by_slug; ///< lower case
    std::shared_ptr<const Page> categories;
    std::shared_ptr<const Page> first_page; ///< of the public tier, with no parameters
    std::string fingerprint;                ///< of all its contents, for ETags of pages put together on request

    /// Pages of the public tier that were asked for since the snapshot was made, by target. Bounded: when it is full it
    /// starts anew, so that invented parameters cannot fill the memory.
    std::shared_ptr<const Page> remembered(const std::string& target) const;
    void remember(const std::string& target, std::shared_ptr<const Page> page) const;

private:
    static constexpr std::size_t most_bytes = 16U << 20U;
    mutable std::mutex mutex_;
    mutable std::unordered_map<std::string, std::shared_ptr<const Page>> pages_;
    mutable std::size_t bytes_ = 0;
};

/// The whole answer around `data`.
std::string envelope(std::string_view data, Tier tier);

std::shared_ptr<const Snapshot> make_snapshot(CatalogueRows rows, const std::string& public_url);

} // namespace enstore::catalog

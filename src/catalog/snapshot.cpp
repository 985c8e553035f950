#include "catalog/snapshot.hpp"

#include "catalog/listing.hpp"
#include "platform/core/text.hpp"
#include "platform/crypto/crypto.hpp"

#include <zlib.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace enstore::catalog
{
namespace
{

std::string gzipped(const std::string& text)
{
    z_stream stream{};
    // 16 added to the window bits asks for gzip's header.
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib cannot start");
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); // zlib reads only
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int ended = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (ended != Z_STREAM_END) throw std::runtime_error("zlib did not finish");
    return out;
}

std::string etag_of(std::string_view bytes)
{
    return '"' + crypto::sha256(bytes).substr(0, 24) + '"';
}

/// Everything that `search` looks at, in lower case. Pieces are kept apart by a character no search can hold.
std::string haystack_of(const store::PublicProduct& product, const std::string& category,
                        const std::vector<store::PublicItem>& items)
{
    std::string all = product.name + '\n' + product.brand + '\n' + category;
    for (const auto& item : items)
        all += '\n' + item.name + '\n' + item.sku;
    return lower(all);
}

template <class Key>
void sort_by(std::array<std::vector<std::uint32_t>, 2>& orders, const std::vector<ShownProduct>& products,
             const Key& key)
{
    std::vector<std::uint32_t> order(products.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto compare = [&](std::uint32_t a, std::uint32_t b, bool descending) {
        const auto& x = products[a].facts;
        const auto& y = products[b].facts;
        const auto first = key(x);
        const auto second = key(y);
        if (first != second) return descending ? second < first : first < second;
        return x.id < y.id; // a page must not change when it is asked for twice
    };
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return compare(a, b, false); });
    orders[0] = order;
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return compare(a, b, true); });
    orders[1] = std::move(order);
}

/// `4.80` as 480: the column has at most two decimals, and SQLite drops trailing zeros.
std::int64_t rating_in_hundredths(const std::string& rating)
{
    const auto dot = rating.find('.');
    auto decimals = dot == std::string::npos ? std::string() : rating.substr(dot + 1);
    decimals.resize(2, '0');
    return parse_int(rating.substr(0, dot)).value_or(0) * 100 + parse_int(decimals).value_or(0);
}

void make_orders(Snapshot& snapshot)
{
    using Facts = store::PublicProduct;
    const auto order = [&](SortKey key) -> auto&
    {
        return snapshot.orders[static_cast<std::size_t>(key)];
    };
    const auto& products = snapshot.products;
    sort_by(order(SortKey::sort_order), products, [](const Facts& p) { return p.sort_order; });
    sort_by(order(SortKey::created_at), products, [](const Facts& p) { return p.created_at; });
    sort_by(order(SortKey::updated_at), products, [](const Facts& p) { return p.updated_at; });
    sort_by(order(SortKey::name), products, [](const Facts& p) { return lower(p.name); });
    sort_by(order(SortKey::rating), products, [](const Facts& p) { return rating_in_hundredths(p.rating); });
    sort_by(order(SortKey::brand), products, [](const Facts& p) { return lower(p.brand); });
    sort_by(order(SortKey::id), products, [](const Facts& p) { return p.id; });
}

} // namespace

std::shared_ptr<const Page> make_page(std::string body)
{
    auto page = std::make_shared<Page>();
    page->gzip = gzipped(body);
    if (page->gzip.size() >= body.size()) page->gzip.clear();
    page->etag = etag_of(body);
    page->body = std::move(body);
    return page;
}

std::string ShownProduct::json(Tier tier, bool with_items) const
{
    const auto at = static_cast<std::size_t>(tier);
    if (!with_items) return head[at] + '}';
    return head[at] + ",\"items\":" + items[at] + '}';
}

std::shared_ptr<const Page> Snapshot::remembered(const std::string& target) const
{
    const std::lock_guard lock(mutex_);
    const auto found = pages_.find(target);
    return found == pages_.end() ? nullptr : found->second;
}

void Snapshot::remember(const std::string& target, std::shared_ptr<const Page> page) const
{
    const auto size = target.size() + page->body.size() + page->gzip.size();
    const std::lock_guard lock(mutex_);
    if (bytes_ + size > most_bytes) {
        pages_.clear();
        bytes_ = 0;
    }
    if (pages_.emplace(target, std::move(page)).second) bytes_ += size;
}

std::string envelope(std::string_view data, Tier tier)
{
    return ObjectText().flag("success", true).text("message", "OK").raw("data", data).text("role", name(tier)).closed();
}

std::shared_ptr<const Snapshot> make_snapshot(CatalogueRows rows, const std::string& public_url)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->version = rows.version;

    std::vector<std::string> category_texts;
    std::unordered_map<std::int64_t, std::size_t> category_of;
    for (std::size_t i = 0; i < rows.categories.size(); ++i) {
        category_texts.push_back(category_json(rows.categories[i], public_url));
        category_of.emplace(rows.categories[i].id, i);
    }
    std::unordered_map<std::int64_t, std::vector<store::PublicItem>> items_of;
    for (auto& item : rows.items)
        items_of[item.product].push_back(std::move(item));

    std::string fingerprints;
    for (auto& facts : rows.products) {
        const auto& category = rows.categories[category_of.at(facts.category)];
        const auto& items = items_of[facts.id];
        ShownProduct product;
        product.category_slug = lower(category.slug);
        product.brand = lower(facts.brand);
        product.haystack = haystack_of(facts, category.name, items);
        for (const auto tier : {Tier::retail, Tier::reseller}) {
            const auto at = static_cast<std::size_t>(tier);
            product.head[at] =
                product_head(facts, category_texts[category_of.at(facts.category)], items, tier, public_url);
            product.items[at] = items_json(items, tier);
        }
        product.facts = std::move(facts);
        product.page = make_page(envelope(product.json(Tier::retail, true), Tier::retail));
        fingerprints += product.page->etag;
        const auto place = static_cast<std::uint32_t>(snapshot->products.size());
        snapshot->by_id.emplace(product.facts.id, place);
        snapshot->by_slug.emplace(lower(product.facts.slug), place);
        snapshot->products.push_back(std::move(product));
    }
    make_orders(*snapshot);
    snapshot->categories = make_page(
        ObjectText().flag("success", true).text("message", "OK").raw("data", array_text(category_texts)).closed());
    snapshot->fingerprint = crypto::sha256(fingerprints + snapshot->categories->etag);

    http::Request plain;
    plain.path = plain.target = "/api/products";
    snapshot->first_page = make_page(list_json(*snapshot, plain, Tier::retail, public_url));
    return snapshot;
}

} // namespace enstore::catalog

#include "catalog/listing.hpp"
#include "catalog/snapshot.hpp"
#include "platform/core/text.hpp"
#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <zlib.h>

#include <atomic>
#include <map>
#include <set>

namespace enstore::catalog
{
namespace
{

namespace json = boost::json;

digiflazz::Item row(std::string sku, std::string name, std::string brand, std::string category, std::int64_t price)
{
    digiflazz::Item item;
    item.product_name = std::move(name);
    item.category = std::move(category);
    item.brand = std::move(brand);
    item.type = "Umum";
    item.seller_name = "CanarySeller";
    item.sku = std::move(sku);
    item.price = Idr{price};
    item.buyer_active = item.seller_active = true;
    return item;
}

std::string unzipped(const std::string& bytes)
{
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string out(1U << 20U, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

class PublicCatalogueOf : public testing::TestWithParam<support::Backend>
{
protected:
    // Costs and the two tiers' prices are numbers that occur nowhere else: the canaries of S21.
    static constexpr std::int64_t canary_cost = 7'654'321;
    static constexpr std::int64_t canary_retail = canary_cost + 2'000;
    static constexpr std::int64_t canary_reseller = canary_cost + 1'000;

    support::TestDatabase database{GetParam()};
    db::Database& db = database.db();
    ManualClock clock;
    PublicCatalogue catalogue{db, "https://toko.example"};
    http::Routes routes = catalogue.routes();

    void SetUp() override
    {
        auto gone = row("gone", "Mobile Legends Gone", "MOBILE LEGENDS", "Games", 1'000);
        gone.seller_active = false;
        auto bill = row("pdam1", "PDAM Kota Contoh", "PDAM", "Pascabayar", 0);
        bill.postpaid = true;
        ASSERT_TRUE(sync(db,
                         {row("ml86", "Mobile Legends 86 Diamonds", "MOBILE LEGENDS", "Games", canary_cost),
                          row("ml5", "Mobile Legends 5 Diamonds", "MOBILE LEGENDS", "Games", 1'500), gone,
                          row("ax5", "Axis 5.000", "AXIS", "Pulsa", 5'500),
                          row("tsel", "Telkomsel <img src=x onerror=1>", "TELKOMSEL", "Data", 10'000),
                          row("hid", "Axis Hidden", "AXIS", "Judi Online", 9'000)},
                         {bill}, clock.now()));
        ASSERT_FALSE(catalogue.has_products());
        ASSERT_TRUE(catalogue.refresh());
        ASSERT_TRUE(catalogue.has_products());
    }

    static http::Request request(const std::string& target, bool reseller = false)
    {
        http::Request made;
        made.target = target;
        const auto mark = target.find('?');
        made.path = target.substr(0, mark);
        if (mark != std::string::npos)
            for (const auto& pair : split(std::string_view(target).substr(mark + 1), '&')) {
                const auto equals = pair.find('=');
                if (equals + 1 < pair.size()) made.query.emplace(pair.substr(0, equals), pair.substr(equals + 1));
            }
        if (reseller) made.caller = http::Caller{.user = UserId{1}, .token = TokenId{1}, .reseller = true};
        return made;
    }
    Result<http::Response> ask(const http::Request& asked, std::string_view pattern)
    {
        for (const auto& route : routes)
            if (route.pattern == pattern) return route.handler(asked);
        throw std::logic_error("no such route");
    }
    static std::string body_of(const http::Response& response)
    {
        return response.shared_body ? *response.shared_body : response.body;
    }
    json::object list(const std::string& query, bool reseller = false)
    {
        const auto response = ask(request("/api/products" + query, reseller), "/api/products").value();
        return json::parse(body_of(response)).as_object();
    }
    std::vector<std::string> names(const std::string& query, bool reseller = false)
    {
        std::vector<std::string> found;
        const auto answer = list(query, reseller);
        for (const auto& product : answer.at("data").at("data").as_array())
            found.emplace_back(std::string_view(product.at("name").as_string()));
        return found;
    }
    http::Response by_slug(const std::string& slug, bool reseller = false)
    {
        auto asked = request("/api/products/slug/" + slug, reseller);
        asked.path_params["slug"] = slug;
        return ask(asked, "/api/products/slug/{slug}").value();
    }
    using Names = std::vector<std::string>;
};

ENSTORE_ON_BOTH_BACKENDS(PublicCatalogueOf);

TEST_P(PublicCatalogueOf, lists_visible_products_in_the_contracts_shape)
{
    const auto answer = list("");
    EXPECT_TRUE(answer.at("success").as_bool());
    EXPECT_EQ(answer.at("role").as_string(), "retail");
    const auto& page = answer.at("data").as_object();
    EXPECT_EQ(page.at("current_page").as_int64(), 1);
    EXPECT_EQ(page.at("per_page").as_int64(), 10);
    EXPECT_EQ(page.at("total").as_int64(), 4);
    EXPECT_EQ(page.at("from").as_int64(), 1);
    EXPECT_EQ(page.at("to").as_int64(), 4);
    EXPECT_EQ(page.at("path").as_string(), "https://toko.example/api/products");

    const auto& product = page.at("data").as_array().front().as_object();
    const std::set<std::string> wanted = {"id",         "category_id",  "name",         "slug",        "brand",
                                          "publisher",  "type",         "payment_type", "description", "image",
                                          "icon",       "input_fields", "rating",       "is_active",   "is_featured",
                                          "sort_order", "created_at",   "updated_at",   "category",    "price_range"};
    std::set<std::string> keys;
    for (const auto& entry : product)
        keys.insert(std::string(entry.key()));
    EXPECT_EQ(keys, wanted);
    EXPECT_EQ(product.at("name").as_string(), "Mobile Legends Games");
    EXPECT_EQ(product.at("price_range").at("min").as_int64(), 3'500);
    EXPECT_EQ(product.at("price_range").at("max").as_int64(), canary_retail);
    EXPECT_TRUE(product.at("image").is_null());
    EXPECT_EQ(product.at("input_fields").as_array().size(), 2U);
    EXPECT_EQ(product.at("category").at("slug").as_string(), "games");
    EXPECT_EQ(names(""), (Names{"Mobile Legends Games", "Axis Pulsa", "Telkomsel Data", "Pdam Pascabayar"}))
        << "an unknown category is not shown";
}

TEST_P(PublicCatalogueOf, filters_sorts_and_pages)
{
    const std::vector<std::pair<std::string, Names>> cases = {
        {"?category=games", {"Mobile Legends Games"}},
        {"?category.slug=GAMES", {"Mobile Legends Games"}},
        {"?category_slug=pulsa", {"Axis Pulsa"}},
        {"?category=games&category_slug=pulsa", {}},
        {"?category=zzz", {}},
        {"?category_id=1", {"Mobile Legends Games"}},
        {"?category_id=abc", {}},
        {"?brand=telkomsel", {"Telkomsel Data"}},
        {"?brand=telkom", {}},
        {"?type=pulsa", {"Axis Pulsa"}},
        {"?type=zzz", {}},
        {"?payment_type=postpaid", {"Pdam Pascabayar"}},
        {"?is_active=0", {}},
        {"?is_active=1&type=pulsa", {"Axis Pulsa"}},
        {"?is_active=zzz&type=pulsa", {"Axis Pulsa"}},
        {"?featured=true", {}},
        {"?featured=false&type=pulsa", {"Axis Pulsa"}},
        {"?is_featured=0&type=pulsa", {"Axis Pulsa"}},
        {"?search=AXIS", {"Axis Pulsa"}},
        {"?search=86 diam", {"Mobile Legends Games"}},
        {"?search=ML5", {"Mobile Legends Games"}},
        {"?search=pulsa", {"Axis Pulsa"}},
        {"?search=gone", {}},
        {"?search=%25", {}},
        {"?search=%&type=pulsa", {}},
        {"?sort_by=name", {"Axis Pulsa", "Mobile Legends Games", "Pdam Pascabayar", "Telkomsel Data"}},
        {"?sort_by=name&sort_order=desc", {"Telkomsel Data", "Pdam Pascabayar", "Mobile Legends Games", "Axis Pulsa"}},
        {"?sort_by=evil&sort_order=evil&per_page=1", {"Mobile Legends Games"}},
        {"?sort_by=id&sort_order=desc&per_page=1", {"Pdam Pascabayar"}},
        {"?sort_by=rating&sort_order=desc&per_page=1", {"Mobile Legends Games"}},
        {"?per_page=2&page=2", {"Telkomsel Data", "Pdam Pascabayar"}},
        {"?limit=1&page=2", {"Axis Pulsa"}},
        {"?page=99", {}},
        {"?page=9223372036854775807&per_page=100", {}},
        {"?page=-3&per_page=-1&type=pulsa", {"Axis Pulsa"}},
        {"?unknown=1&type=pulsa", {"Axis Pulsa"}},
    };
    for (const auto& [query, expected] : cases)
        EXPECT_EQ(names(query), expected) << query;

    EXPECT_EQ(list("?per_page=100000").at("data").at("per_page").as_int64(), 100);
    const auto past_the_end = list("?page=99").at("data").as_object();
    EXPECT_TRUE(past_the_end.at("from").is_null());
    EXPECT_EQ(past_the_end.at("total").as_int64(), 4);
    const auto second = list("?per_page=1&page=2&type=pulsa&brand=AXIS").at("data").as_object();
    EXPECT_EQ(second.at("total").as_int64(), 1);
}

TEST_P(PublicCatalogueOf, puts_items_into_lists_when_they_are_wanted)
{
    const auto with_items = [&](const std::string& query, bool reseller) {
        std::vector<bool> found;
        const auto answer = list(query, reseller);
        for (const auto& product : answer.at("data").at("data").as_array())
            found.push_back(product.as_object().contains("items"));
        return found;
    };
    EXPECT_EQ(with_items("", false), (std::vector{false, false, false, true})) << "bills always carry theirs";
    EXPECT_EQ(with_items("?with_items=1", false), (std::vector{true, true, true, true}));
    EXPECT_EQ(with_items("", true), (std::vector{true, true, true, true}));
}

TEST_P(PublicCatalogueOf, shows_a_product_with_its_items_by_slug_and_by_id)
{
    const auto response = by_slug("MOBILE-legends-games");
    const auto product = json::parse(body_of(response)).at("data").as_object();
    const auto& items = product.at("items").as_array();
    ASSERT_EQ(items.size(), 2U) << "what is sold out is not shown";
    EXPECT_EQ(items[0].at("digiflazz_code").as_string(), "ml5") << "cheapest first";
    EXPECT_EQ(items[1].at("price").as_int64(), canary_retail);
    EXPECT_EQ(items[1].at("retail_price").as_int64(), canary_retail);
    EXPECT_EQ(items[1].at("name").as_string(), "86 Diamonds");

    auto by_id = request("/api/products/x");
    by_id.path_params["id"] = std::to_string(product.at("id").as_int64());
    EXPECT_EQ(body_of(ask(by_id, "/api/products/{id}").value()), body_of(response));
    EXPECT_FALSE(response.etag.empty());
    ASSERT_TRUE(response.shared_gzip_body);
    EXPECT_EQ(unzipped(*response.shared_gzip_body), *response.shared_body);

    by_id.path_params["id"] = "99999999";
    EXPECT_TRUE(ask(by_id, "/api/products/{id}").error().is(no_such_product));
    auto hidden = request("/api/products/slug/axis-judi-online");
    hidden.path_params["slug"] = "axis-judi-online";
    EXPECT_TRUE(ask(hidden, "/api/products/slug/{slug}").error().is(no_such_product));
}

TEST_P(PublicCatalogueOf, S21_never_shows_cost_profit_or_the_other_tiers_price)
{
    for (const bool reseller : {false, true}) {
        std::string all;
        for (const auto* query : {"", "?with_items=1&per_page=100", "?search=diamond", "?payment_type=postpaid"})
            all += body_of(ask(request(std::string("/api/products") + query, reseller), "/api/products").value());
        all += body_of(by_slug("mobile-legends-games", reseller));
        all += body_of(ask(request("/api/products/categories", reseller), "/api/products/categories").value());
        const auto holds = [&](const std::string& text) { return all.find(text) != std::string::npos; };
        EXPECT_FALSE(holds(std::to_string(canary_cost)));
        EXPECT_EQ(holds(std::to_string(canary_retail)), !reseller);
        EXPECT_EQ(holds(std::to_string(canary_reseller)), reseller);
        for (const auto* word : {"base_price", "profit", "reseller_price", "provider", "server_options",
                                 "supplier_group", "CanarySeller", "price_locked"})
            EXPECT_FALSE(holds(word)) << word;
    }
}

TEST_P(PublicCatalogueOf, S35_lets_caches_keep_only_what_is_equal_for_all)
{
    const auto has_vary = [](const http::Response& response) {
        for (const auto& [header, value] : response.headers)
            if (header == "Vary" && value == "Authorization") return true;
        return false;
    };
    for (const auto* query : {"", "?type=pulsa", "?search=axis"}) {
        const auto shared = ask(request(std::string("/api/products") + query), "/api/products").value();
        EXPECT_FALSE(shared.no_store);
        EXPECT_FALSE(shared.etag.empty());
        EXPECT_TRUE(has_vary(shared));
        const auto own = ask(request(std::string("/api/products") + query, true), "/api/products").value();
        EXPECT_TRUE(own.no_store);
        EXPECT_TRUE(own.etag.empty());
        EXPECT_EQ(json::parse(body_of(own)).at("role").as_string(), "reseller");
    }
    EXPECT_TRUE(by_slug("axis-pulsa", true).no_store);
    EXPECT_FALSE(by_slug("axis-pulsa", false).no_store);
}

TEST_P(PublicCatalogueOf, keeps_an_etag_until_the_catalogue_changes)
{
    const auto etag = [&](const std::string& query) {
        return ask(request("/api/products" + query), "/api/products").value().etag;
    };
    const auto first = etag("");
    const auto filtered = etag("?type=pulsa");
    const auto searched = etag("?search=axis");
    EXPECT_NE(filtered, searched);
    EXPECT_EQ(etag("?type=pulsa"), filtered);
    EXPECT_FALSE(catalogue.refresh()) << "nothing has changed";
    static constexpr db::Query rename{"test.rename",
                                      "UPDATE products SET name = 'Axis Baru' WHERE slug = 'axis-pulsa'"};
    db.transact([&](db::Tx& tx) { tx.execute(rename); });
    EXPECT_FALSE(catalogue.refresh()) << "the version tells, not the rows";
    db.transact([&](db::Tx& tx) { raise_version(tx); });
    EXPECT_TRUE(catalogue.refresh());
    EXPECT_NE(etag(""), first);
    EXPECT_NE(etag("?type=pulsa"), filtered);
    EXPECT_NE(etag("?search=axis"), searched);
    EXPECT_EQ(names("?type=pulsa"), Names{"Axis Baru"});

    PublicCatalogue other{db, "https://toko.example"};
    ASSERT_TRUE(other.refresh());
    for (const auto& route : other.routes()) {
        if (route.pattern != "/api/products") continue;
        EXPECT_EQ(route.handler(request("/api/products?search=axis")).value().etag, etag("?search=axis"))
            << "another process has the same bytes and says so";
    }
}

TEST_P(PublicCatalogueOf, lists_active_categories)
{
    const auto response = ask(request("/api/products/categories"), "/api/products/categories").value();
    const auto answer = json::parse(body_of(response)).as_object();
    Names found;
    for (const auto& category : answer.at("data").as_array())
        found.emplace_back(std::string_view(category.at("slug").as_string()));
    EXPECT_EQ(found, (Names{"games", "pulsa", "data", "pln", "e-money", "voucher", "pascabayar"}));
    EXPECT_EQ(answer.at("data").as_array()[0].at("icon").as_string(), "🎮");
    EXPECT_FALSE(response.no_store);
}

TEST_P(PublicCatalogueOf, answers_while_it_is_swapped)
{
    std::atomic<bool> stop{false};
    std::atomic<int> broken{0};
    support::run_threads(4, [&](int index) {
        if (index == 0) {
            for (int i = 0; i < 20; ++i) {
                db.transact([&](db::Tx& tx) { raise_version(tx); });
                catalogue.refresh();
            }
            stop = true;
            return;
        }
        while (!stop)
            for (const auto* query : {"", "?type=pulsa", "?search=a"})
                if (json::parse(body_of(ask(request(std::string("/api/products") + query), "/api/products").value()))
                        .at("data")
                        .at("total")
                        .as_int64() < 1)
                    ++broken;
    });
    EXPECT_EQ(broken.load(), 0);
}

TEST(MediaUrl, is_absolute_or_null)
{
    const std::string url = "https://toko.example";
    EXPECT_FALSE(media_url(std::nullopt, url));
    EXPECT_FALSE(media_url("", url));
    EXPECT_EQ(media_url("products/a.webp", url), "https://toko.example/storage/products/a.webp");
    EXPECT_EQ(media_url("/storage/products/a.webp", url), "https://toko.example/storage/products/a.webp");
    EXPECT_EQ(media_url("https://cdn.example/a.webp", url), "https://cdn.example/a.webp");
}

TEST(Snapshot, remembers_no_more_than_its_bound)
{
    const auto snapshot = make_snapshot({}, "https://toko.example");
    auto large = std::make_shared<Page>();
    large->body.assign(5U << 20U, 'x');
    for (int i = 0; i < 10; ++i)
        snapshot->remember("/api/products?page=" + std::to_string(i), large);
    int kept = 0;
    for (int i = 0; i < 10; ++i)
        if (snapshot->remembered("/api/products?page=" + std::to_string(i))) ++kept;
    EXPECT_GE(kept, 1);
    EXPECT_LE(kept, 3);
}

} // namespace
} // namespace enstore::catalog

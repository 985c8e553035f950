#include "catalog/listing.hpp"
#include "catalog/order_form.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

/// The catalogue's filters and the order form's stored texts, from any bytes: `name=value` lines become the query of a
/// list, and the answer must be a page of the contract; the whole input is read as stored fields and as options.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace enstore;
    static const auto snapshot = [] {
        catalog::CatalogueRows rows;
        rows.categories.push_back({.id = 1, .name = "Games", .slug = "games", .type = "VIRTUAL"});
        for (int i = 1; i <= 3; ++i) {
            catalog::store::PublicProduct product;
            product.id = i;
            product.category = 1;
            product.name = "Product " + std::to_string(i);
            product.slug = "product-" + std::to_string(i);
            product.brand = "BRAND";
            product.type = "game";
            product.payment_type = "prepaid";
            product.input_fields = "[]";
            product.rating = "4.5";
            rows.products.push_back(std::move(product));
        }
        return catalog::make_snapshot(std::move(rows), "http://localhost");
    }();

    const std::string_view text(reinterpret_cast<const char*>(data), size);
    http::Request request;
    request.path = request.target = "/api/products";
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find('\n', from), text.size());
        const auto line = text.substr(from, end - from);
        const auto equals = line.find('=');
        if (equals != std::string_view::npos && equals + 1 < line.size())
            request.query.emplace(std::string(line.substr(0, equals)), std::string(line.substr(equals + 1)));
        from = end + 1;
    }
    const auto found = catalog::matching(*snapshot, catalog::read_query(request));
    if (found.size() > snapshot->products.size()) throw std::logic_error("more products than there are");
    const auto answer = catalog::list_json(*snapshot, request, catalog::Tier::retail, "http://localhost");
    if (answer.find("\"role\":\"retail\"") == std::string::npos) throw std::logic_error("not an answer");

    (void)catalog::option_items(text);
    for (const auto& field : catalog::read_fields(text))
        if (field.name.empty()) throw std::logic_error("a field without a name");
    return 0;
}

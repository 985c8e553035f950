#include "catalog/store.hpp"
#include "catalog/sync.hpp"
#include "platform/core/text.hpp"
#include "platform/log/log.hpp"

#include <boost/json.hpp>

#include <chrono>

namespace enstore::catalog
{
namespace
{

namespace json = boost::json;

// The supplier answers one question for a whole list in five minutes; an hour is what domain 20 allows a copy to be
// old.
constexpr auto kept_for = std::chrono::hours(1);

struct Obtained {
    std::vector<digiflazz::Item> items;
    std::string source;
    std::optional<Error> problem;
};

std::optional<std::vector<digiflazz::Item>> fresh_copy(db::Database& database, bool postpaid, Timestamp now)
{
    const auto kept = database.read([&](db::Tx& tx) { return store::kept_list(tx, postpaid); });
    if (!kept || kept->fetched_at > now || now - kept->fetched_at >= kept_for) return std::nullopt;
    return read_stored_list(kept->items, postpaid);
}

Obtained obtain(db::Database& database, digiflazz::Client& supplier, const Clock& clock, bool postpaid, bool force)
{
    if (!force)
        if (auto kept = fresh_copy(database, postpaid, clock.now()))
            return {.items = std::move(*kept), .source = "kept", .problem = {}};

    auto answer = supplier.price_list(postpaid);
    if (!answer) {
        log::warning("price list not to be had", {{"supplier", "digiflazz"},
                                                  {"list", postpaid ? "postpaid" : "prepaid"},
                                                  {"code", answer.error().refusal.code}});
        return {.items = {}, .source = "unavailable", .problem = std::move(answer).error()};
    }
    if (answer->skipped > 0)
        log::warning("rows of the price list cannot be read", {{"supplier", "digiflazz"}, {"rows", answer->skipped}});
    if (!answer->items.empty()) {
        const auto text = stored_list(answer->items);
        const auto now = clock.now();
        database.transact([&](db::Tx& tx) { store::keep_list(tx, postpaid, text, now); });
    }
    return {.items = std::move(answer->items), .source = "fetched", .problem = {}};
}

std::string text_of(const json::object& object, std::string_view key)
{
    return std::string(std::string_view(object.at(key).as_string()));
}

digiflazz::Item item_of(const json::object& object, bool postpaid)
{
    digiflazz::Item item;
    item.product_name = text_of(object, "name");
    item.category = text_of(object, "category");
    item.brand = text_of(object, "brand");
    item.type = text_of(object, "type");
    item.seller_name = text_of(object, "seller");
    item.sku = text_of(object, "sku");
    item.description = text_of(object, "description");
    item.postpaid = postpaid;
    item.price = Idr{object.at("price").as_int64()};
    item.admin = Idr{object.at("admin").as_int64()};
    item.commission = Idr{object.at("commission").as_int64()};
    item.buyer_active = object.at("buyer_active").as_bool();
    item.seller_active = object.at("seller_active").as_bool();
    item.unlimited_stock = object.at("unlimited_stock").as_bool();
    item.stock = object.at("stock").as_int64();
    item.multi = object.at("multi").as_bool();
    item.cut_off_start = text_of(object, "cut_off_start");
    item.cut_off_end = text_of(object, "cut_off_end");
    return item;
}

} // namespace

std::string stored_list(const std::vector<digiflazz::Item>& items)
{
    json::array list;
    list.reserve(items.size());
    for (const auto& item : items)
        list.push_back(json::object{{"name", item.product_name},
                                    {"category", item.category},
                                    {"brand", item.brand},
                                    {"type", item.type},
                                    {"seller", item.seller_name},
                                    {"sku", item.sku},
                                    {"description", item.description},
                                    {"price", item.price.rupiah()},
                                    {"admin", item.admin.rupiah()},
                                    {"commission", item.commission.rupiah()},
                                    {"buyer_active", item.buyer_active},
                                    {"seller_active", item.seller_active},
                                    {"unlimited_stock", item.unlimited_stock},
                                    {"stock", item.stock},
                                    {"multi", item.multi},
                                    {"cut_off_start", item.cut_off_start},
                                    {"cut_off_end", item.cut_off_end}});
    return json::serialize(list);
}

std::optional<std::vector<digiflazz::Item>> read_stored_list(std::string_view text, bool postpaid)
{
    boost::system::error_code problem;
    const auto parsed = json::parse(text, problem);
    if (problem || !parsed.is_array()) return std::nullopt;
    std::vector<digiflazz::Item> items;
    items.reserve(parsed.get_array().size());
    try {
        for (const auto& entry : parsed.get_array())
            items.push_back(item_of(entry.as_object(), postpaid));
    } catch (const std::exception&) {
        return std::nullopt; // a copy of another version of this program: ask the supplier anew
    }
    return items;
}

Result<SyncReport> sync_from_supplier(db::Database& database, digiflazz::Client& supplier, const Clock& clock,
                                      const Progress& progress, bool force)
{
    // The lease comes before the questions: two runs at once would spend the supplier's patience on each other.
    auto lease = TRY(SyncLease::take(database, clock.now()));
    auto prepaid = obtain(database, supplier, clock, false, force);
    auto postpaid = obtain(database, supplier, clock, true, force);
    if (prepaid.problem && postpaid.problem) return std::move(*prepaid.problem);

    const Lists lists{.prepaid = std::move(prepaid.items),
                      .postpaid = std::move(postpaid.items),
                      .prepaid_source = prepaid.source,
                      .postpaid_source = postpaid.source};
    auto report = TRY(write_lists(database, lease, lists, clock.now(), progress));
    report.finished_at = clock.now();
    log::info("catalogue synchronised", {{"items_created", report.items_created},
                                         {"items_updated", report.items_updated},
                                         {"items_deactivated", report.items_deactivated},
                                         {"items_skipped", report.items_skipped},
                                         {"prepaid_list", report.prepaid_source},
                                         {"postpaid_list", report.postpaid_source}});
    return report;
}

} // namespace enstore::catalog

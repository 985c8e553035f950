// A sync of 5,000 items beside the bare upserts of the same items in one transaction:  sync_bench FILE
// Both write every row of a catalogue that is there already. Prints `sync-milliseconds upserts-milliseconds` of a
// round.

#include "catalog/catalog.hpp"

#include <chrono>
#include <iostream>

namespace
{

using namespace enstore;
using Steady = std::chrono::steady_clock;

constexpr int products = 100;
constexpr int items_of_a_product = 50;

constexpr db::Query upsert{
    "bench.upsert",
    "INSERT INTO product_items (product_id, digiflazz_code, name, base_price, retail_price, reseller_price, "
    "retail_profit, "
    "reseller_profit, stock_status, last_synced_at, created_at, updated_at) VALUES (1, ?, ?, ?, ?, ?, 0, 0, "
    "'available', ?, ?, ?)"
    "{on_duplicate(digiflazz_code)}base_price = {new(base_price)}, retail_price = {new(retail_price)}, "
    "reseller_price = {new(reseller_price)}, last_synced_at = {new(last_synced_at)}, updated_at = {new(updated_at)}"};

std::vector<digiflazz::Item> price_list(std::int64_t price)
{
    std::vector<digiflazz::Item> list;
    for (int p = 0; p < products; ++p)
        for (int i = 0; i < items_of_a_product; ++i) {
            digiflazz::Item item;
            item.product_name = "Brand" + std::to_string(p) + " " + std::to_string(i);
            item.category = "Games";
            item.brand = "BRAND" + std::to_string(p);
            item.type = "Umum";
            item.sku = "sku" + std::to_string(p) + "x" + std::to_string(i);
            item.price = Idr{price + i};
            item.buyer_active = item.seller_active = true;
            list.push_back(item);
        }
    return list;
}

double milliseconds_since(Steady::time_point began)
{
    return std::chrono::duration<double, std::milli>(Steady::now() - began).count();
}

} // namespace

int main(int count, char** words)
{
    if (count != 2) {
        std::cerr << "usage: sync_bench FILE\n";
        return 2;
    }
    db::Config config;
    config.sqlite_path = words[1];
    const SystemClock clock;
    const auto database = db::Database::open(config);
    db::migrate(*database);
    if (!catalog::sync(*database, price_list(1'000), {}, clock.now())) return 1;
    for (int round = 1; round <= 5; ++round) {
        const auto list = price_list(1'000 + round * 100);
        auto began = Steady::now();
        if (!catalog::sync(*database, list, {}, clock.now())) return 1;
        const double sync = milliseconds_since(began);
        began = Steady::now();
        const Timestamp now = clock.now();
        database->transact([&](db::Tx& tx) {
            for (const auto& item : list)
                tx.execute(upsert, item.sku, item.product_name, item.price, item.price + 2'000_idr,
                           item.price + 1'000_idr, now, now, now);
        });
        std::cout << sync << " " << milliseconds_since(began) << "\n";
    }
    return 0;
}

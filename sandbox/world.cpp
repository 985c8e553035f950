#include "sandbox/world.hpp"

#include "sandbox/store.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace enstore::sandbox
{
namespace
{

std::string file_text(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) throw std::runtime_error("cannot read the price list " + path);
    return text.str();
}

std::unique_ptr<db::Database> opened(const std::string& folder)
{
    std::filesystem::create_directories(folder);
    db::Config config;
    config.sqlite_path = (std::filesystem::path(folder) / "sandbox.db").string();
    config.readers = 2;
    auto database = db::Database::open(config);
    db::migrate(*database, store::migrations());
    return database;
}

} // namespace

World::World(const Config& config, const Clock& clock) : clock_(clock), database_(opened(config.data_folder))
{
    load(config);
    faults_ = std::make_unique<Faults>(*database_);
}

void World::load(const Config& config)
{
    settings_ = default_settings(config);
    auto catalogue = Catalogue::parse(config.price_list_file.empty() ? std::string(price_list_json)
                                                                     : file_text(config.price_list_file));
    database_->transact([&](db::Tx& tx) {
        store::ensure_account(tx, config.deposit);
        for (const auto& item : catalogue.all_prepaid())
            if (!item.unlimited) store::ensure_stock(tx, item.sku, item.stock);
    });
    const auto account = database_->read([](db::Tx& tx) { return store::account(tx); });
    const auto changes = database_->read([](db::Tx& tx) { return store::item_changes(tx); });
    offset_ = account.clock_offset;
    if (!account.settings.empty()) {
        changed_settings_ = json::parse(account.settings).as_object();
        apply(settings_, changed_settings_);
    }
    for (const auto& [sku, fields] : changes)
        catalogue.change(sku, json::parse(fields).as_object());
    catalogue_ = std::make_shared<const Catalogue>(std::move(catalogue));
}

Timestamp World::now() const
{
    const std::lock_guard lock(mutex_);
    return clock_.now() + offset_;
}

Timestamp World::advance(Microseconds by)
{
    database_->transact([&](db::Tx& tx) { store::move_clock(tx, by); });
    const std::lock_guard lock(mutex_);
    offset_ += by;
    return clock_.now() + offset_;
}

bool World::expired(Timestamp bought_at, Timestamp now)
{
    return now - bought_at > std::chrono::hours{90 * 24};
}

Settings World::settings() const
{
    const std::lock_guard lock(mutex_);
    return settings_;
}

std::optional<std::string> World::change_settings(const json::object& changes)
{
    const std::lock_guard lock(mutex_);
    Settings changed = settings_;
    if (auto problem = apply(changed, changes)) return problem;
    // Kept are the values of what was asked for, a shorthand as what it stands for, so that their order says nothing.
    const json::object now = as_json(changed);
    json::object all = changed_settings_;
    for (const auto& change : changes) {
        if (now.contains(change.key())) all[change.key()] = now.at(change.key());
        if (change.key() != "outcome") continue;
        for (const auto* field : {"immediate_percent", "failure_percent", "stuck_percent"})
            all[field] = now.at(field);
    }
    const std::string text = json::serialize(all);
    database_->transact([&](db::Tx& tx) { store::set_settings(tx, text); });
    settings_ = std::move(changed);
    changed_settings_ = std::move(all);
    return std::nullopt;
}

std::shared_ptr<const Catalogue> World::catalogue() const
{
    const std::lock_guard lock(mutex_);
    return catalogue_;
}

bool World::change_item(const std::string& sku, const json::object& fields)
{
    const std::lock_guard lock(mutex_);
    Catalogue changed = *catalogue_;
    if (!changed.change(sku, fields)) return false;
    const auto* item = changed.prepaid(sku);
    const std::string text = json::serialize(fields);
    database_->transact([&](db::Tx& tx) {
        store::add_item_change(tx, sku, text);
        if (item != nullptr && fields.contains("stock")) store::set_stock(tx, sku, item->stock);
        if (item != nullptr && !item->unlimited) store::ensure_stock(tx, sku, item->stock);
    });
    catalogue_ = std::make_shared<const Catalogue>(std::move(changed));
    return true;
}

bool World::within_budget(const std::string& key, Microseconds spacing)
{
    const std::lock_guard lock(mutex_);
    const Timestamp now = clock_.now() + offset_;
    const auto last = last_calls_.find(key);
    if (settings_.limits && last != last_calls_.end() && now - last->second < spacing) return false;
    last_calls_[key] = now;
    return true;
}

bool World::within_rate(const std::string& key, std::int64_t most)
{
    const std::lock_guard lock(mutex_);
    const std::int64_t minute = (clock_.now() + offset_).unix_seconds() / 60;
    auto& [running, calls] = calls_in_minute_[key];
    if (running != minute) calls = 0;
    running = minute;
    return ++calls <= most || !settings_.limits;
}

void World::forget_limits()
{
    const std::lock_guard lock(mutex_);
    last_calls_.clear();
    calls_in_minute_.clear();
}

} // namespace enstore::sandbox

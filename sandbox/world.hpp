#pragma once

#include "platform/db/db.hpp"
#include "sandbox/catalogue.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/settings.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace enstore::sandbox
{

/// What all parts of the simulator share: its database, its own (movable) clock, settings, price list, faults and
/// limits. Thread-safe.
class World
{
public:
    World(const Config& config, const Clock& clock);

    db::Database& database() { return *database_; }
    Faults& faults() { return *faults_; }

    /// The simulator's own time: the clock, plus what the control endpoint added.
    Timestamp now() const;
    Timestamp advance(Microseconds by);
    /// Whether the order's state may be older than a status check reaches (90 days).
    static bool expired(Timestamp bought_at, Timestamp now);

    Settings settings() const;
    /// Says what is wrong, or applies and stores the change.
    std::optional<std::string> change_settings(const json::object& changes);

    std::shared_ptr<const Catalogue> catalogue() const;
    /// False when there is no such SKU. Throws when a value has the wrong type.
    bool change_item(const std::string& sku, const json::object& fields);

    /// Counts a call against a budget; false when the last one is less than `spacing` ago.
    bool within_budget(const std::string& key, Microseconds spacing);
    /// False when there were already `most` calls in the running minute.
    bool within_rate(const std::string& key, std::int64_t most);
    void forget_limits();

    /// Who wants to know that something is due at a moment (the webhook sender).
    void on_due(std::function<void(Timestamp)> listener) { due_ = std::move(listener); }
    void announce_due(Timestamp at) const
    {
        if (due_) due_(at);
    }

private:
    void load(const Config& config);

    const Clock& clock_;
    std::unique_ptr<db::Database> database_;
    std::unique_ptr<Faults> faults_;
    std::function<void(Timestamp)> due_;

    mutable std::mutex mutex_;
    Microseconds offset_{0};
    Settings settings_;
    json::object changed_settings_;
    std::shared_ptr<const Catalogue> catalogue_;
    std::map<std::string, Timestamp> last_calls_;
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> calls_in_minute_; ///< minute, calls
};

} // namespace enstore::sandbox

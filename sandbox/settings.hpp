#pragma once

#include "sandbox/sandbox.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace enstore::sandbox
{

namespace json = boost::json;

/// What `POST /_sandbox/settings` can change. Percentages are of orders, chosen by a hash of the ref_id, so that a
/// rerun of the same orders meets the same fate.
struct Settings {
    std::int64_t callback_delay_ms = 3000;
    bool cut_off = true;
    bool limits = true;
    bool shared_budget = false;         ///< prepaid and pasca share the price list's 5 minutes
    std::int64_t refusal_status = 200;  ///< HTTP status of refusals: 200 or 400; both have been seen
    std::int64_t immediate_percent = 0; ///< orders whose first answer is final
    std::int64_t failure_percent = 0;   ///< orders that fail in the end
    std::int64_t stuck_percent = 0;     ///< orders that stay pending for ever
    std::vector<std::string> failure_rcs{"02"};
    std::string webhook_url;
    bool webhook_create = true; ///< announce new orders too, not only their end
    std::int64_t webhook_delay_ms = 0;
    std::int64_t webhook_loss_percent = 0;
    std::int64_t webhook_duplicate_percent = 0;
    std::int64_t webhook_reorder_percent = 0; ///< `create` arrives after `update`
    std::int64_t webhook_attempts = 1;        ///< the supplier documents no retries: assume none
    std::int64_t pln_lookups_per_minute = 60; ///< above it rc 86; lifted with `limits`
    std::vector<std::string> allowed_ips;     ///< empty: any
};

Settings default_settings(const Config& config);

/// Applies the named fields. Returns what is wrong with them, in which case nothing is changed.
std::optional<std::string> apply(Settings& settings, const json::object& changes);

json::object as_json(const Settings& settings);

} // namespace enstore::sandbox

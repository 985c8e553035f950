#include "sandbox/settings.hpp"

#include <array>
#include <utility>

namespace enstore::sandbox
{
namespace
{

struct NumberField {
    const char* name;
    std::int64_t Settings::*field;
    std::int64_t least;
    std::int64_t most;
};

constexpr std::int64_t one_day_ms = 86'400'000;

const std::array<NumberField, 11> number_fields{{
    {"callback_delay_ms", &Settings::callback_delay_ms, 0, one_day_ms},
    {"refusal_status", &Settings::refusal_status, 200, 400},
    {"immediate_percent", &Settings::immediate_percent, 0, 100},
    {"failure_percent", &Settings::failure_percent, 0, 100},
    {"stuck_percent", &Settings::stuck_percent, 0, 100},
    {"webhook_delay_ms", &Settings::webhook_delay_ms, 0, one_day_ms},
    {"webhook_loss_percent", &Settings::webhook_loss_percent, 0, 100},
    {"webhook_duplicate_percent", &Settings::webhook_duplicate_percent, 0, 100},
    {"webhook_reorder_percent", &Settings::webhook_reorder_percent, 0, 100},
    {"webhook_attempts", &Settings::webhook_attempts, 1, 1000},
    {"pln_lookups_per_minute", &Settings::pln_lookups_per_minute, 0, 1'000'000},
}};

struct FlagField {
    const char* name;
    bool Settings::*field;
};

constexpr std::array<FlagField, 4> flag_fields{{
    {"cut_off", &Settings::cut_off},
    {"limits", &Settings::limits},
    {"shared_budget", &Settings::shared_budget},
    {"webhook_create", &Settings::webhook_create},
}};

struct ListField {
    const char* name;
    std::vector<std::string> Settings::*field;
};

constexpr std::array<ListField, 2> list_fields{{
    {"failure_rcs", &Settings::failure_rcs},
    {"allowed_ips", &Settings::allowed_ips},
}};

/// One word for the usual fates of an order, as a shorthand for the percentages.
bool apply_outcome(Settings& settings, std::string_view word)
{
    settings.immediate_percent = word == "success" || word == "failure" ? 100 : 0;
    settings.failure_percent = word == "failure" || word == "pending_failure" ? 100 : 0;
    settings.stuck_percent = word == "pending" ? 100 : 0;
    return word == "success" || word == "failure" || word == "pending" || word == "pending_success" ||
           word == "pending_failure";
}

std::optional<bool> flag_of(const json::value& value)
{
    if (value.is_bool()) return value.get_bool();
    if (value == "on") return true;
    if (value == "off") return false;
    return std::nullopt;
}

/// Nothing when `name` is no field; otherwise whether its value was taken.
std::optional<bool> apply_field(Settings& settings, std::string_view name, const json::value& value)
{
    for (const auto& field : number_fields) {
        if (name != field.name) continue;
        if (!value.is_int64() || value.get_int64() < field.least || value.get_int64() > field.most) return false;
        settings.*field.field = value.get_int64();
        return settings.refusal_status == 200 || settings.refusal_status == 400;
    }
    for (const auto& field : flag_fields) {
        if (name != field.name) continue;
        const auto flag = flag_of(value);
        if (flag) settings.*field.field = *flag;
        return flag.has_value();
    }
    for (const auto& field : list_fields) {
        if (name != field.name) continue;
        if (!value.is_array()) return false;
        std::vector<std::string> list;
        for (const auto& entry : value.get_array()) {
            if (!entry.is_string()) return false;
            list.emplace_back(entry.get_string().c_str());
        }
        settings.*field.field = std::move(list);
        return true;
    }
    if (name == "webhook_url" && value.is_string()) {
        settings.webhook_url = value.get_string().c_str();
        return true;
    }
    if (name == "outcome") return value.is_string() && apply_outcome(settings, value.get_string());
    return std::nullopt;
}

} // namespace

Settings default_settings(const Config& config)
{
    Settings settings;
    settings.callback_delay_ms = config.callback_delay.count();
    settings.cut_off = config.cut_off;
    settings.limits = config.limits;
    settings.webhook_url = config.webhook_url;
    return settings;
}

std::optional<std::string> apply(Settings& settings, const json::object& changes)
{
    Settings changed = settings;
    for (const auto& change : changes) {
        const std::string name(change.key());
        const auto taken = apply_field(changed, name, change.value());
        if (!taken) return "there is no setting `" + name + "`; GET /_sandbox/settings lists them";
        if (!*taken) return "the value of `" + name + "` is not valid; GET /_sandbox/settings shows the shape";
    }
    if (changed.failure_rcs.empty()) return std::string("`failure_rcs` needs at least one code");
    settings = std::move(changed);
    return std::nullopt;
}

json::object as_json(const Settings& settings)
{
    json::object shown;
    for (const auto& field : number_fields)
        shown[field.name] = settings.*field.field;
    for (const auto& field : flag_fields)
        shown[field.name] = settings.*field.field;
    for (const auto& field : list_fields) {
        json::array list;
        for (const auto& entry : settings.*field.field)
            list.emplace_back(entry);
        shown[field.name] = std::move(list);
    }
    shown["webhook_url"] = settings.webhook_url;
    return shown;
}

} // namespace enstore::sandbox

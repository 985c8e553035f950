#include "apps/commands.hpp"
#include "apps/console.hpp"
#include "apps/store_program.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <iostream>

#include <sys/stat.h>

namespace enstore::apps
{
namespace
{

namespace json = boost::json;

struct Check {
    std::string name;
    bool good = true;
    std::string found;
    std::string remedy = {}; ///< what to do; only with `good` false
};
using Checks = std::vector<Check>;

Check data_folder(const config::Config& config)
{
    struct stat info {
    };
    if (::stat(config.data_folder.c_str(), &info) != 0)
        return {"data folder", false, config.data_folder + " is missing", "run `enstore up` or `enstore migrate` once"};
    std::error_code problem;
    const auto space = std::filesystem::space(config.data_folder, problem);
    const std::uintmax_t free_mb = problem ? 0 : space.available / (1024 * 1024);
    if ((info.st_mode & 077) != 0)
        return {"data folder", false, "others on this machine can read " + config.data_folder,
                "chmod 700 " + config.data_folder};
    if (free_mb < 200)
        return {"data folder", false, std::to_string(free_mb) + " MB free",
                "free some disk space: without it new orders are refused"};
    return {"data folder", true, config.data_folder + ", " + std::to_string(free_mb) + " MB free"};
}

Checks inside_database(StoreProgram& store, Timestamp now)
{
    Checks checks;
    const auto depth = store.database().read([&](db::Tx& tx) { return queue::depth(tx, now); });
    const std::string waiting = std::to_string(depth.ready) + " ready, " + std::to_string(depth.scheduled) +
                                " scheduled, " + std::to_string(depth.failed) + " failed";
    const bool late = depth.oldest_ready && now - *depth.oldest_ready > std::chrono::minutes{2};
    checks.push_back(
        {"queue", !late, waiting, late ? "the oldest job waits for over two minutes: is `enstore work` running?" : ""});
    if (depth.failed > 0)
        checks.push_back(
            {"failed jobs", false, std::to_string(depth.failed), "look at the log, then `enstore jobs retry ID`"});
    const auto runs = store.database().read([](db::Tx& tx) { return scheduler::last_runs(tx); });
    for (const auto& run : runs)
        if (run.finished && !run.ok)
            checks.push_back(
                {"task " + run.task, false, run.summary, "see the log of the scheduler; it runs again when it is due"});
    const bool recent = std::any_of(runs.begin(), runs.end(),
                                    [&](const auto& run) { return now - run.started < std::chrono::minutes{10}; });
    checks.push_back({"scheduler", recent,
                      recent ? "ran in the last ten minutes" : "has not run in the last ten minutes",
                      recent ? "" : "start `enstore up` or `enstore schedule`"});
    store.catalogue().refresh();
    const bool stocked = store.catalogue().has_products();
    checks.push_back(
        {"catalogue", stocked, stocked ? "has products" : "is empty", stocked ? "" : "run `enstore sync-products`"});
    return checks;
}

Check supplier(StoreProgram& store)
{
    const auto deposit = store.supplier().deposit();
    if (!deposit)
        return {"supplier", false, std::string(deposit.error().refusal.code) + " " + deposit.error().detail,
                store.config().sandbox()
                    ? "start `enstore up` or `enstore sandbox`"
                    : "check DIGIFLAZZ_USERNAME, DIGIFLAZZ_API_KEY and the IP list in the supplier's panel"};
    if (*deposit < 100'000_idr)
        return {"supplier", false, "deposit " + std::to_string(deposit->rupiah()),
                "top the deposit up: orders are held without it"};
    return {"supplier", true, "deposit " + std::to_string(deposit->rupiah())};
}

Checks examine(const Common& common, const config::Config& config)
{
    Checks checks;
    checks.push_back({"configuration", true, config.sandbox() ? "sandbox" : "live"});
    checks.push_back(data_folder(config));
    const SystemClock clock;
    try {
        const auto secrets = local_secrets(config.data_folder);
        StoreProgram store(config, secrets,
                           {.supplier_url = common.sandbox_url.empty() ? "http://127.0.0.1:8010" : common.sandbox_url,
                            .callback_url = {}},
                           clock);
        store.database().check();
        store.require_ready_database();
        checks.push_back({"database", true, config.database.dialect == db::Dialect::sqlite ? "SQLite" : "MySQL"});
        for (auto& check : inside_database(store, clock.now()))
            checks.push_back(std::move(check));
        checks.push_back(supplier(store));
    } catch (const std::exception& problem) {
        checks.push_back({"database", false, problem.what(),
                          "check DB_HOST, DB_PORT, DB_USERNAME and that the server runs; then `enstore migrate`"});
    }
    return checks;
}

} // namespace

int doctor(const Common& common)
{
    const auto config = read_config(common);
    if (!config) return exit_usage;
    const Checks checks = examine(common, *config);
    const bool healthy = std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.good; });
    json::array out;
    for (const auto& check : checks) {
        if (common.json) {
            out.push_back(json::object{
                {"check", check.name}, {"ok", check.good}, {"found", check.found}, {"remedy", check.remedy}});
            continue;
        }
        std::cout << (check.good ? "ok    " : "MEND  ") << check.name << ": " << check.found << "\n";
        if (!check.good) std::cout << "      → " << check.remedy << "\n";
    }
    if (common.json)
        std::cout << json::serialize(json::object{{"healthy", healthy}, {"checks", std::move(out)}}) << "\n";
    return healthy ? exit_done : exit_failed;
}

} // namespace enstore::apps

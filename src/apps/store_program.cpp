#include "apps/store_program.hpp"

#include "apps/housekeeping.hpp"
#include "notifications/notifications.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/log/log.hpp"
#include "wallet/wallet.hpp"

#include <chrono>

#include <unistd.h>

namespace enstore::apps
{
namespace
{

using std::chrono::seconds;

/// Stands in where a program only lists its routes.
class NoDatabase final : public db::Database
{
public:
    db::Dialect dialect() const override { return db::Dialect::sqlite; }
    void check() override { none(); }
    void alter(const std::function<void(db::Ddl&)>&) override { none(); }

protected:
    void transact_body(const std::function<bool(db::Tx&)>&) override { none(); }
    void read_body(const std::function<void(db::Tx&)>&) override { none(); }

private:
    [[noreturn]] static void none() { throw std::logic_error("this program was opened without a database"); }
};

digiflazz::Config supplier_config(const config::Config& config, const LocalSecrets& secrets,
                                  const SandboxAddress& sandbox)
{
    if (config.sandbox())
        return {.base_url = sandbox.supplier_url,
                .username = secrets.sandbox_username,
                .api_key = secrets.sandbox_api_key,
                .webhook_secret = secrets.sandbox_webhook_secret,
                .testing = false, // the demo store moves the simulator's deposit like a real one
                .callback_url = sandbox.callback_url};
    const bool reachable = config.app_url.rfind("https://", 0) == 0;
    return {.base_url = config.digiflazz.base_url,
            .username = config.digiflazz.username,
            .api_key = config.digiflazz.api_key,
            .webhook_secret = config.digiflazz.webhook_secret,
            .testing = config.digiflazz.testing,
            .callback_url = reachable ? config.app_url + "/api/webhooks/digiflazz" : std::string()};
}

std::string holder_name()
{
    return "scheduler-" + std::to_string(::getpid()) + "-" + crypto::random_text(6, crypto::code_alphabet);
}

template <class List>
void append(List& all, List more)
{
    for (auto& one : more)
        all.push_back(std::move(one));
}

} // namespace

StoreProgram::StoreProgram(config::Config config, const LocalSecrets& secrets, const SandboxAddress& sandbox,
                           const Clock& machine)
    : config_(std::move(config)), database_(db::Database::open(config_.database)),
      clock_(queue::database_clock(*database_, machine)),
      supplier_(std::make_unique<digiflazz::Client>(supplier_config(config_, secrets, sandbox), outbound_)),
      catalogue_(std::make_unique<catalog::PublicCatalogue>(*database_, config_.app_url))
{
}

StoreProgram::StoreProgram()
    : database_(std::make_unique<NoDatabase>()), clock_(std::make_unique<SystemClock>()),
      supplier_(std::make_unique<digiflazz::Client>(digiflazz::Config{}, outbound_)),
      catalogue_(std::make_unique<catalog::PublicCatalogue>(*database_, config_.app_url))
{
}

StoreProgram::~StoreProgram()
{
    drain();
}

orders::Deps StoreProgram::order_deps()
{
    return {.database = *database_,
            .supplier = *supplier_,
            .clock = *clock_,
            .zone = config_.zone,
            .public_url = config_.app_url};
}

accounts::Deps StoreProgram::account_deps()
{
    const auto balance = [](db::Tx& tx, UserId user) {
        const auto wallet = wallet::balance_of(tx, user);
        accounts::Deps::BalanceView view{.id = wallet.id,
                                         .balance = wallet.balance,
                                         .bonus = wallet.bonus,
                                         .hold = wallet.hold,
                                         .created = {},
                                         .updated = {}};
        if (wallet.id != 0) {
            view.created = wallet.created;
            view.updated = wallet.updated;
        }
        return view;
    };
    return {.database = *database_,
            .clock = *clock_,
            .public_url = config_.app_url,
            .on_created = [](db::Tx& tx, UserId user, Timestamp now) { wallet::open_wallet(tx, user, now); },
            .balance_of = balance};
}

http::Routes StoreProgram::routes()
{
    http::Routes all = http::health_routes(
        {.reasons_not_ready = [this] { return reasons_not_ready(); }, .metrics_token = config_.metrics_token});
    append(all, accounts::routes(account_deps()));
    append(all, catalogue_->routes());
    append(all, orders::routes(order_deps()));
    append(all, wallet::routes({.database = *database_}));
    append(all, notifications::routes({.database = *database_, .clock = *clock_, .public_url = config_.app_url}));
    return all;
}

queue::Kinds StoreProgram::kinds()
{
    return orders::jobs(order_deps());
}

scheduler::Tasks StoreProgram::tasks()
{
    scheduler::Tasks all = orders::tasks(order_deps());
    append(all, housekeeping_tasks(*database_, *supplier_, driver(), *clock_));
    return all;
}

queue::Driver& StoreProgram::driver()
{
    if (!driver_) {
        driver_ = queue::database_driver(*database_, kinds());
        database_->on_announced([this](const std::vector<std::int64_t>& jobs) { driver_->publish(jobs); });
    }
    return *driver_;
}

std::vector<std::string> StoreProgram::reasons_not_ready()
{
    std::vector<std::string> reasons;
    if (stopping_) reasons.emplace_back("the store is shutting down");
    try {
        database_->check();
        if (db::schema_version(*database_) < db::migrations().back().number)
            reasons.emplace_back("the database is not migrated: run `enstore migrate`");
    } catch (const db::Failure& failure) {
        reasons.emplace_back(failure.fault() == db::Fault::full ? "the database cannot be written: free disk space"
                                                                : "the database cannot be reached");
    }
    if (config_.sandbox() && !catalogue_->has_products())
        reasons.emplace_back("the catalogue is empty: run `enstore sync-products`");
    return reasons;
}

void StoreProgram::keep_snapshot_fresh()
{
    while (!stopping_) {
        try {
            catalogue_->refresh();
        } catch (const db::Failure& failure) {
            log::warning("the catalogue could not be refreshed", {{"problem", failure.what()}});
        }
        for (int i = 0; i < 10 && !stopping_; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
}

void StoreProgram::start_http()
{
    server_ = std::make_unique<http::Server>(http::ServerConfig{.address = config_.http_address,
                                                                .port = config_.http_port,
                                                                .io_threads = 2,
                                                                .handler_threads = config_.http_threads,
                                                                .limits = {},
                                                                .cors_origins = config_.cors_origins,
                                                                .trusted_proxies = config_.trusted_proxies,
                                                                .rate_limits = config_.rate_limits,
                                                                .public_url = config_.app_url,
                                                                .access_log = true},
                                             routes(), accounts::guard(*database_, *clock_), *clock_);
    driver(); // so that a committed job wakes a worker of this process
    server_->start();
    refresher_ = std::thread([this] { keep_snapshot_fresh(); });
}

void StoreProgram::start_worker()
{
    worker_ = std::make_unique<queue::Worker>(driver(), kinds(), *clock_, config_.worker_threads);
    worker_->start();
}

void StoreProgram::start_scheduler()
{
    scheduler_ = std::make_unique<scheduler::Scheduler>(*database_, tasks(), *clock_, config_.zone, holder_name());
    scheduler_->start();
}

void StoreProgram::drain()
{
    if (stopping_.exchange(true)) return;
    if (server_ && !server_->drain(seconds{15})) log::warning("some requests were cut off while draining");
    if (scheduler_) scheduler_->stop();
    if (worker_) worker_->drain();
    if (refresher_.joinable()) refresher_.join();
}

} // namespace enstore::apps

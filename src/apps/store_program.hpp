#pragma once

#include "accounts/accounts.hpp"
#include "apps/secrets.hpp"
#include "catalog/catalog.hpp"
#include "orders/orders.hpp"
#include "platform/config/config.hpp"
#include "platform/outbound/outbound.hpp"
#include "platform/queue/queue.hpp"
#include "platform/scheduler/scheduler.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

/// The wiring: configuration → pools → features. The only list of all routes, jobs and tasks.
namespace enstore::apps
{

/// Where a store of the sandbox kind finds its supplier, and where that supplier calls back.
struct SandboxAddress {
    std::string supplier_url = "http://127.0.0.1:8010";
    std::string callback_url; ///< `http://127.0.0.1:8000/api/webhooks/digiflazz`
};

/// Everything a process of the store is made of. Opening it opens the database; the rest sleeps until it is started.
class StoreProgram
{
public:
    /// `machine` must outlive the program. Throws `db::Failure` when the database cannot be opened.
    StoreProgram(config::Config config, const LocalSecrets& secrets, const SandboxAddress& sandbox,
                 const Clock& machine);
    /// A program without a database, for `enstore routes`: its routes can be listed and not called.
    StoreProgram();
    ~StoreProgram();
    StoreProgram(const StoreProgram&) = delete;
    StoreProgram& operator=(const StoreProgram&) = delete;

    http::Routes routes();
    queue::Kinds kinds();
    scheduler::Tasks tasks();

    /// Checks that the database has this program's schema and was born for the mode it is used in (sandbox or live).
    /// Throws `std::runtime_error` with a remedy. A fresh database is marked.
    void require_ready_database();
    /// What keeps the store from serving right now, for `/readyz`; empty: nothing.
    std::vector<std::string> reasons_not_ready();

    void start_http(); ///< also keeps the public snapshot fresh
    void start_worker();
    void start_scheduler();
    /// Stops accepting → drains requests → finishes or returns jobs → closes. Idempotent.
    void drain();

    int http_port() const { return server_->port(); }
    const config::Config& config() const { return config_; }
    db::Database& database() { return *database_; }
    digiflazz::Client& supplier() { return *supplier_; }
    catalog::PublicCatalogue& catalogue() { return *catalogue_; }
    queue::Driver& driver();
    const Clock& clock() const { return *clock_; } ///< the database's time, so that all processes agree (F31)
    /// The room's own deps, for commands.
    orders::Deps order_deps();
    accounts::Deps account_deps();

private:
    void keep_snapshot_fresh();

    config::Config config_;
    std::unique_ptr<db::Database> database_;
    std::unique_ptr<Clock> clock_;
    outbound::Client outbound_;
    std::unique_ptr<digiflazz::Client> supplier_;
    std::unique_ptr<catalog::PublicCatalogue> catalogue_;
    std::unique_ptr<queue::Driver> driver_;
    std::unique_ptr<queue::Worker> worker_;
    std::unique_ptr<scheduler::Scheduler> scheduler_;
    std::unique_ptr<http::Server> server_;
    std::atomic<bool> stopping_{false};
    std::thread refresher_;
};

} // namespace enstore::apps

#include "apps/commands.hpp"
#include "apps/console.hpp"
#include "apps/demo.hpp"
#include "apps/store_program.hpp"
#include "platform/core/text.hpp"
#include "platform/log/log.hpp"
#include "sandbox/sandbox.hpp"

#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <thread>

#include <unistd.h>

namespace enstore::apps
{
namespace
{

using std::chrono::seconds;

/// SIGTERM and SIGINT are taken by one thread, by waiting for them; blocked before any other thread exists.
class Signals
{
public:
    Signals()
    {
        sigemptyset(&set_);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGINT);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
    }
    void wait()
    {
        int which = 0;
        sigwait(&set_, &which);
    }

private:
    sigset_t set_{};
};

/// Draining ends within 25 s whatever a supplier does: an order in flight is safe, since its attempt and its next check
/// were stored before the request left.
void drain_in_time(StoreProgram& store)
{
    say("Stopping: finishing what is running …");
    std::thread([] {
        std::this_thread::sleep_for(seconds{24});
        log::warning("drain took too long; what is in flight is taken up at the next start");
        log::flush();
        ::_exit(exit_done);
    }).detach();
    store.drain();
}

config::Config with_secrets(config::Config config, const LocalSecrets& secrets)
{
    if (config.app_key.empty()) config.app_key = secrets.app_key;
    return config;
}

std::string loopback(int port)
{
    return "http://127.0.0.1:" + std::to_string(port);
}

sandbox::Config sandbox_config(const config::Config& config, const LocalSecrets& secrets, int port,
                               std::string webhook_url)
{
    sandbox::Config out;
    out.port = port;
    out.data_folder = config.data_folder;
    out.username = secrets.sandbox_username;
    out.api_key = secrets.sandbox_api_key;
    out.webhook_secret = secrets.sandbox_webhook_secret;
    out.webhook_url = std::move(webhook_url);
    return out;
}

constexpr const char* webhook_path = "/api/webhooks/digiflazz";

/// Whether a sandbox already listens there (a person, or a test, runs it by itself).
bool sandbox_answers(const std::string& url)
{
    outbound::Client client;
    outbound::Call call;
    call.label = "sandbox.probe";
    call.method = "GET";
    call.url = url + "/_sandbox/deposit";
    call.connect_timeout = std::chrono::milliseconds{500};
    call.total_timeout = std::chrono::milliseconds{2'000};
    const auto outcome = client.send(call);
    return outcome.answered() && outcome.status == 200;
}

void print_welcome(const StoreProgram& store, const Welcome& welcome, const std::string& address)
{
    std::string text = "\nEnstore is ready:   " + address + "\n";
    if (!welcome.setup_link.empty())
        text += "Make the first admin: " + welcome.setup_link + "   (works once, for 24 hours)\n";
    if (!welcome.demo_email.empty())
        text += "Demo buyer:          " + welcome.demo_email + "   password: " + welcome.demo_password +
                "\n                     (kept in " + store.config().data_folder + "/demo-login.txt)\n";
    text += "Stop with Ctrl-C.";
    std::cout << text << std::endl;
}

} // namespace

int up(const UpOptions& options)
{
    Signals signals;
    auto config = read_config(options.common, options.port);
    if (!config) return exit_usage;
    open_data_folder(config->data_folder);
    open_log(*config);
    const auto secrets = local_secrets(config->data_folder);
    const SystemClock clock;

    std::unique_ptr<sandbox::Sandbox> simulator;
    SandboxAddress addresses{.supplier_url = options.sandbox_url,
                             .callback_url = loopback(config->http_port) + webhook_path};
    if (config->sandbox() && addresses.supplier_url.empty()) {
        addresses.supplier_url = loopback(options.sandbox_port);
        if (options.sandbox_port != 0 && sandbox_answers(addresses.supplier_url)) {
            say("Using the sandbox that runs at " + addresses.supplier_url);
        } else {
            simulator = std::make_unique<sandbox::Sandbox>(
                sandbox_config(*config, secrets, options.sandbox_port, addresses.callback_url), clock);
            simulator->start();
            addresses.supplier_url = loopback(simulator->port());
            say("Sandbox supplier at " + addresses.supplier_url);
        }
    }
    StoreProgram store(with_secrets(*config, secrets), secrets, addresses, clock);
    const auto report = db::migrate(store.database(), db::migrations(),
                                    [](const db::Migration& m) { say("Migrating: " + std::string(m.name)); });
    store.require_ready_database();
    store.catalogue().refresh();
    store.start_http();
    store.start_worker();
    store.start_scheduler();
    const auto welcome = prepare_first_use(store, options.demo);
    print_welcome(store, welcome, config->app_url);
    signals.wait();
    drain_in_time(store);
    if (simulator) simulator->stop();
    return exit_done;
}

int run_part(const Common& common, Part part, std::optional<int> port)
{
    Signals signals;
    const auto config = read_config(common, port);
    if (!config) return exit_usage;
    open_data_folder(config->data_folder);
    open_log(*config);
    const auto secrets = local_secrets(config->data_folder);
    const SystemClock clock;
    SandboxAddress addresses{.supplier_url = common.sandbox_url.empty() ? "http://127.0.0.1:8010" : common.sandbox_url,
                             .callback_url = config->app_url + webhook_path};
    StoreProgram store(with_secrets(*config, secrets), secrets, addresses, clock);
    store.require_ready_database();
    if (part == Part::http) {
        store.catalogue().refresh();
        store.start_http();
        say("Serving on " + config->http_address + ":" + std::to_string(store.http_port()));
    } else if (part == Part::worker) {
        store.start_worker();
        say("Working with " + std::to_string(config->worker_threads) + " threads");
    } else {
        store.start_scheduler();
        say("Scheduling");
    }
    signals.wait();
    drain_in_time(store);
    return exit_done;
}

int sandbox_alone(const SandboxOptions& options)
{
    Signals signals;
    const auto config = read_config(options.common);
    if (!config) return exit_usage;
    if (!config->sandbox()) {
        say("enstore: the sandbox does not run beside live credentials. Remove DIGIFLAZZ_USERNAME and "
            "DIGIFLAZZ_API_KEY, or choose another folder.");
        return exit_usage;
    }
    open_data_folder(config->data_folder);
    open_log(*config);
    const SystemClock clock;
    const std::string webhook = options.webhook_url.empty() ? config->app_url + webhook_path : options.webhook_url;
    sandbox::Sandbox simulator(sandbox_config(*config, local_secrets(config->data_folder), options.port, webhook),
                               clock);
    simulator.start();
    std::cout << "Sandbox supplier at " << loopback(simulator.port()) << std::endl;
    signals.wait();
    simulator.stop();
    return exit_done;
}

} // namespace enstore::apps

#include "apps/commands.hpp"
#include "apps/console.hpp"
#include "apps/store_program.hpp"
#include "audit/audit.hpp"
#include "platform/crypto/crypto.hpp"
#include "wallet/wallet.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iostream>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

namespace enstore::apps
{
namespace
{

namespace json = boost::json;

/// A port that is free now, for `--port 0`: the address must be known before the server stands, for links and
/// callbacks.
int free_port()
{
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool known = probe >= 0 && ::bind(probe, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                       ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    if (probe >= 0) ::close(probe);
    if (!known) throw std::runtime_error("no free port on 127.0.0.1");
    return ntohs(address.sin_port);
}

/// A program for a command that works beside a running store. Migrations are not run: `up` and `migrate` do that.
struct Beside {
    explicit Beside(const config::Config& config, const Common& common)
        : secrets(local_secrets(config.data_folder)),
          store(config, secrets,
                {.supplier_url = common.sandbox_url.empty() ? "http://127.0.0.1:8010" : common.sandbox_url,
                 .callback_url = {}},
                clock)
    {
        store.require_ready_database();
    }
    SystemClock clock;
    LocalSecrets secrets;
    StoreProgram store;
};

int refused(const Error& error)
{
    say_refusal(error);
    return exit_refused;
}

/// One line from a file, from the terminal without echo, or from standard input.
std::optional<Secret> read_password(const std::string& file)
{
    std::string line;
    if (!file.empty()) {
        std::ifstream in(file);
        if (!in) {
            say("enstore: cannot read " + file);
            return std::nullopt;
        }
        std::getline(in, line);
    } else if (::isatty(STDIN_FILENO) == 1) {
        std::cerr << "Password (at least 15 characters): " << std::flush;
        termios before{};
        ::tcgetattr(STDIN_FILENO, &before);
        termios silent = before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &silent);
        std::getline(std::cin, line);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
        std::cerr << "\n";
    } else {
        std::getline(std::cin, line);
    }
    return Secret{line};
}

} // namespace

std::optional<config::Config> read_config(const Common& common, std::optional<int> port)
{
    const auto environment = config::environment_lookup();
    const bool url_given = environment("APP_URL").has_value() || environment("APP_URL_FILE").has_value();
    const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
        if (name == "DATA_DIR" && common.data_folder) return common.data_folder;
        if (name == "HTTP_PORT" && port && *port != 0) return std::to_string(*port);
        return environment(name);
    };
    auto read = config::read(lookup);
    if (const auto* mistakes = std::get_if<std::vector<config::Mistake>>(&read)) {
        say("The configuration has " + std::to_string(mistakes->size()) +
            (mistakes->size() == 1 ? " mistake:" : " mistakes:"));
        for (const auto& mistake : *mistakes)
            say("  " + mistake.name + ": " + mistake.what + "\n    → " + mistake.remedy);
        return std::nullopt;
    }
    auto config = std::get<config::Config>(std::move(read));
    if (port && *port == 0) config.http_port = free_port();
    if (!url_given) {
        config.app_url = "http://localhost:" + std::to_string(config.http_port);
        if (!environment("FRONTEND_URL")) config.frontend_url = config.app_url;
    }
    return config;
}

int migrate(const Common& common)
{
    const auto config = read_config(common);
    if (!config) return exit_usage;
    open_data_folder(config->data_folder);
    const auto database = db::Database::open(config->database);
    const auto report = db::migrate(*database, db::migrations(),
                                    [](const db::Migration& m) { say("Migrating: " + std::string(m.name)); });
    if (common.json) {
        json::array applied;
        for (const auto& one : report.applied)
            applied.push_back(json::value(one));
        std::cout << json::serialize(json::object{{"version", report.version}, {"applied", std::move(applied)}})
                  << "\n";
    } else {
        std::cout << "The database is at migration " << report.version << "; " << report.applied.size()
                  << " applied now.\n";
    }
    return exit_done;
}

int sync_products(const Common& common, bool force)
{
    const auto config = read_config(common);
    if (!config) return exit_usage;
    open_log(*config);
    Beside beside(*config, common);
    const auto report = catalog::sync_from_supplier(beside.store.database(), beside.store.supplier(), beside.clock,
                                                    progress_bar("Synchronising"), force);
    if (!report) return refused(report.error());
    const json::object out{
        {"products_created", report->products_created},
        {"products_updated", report->products_updated},
        {"items_created", report->items_created},
        {"items_updated", report->items_updated},
        {"items_skipped", report->items_skipped},
        {"items_deactivated", report->items_deactivated},
        {"categories_created", report->categories_created},
        {"started_at", wire_time(report->started_at)},
        {"finished_at", report->finished_at ? json::value(wire_time(*report->finished_at)) : json::value(nullptr)}};
    if (common.json) {
        std::cout << json::serialize(out) << "\n";
    } else {
        for (const auto& [key, value] : out)
            std::cout << key << ": " << (value.is_string() ? std::string(value.as_string()) : json::serialize(value))
                      << "\n";
    }
    return exit_done;
}

int admin_create(const AdminOptions& options)
{
    const auto config = read_config(options.common);
    if (!config) return exit_usage;
    const auto password = read_password(options.password_file);
    if (!password) return exit_usage;
    Beside beside(*config, options.common);
    const auto account = accounts::create_account(beside.store.database(),
                                                  {.name = options.name,
                                                   .email = options.email,
                                                   .phone = {},
                                                   .password = *password,
                                                   .admin = true,
                                                   .reseller = false,
                                                   .referral_code = {}},
                                                  beside.store.account_deps().on_created, beside.clock.now());
    if (!account) return refused(account.error());
    std::cout << "Administrator " << account->email << " made (id " << account->id.value << ").\n";
    return exit_done;
}

int audit_books(const Common& common)
{
    const auto config = read_config(common);
    if (!config) return exit_usage;
    const auto database = db::Database::open(config->database);
    const auto report = audit::run(*database, SystemClock{}.now());
    if (common.json) {
        json::array checks;
        json::array findings;
        for (const auto& check : report.checks)
            checks.push_back(json::object{{"invariant", check.invariant},
                                          {"claim", check.claim},
                                          {"looked_at", check.looked_at},
                                          {"broken", check.broken}});
        for (const auto& finding : report.findings)
            findings.push_back(json::object{{"invariant", finding.invariant}, {"what", finding.what}});
        std::cout << json::serialize(json::object{
                         {"clean", report.clean()}, {"checks", std::move(checks)}, {"findings", std::move(findings)}})
                  << "\n";
    } else {
        for (const auto& check : report.checks)
            std::cout << (check.broken == 0 ? "ok      " : "BROKEN  ") << check.invariant << "  " << check.claim << " ("
                      << check.looked_at << " looked at)\n";
        for (const auto& finding : report.findings)
            std::cout << "  " << finding.invariant << ": " << finding.what << "\n";
    }
    if (!report.clean())
        say("enstore: the books are NOT in order; the rows are above. Stop refunds and payouts until each is "
            "explained.");
    return report.clean() ? exit_done : exit_audit;
}

int list_routes(const Common& common)
{
    StoreProgram program;
    json::array out;
    for (const auto& route : program.routes()) {
        if (!common.json) {
            std::cout << http::name(route.method) << "\t" << route.pattern << "\t" << http::name(route.role) << "\t"
                      << http::name(route.rate) << "\n";
            continue;
        }
        out.push_back(json::object{{"method", http::name(route.method)},
                                   {"path", route.pattern},
                                   {"role", http::name(route.role)},
                                   {"rate_limit", http::name(route.rate)}});
    }
    if (common.json) std::cout << json::serialize(out) << "\n";
    return exit_done;
}

int demo_credit(const Common& common, const std::string& email, std::int64_t amount)
{
    const auto config = read_config(common);
    if (!config) return exit_usage;
    Beside beside(*config, common);
    const Timestamp now = beside.clock.now();
    const std::string event = "cli:" + crypto::random_text(16, crypto::code_alphabet);
    const auto credited = beside.store.database().transact([&](db::Tx& tx) -> Result<Idr> {
        const auto account = accounts::find_by_email(tx, email);
        if (!account) return refuse(accounts::no_such_account, email);
        TRY(wallet::demo_credit(tx, account->id, Idr{amount}, event, now));
        return wallet::balance_of(tx, account->id).balance;
    });
    if (!credited) return refused(credited.error());
    std::cout << credited->rupiah() << "\n";
    return exit_done;
}

int jobs_list(const Common& common)
{
    const auto config = read_config(common);
    if (!config) return exit_usage;
    const auto database = db::Database::open(config->database);
    const Timestamp now = SystemClock{}.now();
    const auto depth = database->read([&](db::Tx& tx) { return queue::depth(tx, now); });
    const json::object out{
        {"ready", depth.ready}, {"scheduled", depth.scheduled}, {"leased", depth.leased}, {"failed", depth.failed}};
    if (common.json) {
        std::cout << json::serialize(out) << "\n";
    } else {
        for (const auto& [key, value] : out)
            std::cout << key << ": " << value.as_int64() << "\n";
    }
    return exit_done;
}

int jobs_retry(const Common& common, std::int64_t job)
{
    const auto config = read_config(common);
    if (!config) return exit_usage;
    const auto database = db::Database::open(config->database);
    const Timestamp now = SystemClock{}.now();
    if (!database->transact([&](db::Tx& tx) { return queue::retry_failed(tx, JobId{job}, now); })) {
        say("enstore: job " + std::to_string(job) + " has not failed; see `enstore jobs list`.");
        return exit_refused;
    }
    std::cout << "Job " << job << " is back in the queue.\n";
    return exit_done;
}

#ifdef ENSTORE_FAILPOINTS
int tick(const Common& common, std::int64_t seconds)
{
    const auto config = read_config(common);
    if (!config) return exit_usage;
    open_log(*config);
    ManualClock clock(SystemClock{}.now() + std::chrono::seconds{seconds});
    const auto secrets = local_secrets(config->data_folder);
    StoreProgram store(
        *config, secrets,
        {.supplier_url = common.sandbox_url.empty() ? "http://127.0.0.1:8010" : common.sandbox_url, .callback_url = {}},
        clock);
    store.require_ready_database();
    queue::Worker worker(store.driver(), store.kinds(), clock, 1);
    std::size_t ran = 0;
    for (std::size_t now = worker.run_once(clock.now()); now > 0; now = worker.run_once(clock.now()))
        ran += now;
    std::cout << ran << "\n";
    return exit_done;
}
#endif

} // namespace enstore::apps

#include "apps/commands.hpp"
#include "platform/core/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/log/log.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <iostream>

namespace
{

using namespace enstore::apps;

constexpr const char* exit_codes =
    "Exit codes: 0 done · 1 failed · 2 wrong use or configuration · 3 the audit found a broken invariant · "
    "4 refused by a rule of the store.\nConfiguration: environment, then .env; see docs/configuration.md.";

struct Program {
    CLI::App app{"Enstore: a self-hosted store for digital goods. `enstore up` runs everything in one process."};
    Common common;
    UpOptions up_options;
    SandboxOptions sandbox_options;
    AdminOptions admin_options;
    std::optional<int> port;
    bool no_demo = false;
    bool force = false;
    std::string shell;
    std::string email;
    std::int64_t amount = 0;
    std::int64_t job = 0;
    std::int64_t seconds = 0;
    std::function<int()> chosen;

    CLI::App* command(CLI::App& parent, const std::string& name, const std::string& about, std::function<int()> run)
    {
        auto* sub = parent.add_subcommand(name, about);
        sub->add_option("--data", common.data_folder, "folder for the database, secrets and uploads (default: ./data)")
            ->type_name("DIR");
        sub->add_option("--sandbox-url", common.sandbox_url, "address of a sandbox that runs by itself")
            ->type_name("URL");
        if (run) sub->callback([this, run = std::move(run)] { chosen = run; });
        return sub;
    }
    CLI::App* with_json(CLI::App* sub)
    {
        sub->add_flag("--json", common.json, "machine-readable output");
        return sub;
    }
    void servers();
    void tools();
};

void Program::servers()
{
    auto* up = command(
        app, "up", "run the whole store in one process: HTTP, worker, scheduler and (without credentials) the sandbox",
        [this] {
            up_options.common = common;
            up_options.sandbox_url = common.sandbox_url;
            up_options.demo = !no_demo;
            if (port) up_options.port = *port;
            return enstore::apps::up(up_options);
        });
    up->add_option("--port", port, "HTTP port (default 8000, or HTTP_PORT); 0: any free one")
        ->check(CLI::Range(0, 65535));
    up->add_option("--sandbox-port", up_options.sandbox_port,
                   "port of the sandbox on loopback (default 8010); 0: any free one")
        ->check(CLI::Range(0, 65535));
    up->add_flag("--no-demo", no_demo, "make no demo buyer");
    auto* serve = command(app, "serve", "run the HTTP API only", [this] { return run_part(common, Part::http, port); });
    serve->add_option("--port", port, "HTTP port (default: HTTP_PORT)")->check(CLI::Range(0, 65535));
    command(app, "work", "run a queue worker only", [this] { return run_part(common, Part::worker, {}); });
    command(app, "schedule", "run the scheduler only; any number may run, one acts",
            [this] { return run_part(common, Part::scheduler, {}); });
    auto* sandbox = command(app, "sandbox", "run the supplier's simulator only, on loopback", [this] {
        sandbox_options.common = common;
        return sandbox_alone(sandbox_options);
    });
    sandbox->add_option("--port", sandbox_options.port, "port (default 8010)")->check(CLI::Range(0, 65535));
    sandbox->add_option("--webhook-url", sandbox_options.webhook_url,
                        "where callbacks go when an order names no address");
}

void Program::tools()
{
    with_json(
        command(app, "migrate", "bring the database to this program's schema", [this] { return migrate(common); }));
    auto* sync = with_json(command(app, "sync-products", "read the supplier's price lists into the catalogue",
                                   [this] { return sync_products(common, force); }));
    sync->add_flag("--force", force, "ask the supplier even when the kept list is less than an hour old");
    auto* admin = command(app, "admin", "administrators", {});
    admin->require_subcommand(1);
    auto* create = command(*admin, "create", "make an administrator", [this] {
        admin_options.common = common;
        return admin_create(admin_options);
    });
    create->add_option("--email", admin_options.email, "e-mail to sign in with")->required();
    create->add_option("--name", admin_options.name, "shown name");
    create->add_option("--password-file", admin_options.password_file,
                       "file whose first line is the password (at least 15 characters); default: standard input");
    with_json(command(app, "audit", "prove the money invariants on the live database",
                      [this] { return audit_books(common); }));
    with_json(command(app, "doctor", "check configuration, database, queue and supplier, and say how to mend each",
                      [this] { return doctor(common); }));
    with_json(command(app, "routes", "list every route with who may call it; needs no database",
                      [this] { return list_routes(common); }));
    auto* demo = command(app, "demo", "the demo store", {});
    demo->require_subcommand(1);
    auto* credit = command(*demo, "credit", "give a demo account money; refused outside the sandbox",
                           [this] { return demo_credit(common, email, amount); });
    credit->add_option("EMAIL", email)->required();
    credit->add_option("AMOUNT", amount, "whole rupiah")->required()->check([](const std::string& text) {
        // Decimal digits only: CLI11 would read 0x10 as sixteen rupiah.
        return enstore::parse_int(text) ? std::string() : "AMOUNT is whole rupiah, in digits";
    });
    auto* jobs = command(app, "jobs", "the queue", {});
    jobs->require_subcommand(1);
    with_json(
        command(*jobs, "list", "depth of the queue, and what failed for good", [this] { return jobs_list(common); }));
    command(*jobs, "retry", "put a failed job back", [this] { return jobs_retry(common, job); })
        ->add_option("ID", job)
        ->required();
    auto* complete = app.add_subcommand("completion", "print a completion script for bash, zsh or fish");
    complete->add_option("SHELL", shell)->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
    complete->callback([this] { chosen = [this] { return completion(shell); }; });
#ifdef ENSTORE_FAILPOINTS
    auto* tick = command(app, "tick", "run due jobs and tasks as if time had passed (test builds)",
                         [this] { return enstore::apps::tick(common, seconds); });
    tick->add_option("--advance", seconds, "seconds")->required();
#endif
}

} // namespace

int main(int argc, char** argv)
{
    Program program;
    program.app.require_subcommand(1);
    program.app.set_version_flag("--version", std::string("enstore ") + ENSTORE_VERSION);
    program.app.footer(exit_codes);
    program.servers();
    program.tools();
    try {
        program.app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        const int code = program.app.exit(problem, std::cout, std::cerr);
        return code == 0 ? exit_done : exit_usage;
    }
    try {
        enstore::crypto::init();
        const int code = program.chosen();
        enstore::log::flush();
        return code;
    } catch (const std::exception& problem) {
        std::cerr << "enstore: " << problem.what() << "\n";
        enstore::log::flush();
        return exit_failed;
    }
}

#pragma once

#include "platform/config/config.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// The commands of `enstore`. Each returns the process's exit code: 0 done, 1 failed, 2 wrong use or configuration,
/// 3 the audit found a broken invariant, 4 refused by a rule of the store. Data goes to stdout, talk to stderr.
namespace enstore::apps
{

enum ExitCode : int { exit_done = 0, exit_failed = 1, exit_usage = 2, exit_audit = 3, exit_refused = 4 };

/// What every command shares.
struct Common {
    std::optional<std::string> data_folder;
    bool json = false;
    std::string sandbox_url; ///< empty: http://127.0.0.1:8010
};

/// Reads the configuration (flags over environment over `.env`). Prints every mistake and returns nothing when there is
/// one.
std::optional<config::Config> read_config(const Common& common, std::optional<int> port = {});

struct UpOptions {
    Common common;
    int port = 8000;
    int sandbox_port = 8010;
    std::string sandbox_url; ///< a sandbox that runs elsewhere on this machine
    bool demo = true;
};
int up(const UpOptions& options);

enum class Part { http, worker, scheduler };
int run_part(const Common& common, Part part, std::optional<int> port);

struct SandboxOptions {
    Common common;
    int port = 8010;
    std::string webhook_url; ///< empty: APP_URL's webhook
};
int sandbox_alone(const SandboxOptions& options);

int migrate(const Common& common);
int sync_products(const Common& common, bool force);
struct AdminOptions {
    Common common;
    std::string email;
    std::string name = "Admin";
    std::string password_file; ///< empty: ask on the terminal, or read one line from standard input
};
int admin_create(const AdminOptions& options);
int audit_books(const Common& common);
int doctor(const Common& common);
int list_routes(const Common& common);
int completion(const std::string& shell);
int demo_credit(const Common& common, const std::string& email, std::int64_t amount);
int jobs_list(const Common& common);
int jobs_retry(const Common& common, std::int64_t job);
#ifdef ENSTORE_FAILPOINTS
/// Runs due jobs and tasks as if `seconds` had passed (test builds only).
int tick(const Common& common, std::int64_t seconds);
#endif

} // namespace enstore::apps

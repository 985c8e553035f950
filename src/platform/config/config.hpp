#pragma once

#include "platform/core/secret.hpp"
#include "platform/core/time.hpp"
#include "platform/db/db.hpp"
#include "platform/http/http.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The environment and `.env`, read once into one struct of small structs; every mistake is reported at once, each with
/// its remedy. No `getenv` elsewhere.
namespace enstore::config
{

enum class Environment { local, testing, production };

struct Digiflazz {
    std::string base_url; ///< empty: the sandbox
    std::string username;
    Secret api_key;
    Secret webhook_secret;
    bool testing = false; ///< send `testing: true` (a development key)
};

struct Tripay {
    std::string base_url;
    std::string merchant_code;
    Secret api_key;
    Secret private_key;
};

struct Config {
    Environment environment = Environment::local;
    std::string app_url = "http://localhost:8000";
    std::string frontend_url;
    Secret app_key;
    std::string data_folder = "data";
    BusinessZone zone;
    db::Config database;
    std::string queue_driver = "database";
    std::string redis_host; ///< used from step 2 on
    int redis_port = 6379;
    Secret redis_password;
    Digiflazz digiflazz;
    Tripay tripay;
    bool rate_limits = true;
    std::vector<std::string> cors_origins;
    std::vector<std::string> trusted_proxies;
    Secret metrics_token;
    int http_port = 8000;
    std::string http_address = "127.0.0.1";
    int http_threads = 16;
    int worker_threads = 8;
    std::string log_level = "info";
    std::string log_format; ///< `json` or `human`; empty: human on a terminal

    bool sandbox() const { return digiflazz.base_url.empty() && digiflazz.username.empty(); }
};

struct Mistake {
    std::string name;   ///< the variable
    std::string what;   ///< what is wrong with it; never its value when it is a secret
    std::string remedy; ///< what to write instead
};

/// One variable the program knows: the table `.env.example` and `docs/configuration.md` are held against.
struct Variable {
    std::string_view name;
    std::string_view meaning;
    std::string_view fallback; ///< as shown in docs; empty: none
    bool secret = false;
};
const std::vector<Variable>& variables();

/// What a name is set to; nothing, or nothing but blanks, means that it is not set. The name `.env` asks for what is
/// wrong with the file itself, one problem a line.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Reads the configuration through `lookup` (see `environment_lookup`). Either a config or all mistakes. Any variable
/// may be given as `NAME_FILE` instead: the path of a file that holds its value.
std::variant<Config, std::vector<Mistake>> read(const Lookup& lookup);

/// Looks a name up in the process environment, then in the `.env` file at `path` when there is one. `NAME_FILE` is
/// read by `read` itself.
Lookup environment_lookup(const std::string& path = ".env");

/// Looks a name up in a file of the same syntax only (the secrets that the program made itself).
Lookup file_lookup(const std::string& path);

} // namespace enstore::config

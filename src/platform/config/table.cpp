#include "platform/config/table.hpp"

#include "platform/config/checks.hpp"
#include "platform/core/text.hpp"

#include <filesystem>

namespace enstore::config
{
namespace
{

/// What was written, as far as it helps to find it again. Never called for a secret.
std::string shown(std::string_view value)
{
    constexpr std::size_t longest = 60;
    std::string text;
    for (const char c : value.substr(0, longest))
        text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return "'" + text + (value.size() > longest ? "…'" : "'");
}

std::int64_t whole(Reading& reading, std::string_view name, const std::string& value, std::int64_t least,
                   std::int64_t most, std::int64_t otherwise)
{
    const auto number = parse_int(value);
    if (number && *number >= least && *number <= most) return *number;
    const std::string range = std::to_string(least) + " to " + std::to_string(most);
    reading.wrong(name, shown(value) + " is no whole number from " + range, "write a number from " + range);
    return otherwise;
}

int small_number(Reading& reading, std::string_view name, const std::string& value, int least, int most)
{
    return static_cast<int>(whole(reading, name, value, least, most, least));
}

std::string one_of(Reading& reading, std::string_view name, const std::string& value,
                   std::initializer_list<std::string_view> words)
{
    std::vector<std::string> known;
    for (const auto word : words) {
        if (value == word) return value;
        known.emplace_back(word);
    }
    reading.wrong(name, shown(value) + " is not known", "write one of: " + joined(known, ", "));
    return std::string(*words.begin());
}

bool on_or_off(Reading& reading, std::string_view name, const std::string& value, bool otherwise)
{
    const auto flag = parse_switch(value);
    if (!flag) reading.wrong(name, shown(value) + " is neither on nor off", "write on or off");
    return flag.value_or(otherwise);
}

std::string address(Reading& reading, std::string_view name, const std::string& value)
{
    const auto url = parse_url(value);
    if (url) return url->text;
    reading.wrong(name, shown(value) + " is no web address",
                  "write http:// or https://, a host, and a port or path if needed, without user, query or '#'");
    return {};
}

/// A secret of our own making, which a stranger must not guess.
Secret strong(Reading& reading, std::string_view name, const std::string& value)
{
    if (is_guessable(value))
        reading.wrong(name, "it is one of the words that everyone tries first",
                      "write a random one, for example the output of: openssl rand -hex 32");
    return Secret{value};
}

std::vector<std::string> list(const std::string& value)
{
    std::vector<std::string> all;
    for (const auto& part : split(value, ','))
        if (const auto text = trimmed(part); !text.empty()) all.emplace_back(text);
    return all;
}

void read_origins(Reading& reading, std::string_view name, const std::string& value)
{
    for (const auto& origin : list(value)) {
        const auto url = parse_url(origin);
        if (url && !url->has_path)
            reading.config.cors_origins.push_back(url->text);
        else
            reading.wrong(name, shown(origin) + " is no origin",
                          "write scheme, host and port only, as in https://shop.example; '*' is never allowed");
    }
}

void read_proxies(Reading& reading, std::string_view name, const std::string& value)
{
    for (const auto& proxy : list(value)) {
        if (is_address_or_block(proxy))
            reading.config.trusted_proxies.push_back(proxy);
        else
            reading.wrong(name, shown(proxy) + " is no IP address",
                          "write addresses or blocks, as in 127.0.0.1,10.0.0.0/8");
    }
}

void read_zone(Reading& reading, std::string_view name, const std::string& value)
{
    const auto zone = BusinessZone::named(value);
    if (zone)
        reading.config.zone = *zone;
    else
        reading.wrong(name, shown(value) + " is none of Indonesia's time zones",
                      "write Asia/Jakarta, Asia/Makassar or Asia/Jayapura");
}

void read_queue(Reading& reading, std::string_view name, const std::string& value)
{
    reading.config.queue_driver = one_of(reading, name, value, {"database", "redis"});
    if (value == "redis")
        reading.wrong(name, "the Redis driver comes with the compose stack",
                      "write QUEUE_CONNECTION=database; it needs nothing beside the database");
}

void read_listen_address(Reading& reading, std::string_view name, const std::string& value)
{
    reading.config.http_address = value;
    if (!is_address_or_block(value) || value.find('/') != std::string::npos)
        reading.wrong(name, shown(value) + " is no IP address",
                      "write 127.0.0.1 for this machine only, or 0.0.0.0 for everyone");
}

void read_ssl_ca(Reading& reading, std::string_view name, const std::string& value)
{
    reading.config.database.ssl_ca = value;
    std::error_code error;
    if (!std::filesystem::is_regular_file(value, error))
        reading.wrong(name, shown(value) + " is no file that can be read",
                      "write the path of the certificate of the authority that signed the database's");
}

#define APPLY [](Reading & r, [[maybe_unused]] std::string_view name, const std::string& value)

std::vector<Entry> all_entries()
{
    return {{{"APP_ENV", "`local`, `testing` or `production`; production refuses whatever is fit for a laptop only",
              "local"},
             APPLY{const auto word = one_of(r, name, value, {"local", "testing", "production"});
    r.config.environment = word == "production" ? Environment::production
                           : word == "testing"  ? Environment::testing
                                                : Environment::local;
}
} // namespace
, {{"APP_URL", "the store's public address, used in links", "http://localhost:8000"},
   APPLY{r.config.app_url = address(r, name, value);
} // namespace enstore::config
}
, {{"FRONTEND_URL", "the web front end's address, where buyers are sent back to", "APP_URL"},
   APPLY{r.config.frontend_url = address(r, name, value);
}
}
, {{"APP_KEY", "at least 32 random characters that sign what the store hands out; `enstore up` makes one", "", true},
   APPLY{r.config.app_key = strong(r, name, value);
}
}
, {{"DATA_DIR", "the folder for what the store keeps in files", "data"}, APPLY{r.config.data_folder = value;
}
}
,
    {{"BUSINESS_TIME_ZONE", "`Asia/Jakarta`, `Asia/Makassar` or `Asia/Jayapura`: the time of schedules and reports",
      "Asia/Jakarta"},
     read_zone},

    {{"DB_CONNECTION", "`sqlite` (a file, nothing to install) or `mysql` (MySQL 8, MariaDB 10.6 or newer)", "sqlite"},
     APPLY{const auto word = one_of(r, name, value, {"sqlite", "mysql"});
r.config.database.dialect = word == "mysql" ? db::Dialect::mysql : db::Dialect::sqlite;
}
}
, {{"DB_HOST", "the database server", "127.0.0.1"}, APPLY{r.config.database.host = value;
}
}
, {{"DB_PORT", "its port", "3306"}, APPLY{r.config.database.port = small_number(r, name, value, 1, 65'535);
}
}
, {{"DB_DATABASE", "the database's name; with `sqlite` the path of the file",
    "with sqlite: enstore.sqlite in DATA_DIR"},
   APPLY{r.config.database.database = value;
}
}
, {{"DB_USERNAME", "who the store is to the database server", ""}, APPLY{r.config.database.username = value;
}
}
, {{"DB_PASSWORD", "that account's password", "", true}, APPLY{r.config.database.password = Secret{value};
}
}
,
    {{"DB_SSL_CA", "certificate file of the database's authority; when set, only encrypted connections are used", ""},
     read_ssl_ca},
    {{"DB_POOL", "connections to the database server, 4 to 128", "24"},
     APPLY{r.config.database.pool_size = small_number(r, name, value, 4, 128);
}
}
,

    {{"QUEUE_CONNECTION", "`database`; `redis` comes with the compose stack", "database"}, read_queue},
    {{"REDIS_HOST", "the Redis server, for `QUEUE_CONNECTION=redis`", ""}, APPLY{r.config.redis_host = value;
}
}
, {{"REDIS_PORT", "its port", "6379"}, APPLY{r.config.redis_port = small_number(r, name, value, 1, 65'535);
}
}
, {{"REDIS_PASSWORD", "its password", "", true}, APPLY{r.config.redis_password = strong(r, name, value);
}
}
,

    {{"DIGIFLAZZ_USERNAME", "the buyer account at Digiflazz; without one the store sells from the sandbox", ""},
     APPLY{r.config.digiflazz.username = value;
}
}
, {{"DIGIFLAZZ_API_KEY", "its key, for development (`dev-…`) or for production", "", true},
   APPLY{r.config.digiflazz.api_key = strong(r, name, value);
}
}
, {{"DIGIFLAZZ_WEBHOOK_SECRET", "the secret that Digiflazz signs its callbacks with", "", true},
   APPLY{r.config.digiflazz.webhook_secret = strong(r, name, value);
}
}
, {{"DIGIFLAZZ_BASE_URL", "where Digiflazz answers", "https://api.digiflazz.com/v1"},
   APPLY{r.config.digiflazz.base_url = address(r, name, value);
}
}
, {{"DIGIFLAZZ_TESTING", "`on` with a development key: orders are marked as tests", "off"},
   APPLY{r.config.digiflazz.testing = on_or_off(r, name, value, false);
}
}
,

    {{"TRIPAY_MERCHANT_CODE", "the merchant at Tripay; without one there is no gateway", ""},
     APPLY{r.config.tripay.merchant_code = value;
}
}
, {{"TRIPAY_API_KEY", "its API key", "", true}, APPLY{r.config.tripay.api_key = strong(r, name, value);
}
}
, {{"TRIPAY_PRIVATE_KEY", "its private key, which signs payments and callbacks", "", true},
   APPLY{r.config.tripay.private_key = strong(r, name, value);
}
}
, {{"TRIPAY_BASE_URL", "where Tripay answers", "https://tripay.co.id/api"},
   APPLY{r.config.tripay.base_url = address(r, name, value);
}
}
,

    {{"HTTP_ADDRESS", "the address to listen on; `0.0.0.0` in a container", "127.0.0.1"}, read_listen_address},
    {{"HTTP_PORT", "the port to listen on", "8000"}, APPLY{r.config.http_port = small_number(r, name, value, 1, 65'535);
}
}
, {{"HTTP_THREADS", "threads that answer requests, 1 to 256", "16"},
   APPLY{r.config.http_threads = small_number(r, name, value, 1, 256);
}
}
, {{"WORKER_THREADS", "threads that run jobs, 1 to 256", "8"},
   APPLY{r.config.worker_threads = small_number(r, name, value, 1, 256);
}
}
, {{"RATE_LIMITS", "`off` lifts the rate limits for a load test; refused in production", "on"},
   APPLY{r.config.rate_limits = on_or_off(r, name, value, true);
}
}
,
    {{"CORS_ALLOWED_ORIGINS", "origins whose pages may call the API, separated by commas",
      "the origin of FRONTEND_URL"},
     read_origins},
    {{"TRUSTED_PROXIES", "addresses or blocks whose X-Forwarded-For is believed, separated by commas", ""},
     read_proxies},
    {{"METRICS_TOKEN", "the bearer token for `/metrics`; without one only this machine may read it", "", true},
     APPLY{r.config.metrics_token = strong(r, name, value);
}
}
, {{"LOG_LEVEL", "`debug`, `info`, `warning`, `error` or `off`", "info"},
   APPLY{r.config.log_level = one_of(r, name, value, {"info", "debug", "warning", "error", "off"});
}
}
, {{"LOG_FORMAT", "`json` or `human`", "human on a terminal, else json"},
   APPLY{r.config.log_format = one_of(r, name, value, {"json", "human"});
}
}
,
}
;
}

#undef APPLY

} // namespace

const std::vector<Entry>& entries()
{
    static const std::vector<Entry> all = all_entries();
    return all;
}

} // namespace enstore::config

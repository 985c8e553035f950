#include "platform/config/checks.hpp"
#include "platform/config/table.hpp"
#include "platform/core/text.hpp"

namespace enstore::config
{
namespace
{

constexpr std::size_t shortest_app_key = 32;

bool is_production(const Reading& r)
{
    return r.config.environment == Environment::production;
}

bool on_loopback(const std::string& url)
{
    const auto parsed = parse_url(url);
    return parsed && is_loopback(parsed->host);
}

void check_database(Reading& r)
{
    auto& database = r.config.database;
    if (database.dialect == db::Dialect::sqlite) {
        database.sqlite_path = database.database.empty() ? r.config.data_folder + "/enstore.sqlite" : database.database;
        if (!r.has("DB_CONNECTION") && (r.has("DB_HOST") || r.has("DB_USERNAME")))
            r.wrong("DB_CONNECTION", "a database server is named, but SQLite would be used",
                    "write DB_CONNECTION=mysql, or remove DB_HOST and DB_USERNAME");
        return;
    }
    for (const char* name : {"DB_DATABASE", "DB_USERNAME"})
        if (!r.has(name)) r.wrong(name, "DB_CONNECTION=mysql needs it", std::string("set ") + name);
    // On a laptop, towards a server that only this machine can reach, a weak password is the owner's business.
    if (!is_production(r) && is_loopback(database.host)) return;
    if (database.password.empty())
        r.wrong("DB_PASSWORD", "the database account has no password", "give it a random one and set it here");
    else if (is_guessable(database.password.reveal()))
        r.wrong("DB_PASSWORD", "it is one of the words that everyone tries first",
                "give the database account a random password and set it here");
}

void check_digiflazz(Reading& r)
{
    auto& digiflazz = r.config.digiflazz;
    const bool production = is_production(r);
    if (r.config.digiflazz.username.empty() && digiflazz.api_key.empty()) {
        for (const char* name : {"DIGIFLAZZ_BASE_URL", "DIGIFLAZZ_TESTING"})
            if (r.has(name))
                r.wrong(name, "it is set without DIGIFLAZZ_USERNAME and DIGIFLAZZ_API_KEY",
                        std::string("set both, or remove ") + name + " to use the sandbox");
        if (production)
            r.wrong("DIGIFLAZZ_USERNAME", "there are no credentials, and the sandbox must not sell in production",
                    "set DIGIFLAZZ_USERNAME and DIGIFLAZZ_API_KEY, or APP_ENV=local to try the store out");
        return;
    }
    if (digiflazz.username.empty())
        r.wrong("DIGIFLAZZ_USERNAME", "DIGIFLAZZ_API_KEY is set without it", "set both, or neither to use the sandbox");
    if (digiflazz.api_key.empty())
        r.wrong("DIGIFLAZZ_API_KEY", "DIGIFLAZZ_USERNAME is set without it", "set both, or neither to use the sandbox");
    if (!r.has("DIGIFLAZZ_BASE_URL")) digiflazz.base_url = "https://api.digiflazz.com/v1";
    const bool simulated = on_loopback(digiflazz.base_url);
    if (!simulated && digiflazz.base_url.rfind("http://", 0) == 0)
        r.wrong("DIGIFLAZZ_BASE_URL", "orders and their signatures would travel in clear", "write https://");
    if (digiflazz.api_key.empty()) return;
    const bool development_key = digiflazz.api_key.reveal().rfind("dev-", 0) == 0;
    if (development_key && production)
        r.wrong("DIGIFLAZZ_API_KEY", "it is a development key: nothing would be delivered",
                "set the production key of the account");
    // What Digiflazz does with this mix is documented nowhere; real goods might be bought by a test.
    if (!development_key && digiflazz.testing && !simulated)
        r.wrong("DIGIFLAZZ_TESTING", "it does not go with a production key",
                "set a development key (dev-…), or DIGIFLAZZ_TESTING=off");
    if (!production) return;
    if (digiflazz.testing && development_key)
        r.wrong("DIGIFLAZZ_TESTING", "tests are not sold in production", "remove it");
    if (simulated)
        r.wrong("DIGIFLAZZ_BASE_URL", "it is an address of this machine: a sandbox must not sell in production",
                "remove it to use https://api.digiflazz.com/v1");
    if (digiflazz.webhook_secret.empty())
        r.wrong("DIGIFLAZZ_WEBHOOK_SECRET", "callbacks could not be told from forged ones",
                "set the secret that is entered at Digiflazz beside the webhook's address");
}

void check_tripay(Reading& r)
{
    auto& tripay = r.config.tripay;
    const bool any = r.has("TRIPAY_MERCHANT_CODE") || r.has("TRIPAY_API_KEY") || r.has("TRIPAY_PRIVATE_KEY");
    if (!any) return;
    for (const char* name : {"TRIPAY_MERCHANT_CODE", "TRIPAY_API_KEY", "TRIPAY_PRIVATE_KEY"})
        if (!r.has(name))
            r.wrong(name, "the other Tripay credentials are set without it",
                    "set all three, or none to have no gateway");
    if (!r.has("TRIPAY_BASE_URL")) tripay.base_url = "https://tripay.co.id/api";
    const bool simulated = on_loopback(tripay.base_url);
    if (!simulated && tripay.base_url.rfind("http://", 0) == 0)
        r.wrong("TRIPAY_BASE_URL", "payments and their signatures would travel in clear", "write https://");
    if (is_production(r) && (simulated || tripay.base_url.find("sandbox") != std::string::npos))
        r.wrong("TRIPAY_BASE_URL", "it is a sandbox: its payments are not real money",
                "remove it to use https://tripay.co.id/api");
}

void check_production(Reading& r)
{
    if (!is_production(r)) return;
    if (!r.config.rate_limits)
        r.wrong("RATE_LIMITS", "without limits passwords can be guessed in production", "remove it, or write on");
    if (!r.has("APP_URL"))
        r.wrong("APP_URL", "links to buyers need the public address", "set it, as in https://shop.example");
    else if (r.config.app_url.rfind("http://", 0) == 0)
        r.wrong("APP_URL", "passwords and tokens would travel in clear", "write https://, and let a proxy speak TLS");
    if (r.has("FRONTEND_URL") && r.config.frontend_url.rfind("http://", 0) == 0)
        r.wrong("FRONTEND_URL", "passwords and tokens would travel in clear", "write https://");
    if (r.config.app_key.empty())
        r.wrong("APP_KEY", "production needs one, the same in every process",
                "set the output of: openssl rand -hex 32");
}

void fill_in(Reading& r)
{
    Config& config = r.config;
    if (!config.app_key.empty() && config.app_key.reveal().size() < shortest_app_key &&
        !is_guessable(config.app_key.reveal()))
        r.wrong("APP_KEY", "it is shorter than 32 characters", "set the output of: openssl rand -hex 32");
    if (config.frontend_url.empty()) config.frontend_url = config.app_url;
    if (!r.has("CORS_ALLOWED_ORIGINS") && r.has("FRONTEND_URL") && config.frontend_url != config.app_url)
        if (const auto url = parse_url(config.frontend_url)) {
            const auto path = url->text.find('/', url->scheme.size() + 3);
            config.cors_origins.push_back(url->text.substr(0, path));
        }
}

} // namespace

void check_together(Reading& reading)
{
    check_database(reading);
    check_digiflazz(reading);
    check_tripay(reading);
    check_production(reading);
    fill_in(reading);
}

} // namespace enstore::config

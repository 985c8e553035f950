#include "platform/config/config.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

namespace enstore::config
{
namespace
{

using Settings = std::map<std::string, std::string, std::less<>>;

Lookup lookup_in(const Settings& settings)
{
    return [settings](std::string_view name) -> std::optional<std::string> {
        const auto found = settings.find(name);
        if (found == settings.end()) return std::nullopt;
        return found->second;
    };
}

std::vector<Mistake> mistakes_in(const Settings& settings)
{
    auto read = config::read(lookup_in(settings));
    if (auto* mistakes = std::get_if<std::vector<Mistake>>(&read)) return *mistakes;
    return {};
}

std::vector<std::string> names(const std::vector<Mistake>& mistakes)
{
    std::vector<std::string> all;
    for (const auto& mistake : mistakes)
        all.push_back(mistake.name);
    std::sort(all.begin(), all.end());
    return all;
}

Config good(const Settings& settings)
{
    auto read = config::read(lookup_in(settings));
    if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&read))
        for (const auto& mistake : *mistakes)
            ADD_FAILURE() << mistake.name << ": " << mistake.what;
    if (auto* config = std::get_if<Config>(&read)) return *config;
    return {};
}

using Names = std::vector<std::string>;

const std::string random_key = "8c1f0b7f7e2a4f0fb0a9c6f6a1d2e3b4";

/// What a real store sets.
Settings production()
{
    return {{"APP_ENV", "production"},
            {"APP_URL", "https://shop.example"},
            {"APP_KEY", random_key},
            {"DIGIFLAZZ_USERNAME", "tokocontoh"},
            {"DIGIFLAZZ_API_KEY", "5f0c6c9e-1111-5222-8333-444455556666"},
            {"DIGIFLAZZ_WEBHOOK_SECRET", "kK3vN8q2LmZx"}};
}

Settings with(Settings settings, const Settings& changes)
{
    for (const auto& [name, value] : changes)
        settings[name] = value;
    return settings;
}

TEST(Config, needs_nothing_at_all)
{
    const Config config = good({});
    EXPECT_EQ(config.environment, Environment::local);
    EXPECT_EQ(config.app_url, "http://localhost:8000");
    EXPECT_EQ(config.frontend_url, config.app_url);
    EXPECT_EQ(config.database.dialect, db::Dialect::sqlite);
    EXPECT_EQ(config.database.sqlite_path, "data/enstore.sqlite");
    EXPECT_EQ(config.queue_driver, "database");
    EXPECT_TRUE(config.sandbox());
    EXPECT_TRUE(config.rate_limits);
    EXPECT_TRUE(config.cors_origins.empty());
}

TEST(Config, reads_every_variable)
{
    const Config config = good({{"APP_ENV", "testing"},
                                {"APP_URL", "http://localhost:9999/"},
                                {"FRONTEND_URL", "http://localhost:3000/id"},
                                {"APP_KEY", random_key},
                                {"DATA_DIR", "/srv/enstore"},
                                {"BUSINESS_TIME_ZONE", "Asia/Makassar"},
                                {"DB_CONNECTION", "mysql"},
                                {"DB_HOST", "db"},
                                {"DB_PORT", "3307"},
                                {"DB_DATABASE", "store"},
                                {"DB_USERNAME", "store"},
                                {"DB_PASSWORD", " two words "},
                                {"DB_POOL", "32"},
                                {"REDIS_HOST", "redis"},
                                {"REDIS_PORT", "6380"},
                                {"REDIS_PASSWORD", "k3vN8q2LmZx"},
                                {"DIGIFLAZZ_USERNAME", "tokocontoh"},
                                {"DIGIFLAZZ_API_KEY", "dev-contoh-0000"},
                                {"DIGIFLAZZ_WEBHOOK_SECRET", "kK3vN8q2LmZx"},
                                {"DIGIFLAZZ_TESTING", "on"},
                                {"TRIPAY_MERCHANT_CODE", "T0001"},
                                {"TRIPAY_API_KEY", "DEV-api"},
                                {"TRIPAY_PRIVATE_KEY", "private-1"},
                                {"TRIPAY_BASE_URL", "https://tripay.co.id/api-sandbox"},
                                {"HTTP_ADDRESS", "0.0.0.0"},
                                {"HTTP_PORT", "9000"},
                                {"HTTP_THREADS", "32"},
                                {"WORKER_THREADS", "4"},
                                {"RATE_LIMITS", "off"},
                                {"CORS_ALLOWED_ORIGINS", "https://a.example, https://b.example:8443"},
                                {"TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8,::1"},
                                {"METRICS_TOKEN", "kK3vN8q2LmZx"},
                                {"LOG_LEVEL", "debug"},
                                {"LOG_FORMAT", "human"}});
    EXPECT_EQ(config.environment, Environment::testing);
    EXPECT_EQ(config.app_url, "http://localhost:9999");
    EXPECT_EQ(config.frontend_url, "http://localhost:3000/id");
    EXPECT_EQ(config.data_folder, "/srv/enstore");
    EXPECT_EQ(config.zone.minute_of_day(Timestamp{}), 8 * 60);
    EXPECT_EQ(config.database.dialect, db::Dialect::mysql);
    EXPECT_EQ(config.database.host, "db");
    EXPECT_EQ(config.database.port, 3307);
    EXPECT_EQ(config.database.database, "store");
    EXPECT_EQ(config.database.password.reveal(), " two words ") << "a password is taken as it is";
    EXPECT_EQ(config.database.pool_size, 32);
    EXPECT_EQ(config.redis_host, "redis");
    EXPECT_EQ(config.redis_port, 6380);
    EXPECT_EQ(config.digiflazz.base_url, "https://api.digiflazz.com/v1");
    EXPECT_TRUE(config.digiflazz.testing);
    EXPECT_FALSE(config.sandbox());
    EXPECT_EQ(config.tripay.merchant_code, "T0001");
    EXPECT_EQ(config.http_address, "0.0.0.0");
    EXPECT_EQ(config.http_port, 9000);
    EXPECT_EQ(config.http_threads, 32);
    EXPECT_EQ(config.worker_threads, 4);
    EXPECT_FALSE(config.rate_limits);
    EXPECT_EQ(config.cors_origins, (Names{"https://a.example", "https://b.example:8443"}));
    EXPECT_EQ(config.trusted_proxies, (Names{"127.0.0.1", "10.0.0.0/8", "::1"}));
    EXPECT_EQ(config.metrics_token.reveal(), "kK3vN8q2LmZx");
    EXPECT_EQ(config.log_level, "debug");
    EXPECT_EQ(config.log_format, "human");
}

TEST(Config, reports_every_mistake_at_once_each_with_its_remedy)
{
    const auto mistakes = mistakes_in({{"APP_ENV", "prod"},
                                       {"HTTP_PORT", "80 80"},
                                       {"DB_POOL", "1000000000000000000000"},
                                       {"APP_URL", "shop.example"},
                                       {"BUSINESS_TIME_ZONE", "Europe/Paris"},
                                       {"RATE_LIMITS", "perhaps"},
                                       {"CORS_ALLOWED_ORIGINS", "*"},
                                       {"TRUSTED_PROXIES", "10.0.0.0/33"},
                                       {"HTTP_ADDRESS", "localhost"},
                                       {"LOG_LEVEL", "loud"},
                                       {"DB_SSL_CA", "/nowhere/ca.pem"}});
    EXPECT_EQ(names(mistakes),
              (Names{"APP_ENV", "APP_URL", "BUSINESS_TIME_ZONE", "CORS_ALLOWED_ORIGINS", "DB_POOL", "DB_SSL_CA",
                     "HTTP_ADDRESS", "HTTP_PORT", "LOG_LEVEL", "RATE_LIMITS", "TRUSTED_PROXIES"}));
    for (const auto& mistake : mistakes) {
        EXPECT_FALSE(mistake.what.empty()) << mistake.name;
        EXPECT_FALSE(mistake.remedy.empty()) << mistake.name;
    }
}

TEST(Config, an_empty_variable_is_not_set)
{
    const Config config = good({{"DB_HOST", ""}, {"DIGIFLAZZ_USERNAME", "  "}, {"APP_KEY", ""}});
    EXPECT_TRUE(config.sandbox());
}

TEST(Config, an_address_is_http_with_a_host)
{
    for (const char* url : {"ftp://shop.example", "https://", "https://a b", "https://user:pw@shop.example",
                            "https://shop.example?x=1", "https://shop.example#x", "https://shop.example:99999",
                            "javascript:alert(1)", "https://shop.example:", "https://[::g]"})
        EXPECT_EQ(names(mistakes_in({{"APP_URL", url}})), Names{"APP_URL"}) << url;
    EXPECT_EQ(good({{"APP_URL", "https://[::1]:8443/shop//"}}).app_url, "https://[::1]:8443/shop");
}

TEST(Config, the_front_end_may_call_the_api)
{
    EXPECT_EQ(good({{"FRONTEND_URL", "https://web.example:3000/id"}}).cors_origins, Names{"https://web.example:3000"});
    EXPECT_EQ(
        good({{"FRONTEND_URL", "https://web.example"}, {"CORS_ALLOWED_ORIGINS", "https://a.example"}}).cors_origins,
        Names{"https://a.example"});
}

TEST(Secrets, S5_words_that_everyone_tries_are_refused_and_never_repeated)
{
    for (const char* word : {"root", "changeme", "Change-Me", "password", "secret", "admin", "aaaaaaaaaaaaaaaa"})
        for (const char* name : {"APP_KEY", "METRICS_TOKEN", "REDIS_PASSWORD", "DIGIFLAZZ_WEBHOOK_SECRET"}) {
            const auto mistakes = mistakes_in({{name, word}});
            EXPECT_EQ(names(mistakes), Names{name}) << word;
        }
    for (const auto& mistake : mistakes_in({{"APP_KEY", "canary-key"}, {"DIGIFLAZZ_API_KEY", "canary-key"}}))
        EXPECT_EQ((mistake.what + mistake.remedy).find("canary"), std::string::npos) << mistake.name;
}

TEST(Secrets, S5_a_weak_database_password_is_refused_where_others_can_reach_the_server)
{
    const Settings server{{"DB_CONNECTION", "mysql"}, {"DB_DATABASE", "store"}, {"DB_USERNAME", "store"}};
    for (const char* password : {"", "root", "changeme", "password", "secret"}) {
        const auto weak = with(server, {{"DB_PASSWORD", password}});
        EXPECT_EQ(mistakes_in(with(weak, {{"DB_HOST", "127.0.0.1"}})).size(), 0U) << "a laptop";
        EXPECT_EQ(names(mistakes_in(with(weak, {{"DB_HOST", "db"}}))), Names{"DB_PASSWORD"}) << password;
        EXPECT_EQ(names(mistakes_in(with(with(weak, production()), {{"DB_HOST", "127.0.0.1"}}))), Names{"DB_PASSWORD"});
    }
    EXPECT_TRUE(mistakes_in(with(server, {{"DB_HOST", "db"}, {"DB_PASSWORD", "xK3vN8q2LmZx"}})).empty());
}

TEST(Secrets, a_short_key_is_refused)
{
    EXPECT_EQ(names(mistakes_in({{"APP_KEY", "f3b1"}})), Names{"APP_KEY"});
}

TEST(Database, a_server_needs_a_name_and_an_account)
{
    EXPECT_EQ(names(mistakes_in({{"DB_CONNECTION", "mysql"}})), (Names{"DB_DATABASE", "DB_USERNAME"}));
    EXPECT_EQ(names(mistakes_in({{"DB_HOST", "db"}})), Names{"DB_CONNECTION"}) << "it would silently be SQLite";
    EXPECT_EQ(good({{"DB_CONNECTION", "sqlite"}, {"DB_DATABASE", "/srv/shop.db"}}).database.sqlite_path,
              "/srv/shop.db");
    EXPECT_EQ(good({{"DATA_DIR", "/srv/enstore"}}).database.sqlite_path, "/srv/enstore/enstore.sqlite");
}

TEST(Queue, redis_is_known_and_not_there_yet)
{
    const auto mistakes = mistakes_in({{"QUEUE_CONNECTION", "redis"}});
    ASSERT_EQ(names(mistakes), Names{"QUEUE_CONNECTION"});
    EXPECT_NE(mistakes[0].remedy.find("QUEUE_CONNECTION=database"), std::string::npos);
    EXPECT_EQ(names(mistakes_in({{"QUEUE_CONNECTION", "sync"}})), Names{"QUEUE_CONNECTION"});
}

TEST(Supplier, credentials_come_together)
{
    EXPECT_EQ(names(mistakes_in({{"DIGIFLAZZ_USERNAME", "tokocontoh"}})), Names{"DIGIFLAZZ_API_KEY"});
    EXPECT_EQ(names(mistakes_in({{"DIGIFLAZZ_API_KEY", "dev-contoh"}})), Names{"DIGIFLAZZ_USERNAME"});
    EXPECT_EQ(names(mistakes_in({{"DIGIFLAZZ_BASE_URL", "http://127.0.0.1:8010"}})), Names{"DIGIFLAZZ_BASE_URL"});
    EXPECT_EQ(names(mistakes_in({{"DIGIFLAZZ_TESTING", "on"}})), Names{"DIGIFLAZZ_TESTING"});
}

TEST(Supplier, a_production_key_does_not_go_with_testing)
{
    const Settings account{{"DIGIFLAZZ_USERNAME", "tokocontoh"}, {"DIGIFLAZZ_TESTING", "on"}};
    EXPECT_EQ(names(mistakes_in(with(account, {{"DIGIFLAZZ_API_KEY", "5f0c6c9e"}}))), Names{"DIGIFLAZZ_TESTING"});
    EXPECT_TRUE(good(with(account, {{"DIGIFLAZZ_API_KEY", "dev-contoh"}})).digiflazz.testing);
}

TEST(Supplier, orders_do_not_travel_in_clear)
{
    EXPECT_EQ(names(mistakes_in(with(production(), {{"DIGIFLAZZ_BASE_URL", "http://api.digiflazz.com/v1"}}))),
              Names{"DIGIFLAZZ_BASE_URL"});
}

TEST(Gateway, credentials_come_together)
{
    EXPECT_EQ(names(mistakes_in({{"TRIPAY_API_KEY", "DEV-api"}})),
              (Names{"TRIPAY_MERCHANT_CODE", "TRIPAY_PRIVATE_KEY"}));
}

TEST(Production, a_complete_configuration_is_good)
{
    const Config config = good(production());
    EXPECT_EQ(config.environment, Environment::production);
    EXPECT_FALSE(config.sandbox());
    EXPECT_EQ(config.digiflazz.base_url, "https://api.digiflazz.com/v1");
}

TEST(Production, refuses_whatever_is_fit_for_a_laptop_only)
{
    const auto refused = [](const Settings& changes) { return names(mistakes_in(with(production(), changes))); };
    EXPECT_EQ(refused({{"DIGIFLAZZ_USERNAME", ""}, {"DIGIFLAZZ_API_KEY", ""}}), Names{"DIGIFLAZZ_USERNAME"});
    EXPECT_EQ(refused({{"DIGIFLAZZ_BASE_URL", "http://127.0.0.1:8010"}}), Names{"DIGIFLAZZ_BASE_URL"});
    EXPECT_EQ(refused({{"DIGIFLAZZ_BASE_URL", "https://localhost:8010"}}), Names{"DIGIFLAZZ_BASE_URL"});
    EXPECT_EQ(refused({{"DIGIFLAZZ_BASE_URL", "http://[::1]:8010"}}), Names{"DIGIFLAZZ_BASE_URL"});
    EXPECT_EQ(refused({{"DIGIFLAZZ_WEBHOOK_SECRET", ""}}), Names{"DIGIFLAZZ_WEBHOOK_SECRET"});
    EXPECT_EQ(refused({{"DIGIFLAZZ_API_KEY", "dev-contoh"}}), Names{"DIGIFLAZZ_API_KEY"});
    EXPECT_EQ(refused({{"RATE_LIMITS", "off"}}), Names{"RATE_LIMITS"});
    EXPECT_EQ(refused({{"APP_URL", "http://shop.example"}}), Names{"APP_URL"});
    EXPECT_EQ(refused({{"APP_URL", ""}}), Names{"APP_URL"});
    EXPECT_EQ(refused({{"APP_KEY", ""}}), Names{"APP_KEY"});
    EXPECT_EQ(refused({{"TRIPAY_MERCHANT_CODE", "T1"},
                       {"TRIPAY_API_KEY", "k3vN8q2L"},
                       {"TRIPAY_PRIVATE_KEY", "mZxk3vN8"},
                       {"TRIPAY_BASE_URL", "https://tripay.co.id/api-sandbox"}}),
              Names{"TRIPAY_BASE_URL"});
    EXPECT_EQ(names(mistakes_in({{"APP_ENV", "production"}})), (Names{"APP_KEY", "APP_URL", "DIGIFLAZZ_USERNAME"}))
        << "and all at once";
}

class SecretFiles : public testing::Test
{
protected:
    std::string file(const std::string& name, const std::string& content)
    {
        std::ofstream(folder.file(name), std::ios::binary) << content;
        return folder.file(name);
    }
    support::TempFolder folder;
};

TEST_F(SecretFiles, any_variable_can_be_the_content_of_a_file)
{
    const Config config =
        good({{"APP_KEY_FILE", file("key", random_key + "\n")}, {"HTTP_PORT_FILE", file("port", "9000\r\n")}});
    EXPECT_EQ(config.app_key.reveal(), random_key);
    EXPECT_EQ(config.http_port, 9000);
}

TEST_F(SecretFiles, one_line_end_is_dropped_and_no_more)
{
    EXPECT_EQ(good({{"DB_PASSWORD_FILE", file("p", "word \n")}}).database.password.reveal(), "word ");
    EXPECT_EQ(names(mistakes_in({{"DB_PASSWORD_FILE", file("p", "a\n\n")}})), Names{"DB_PASSWORD_FILE"});
}

TEST_F(SecretFiles, both_forms_at_once_are_a_mistake)
{
    const auto mistakes = mistakes_in({{"APP_KEY", random_key}, {"APP_KEY_FILE", file("key", random_key)}});
    ASSERT_EQ(names(mistakes), Names{"APP_KEY"});
    EXPECT_NE(mistakes[0].what.find("APP_KEY_FILE"), std::string::npos);
}

TEST_F(SecretFiles, a_file_that_cannot_be_used_is_named)
{
    for (const std::string& path : {folder.file("absent"), folder.path(), file("empty", ""),
                                    file("nul", std::string("a\0b", 3)), file("huge", std::string(2'000'000, 'x'))})
        EXPECT_EQ(names(mistakes_in({{"METRICS_TOKEN_FILE", path}})), Names{"METRICS_TOKEN_FILE"}) << path;
}

TEST_F(SecretFiles, the_environment_wins_over_the_env_file)
{
    const auto path = file(".env", "ENSTORE_TEST_A=file\nENSTORE_TEST_B=file\nENSTORE_TEST_C=file\n");
    // NOLINTBEGIN(concurrency-mt-unsafe): this test has one thread, and the environment is what it is about.
    ::setenv("ENSTORE_TEST_A", "environment", 1);
    ::setenv("ENSTORE_TEST_B", "", 1);
    const auto lookup = environment_lookup(path);
    EXPECT_EQ(lookup("ENSTORE_TEST_A"), "environment");
    EXPECT_EQ(lookup("ENSTORE_TEST_B"), "file") << "set to nothing is not set";
    EXPECT_EQ(lookup("ENSTORE_TEST_C"), "file");
    EXPECT_EQ(lookup("ENSTORE_TEST_D"), std::nullopt);
    EXPECT_EQ(file_lookup(path)("ENSTORE_TEST_A"), "file");
    ::unsetenv("ENSTORE_TEST_A");
    ::unsetenv("ENSTORE_TEST_B");
    // NOLINTEND(concurrency-mt-unsafe)
    EXPECT_EQ(environment_lookup(folder.file("absent"))("ENSTORE_TEST_C"), std::nullopt);
}

TEST_F(SecretFiles, mistakes_of_the_env_file_are_reported_with_all_others)
{
    const auto file_part = environment_lookup(file(".env", "HTTP_PORT 9000\nLOG_LEVEL='info\n"));
    const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
        if (name == ".env") return file_part(name);
        if (name == "LOG_FORMAT") return "xml";
        return std::nullopt;
    };
    auto read = config::read(lookup);
    const auto& mistakes = std::get<std::vector<Mistake>>(read);
    EXPECT_EQ(names(mistakes), (Names{".env", ".env", "LOG_FORMAT"}));
    EXPECT_EQ(mistakes[0].what.substr(0, 7), "line 1:");
}

} // namespace
} // namespace enstore::config

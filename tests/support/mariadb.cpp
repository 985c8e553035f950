#include "tests/support/mariadb.hpp"

#include "platform/core/text.hpp"

#include <mysql.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <stdexcept>

namespace enstore::support
{
namespace
{

std::vector<std::string> address()
{
    const char* text = std::getenv("ENSTORE_TEST_MARIADB"); // NOLINT(concurrency-mt-unsafe): nothing here sets it
    auto parts = split(text == nullptr ? "" : text, ':');
    if (parts.size() != 4)
        throw std::runtime_error(
            "tests on MariaDB need a server: run them as `scripts/with-mariadb COMMAND`, which sets "
            "ENSTORE_TEST_MARIADB=host:port:user:password");
    return parts;
}

/// Databases with the same migrations are of one family.
std::string family_name()
{
    std::string all;
    for (const auto& migration : db::migrations())
        all += migration.sql;
    return "enstore_" + std::to_string(std::hash<std::string>{}(all));
}

} // namespace

class MariaDbServer::Connection
{
public:
    explicit Connection(const std::vector<std::string>& parts) : handle_(mysql_init(nullptr))
    {
        const auto port = static_cast<unsigned>(parse_int(parts[1]).value_or(0));
        if (mysql_real_connect(handle_, parts[0].c_str(), parts[2].c_str(), parts[3].c_str(), nullptr, port, nullptr,
                               0) != nullptr)
            return;
        const std::string why = mysql_error(handle_);
        mysql_close(handle_);
        throw std::runtime_error("the MariaDB of ENSTORE_TEST_MARIADB does not answer: " + why);
    }
    ~Connection() { mysql_close(handle_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    std::vector<std::string> column(const std::string& sql)
    {
        if (mysql_real_query(handle_, sql.data(), sql.size()) != 0) throw std::runtime_error(mysql_error(handle_));
        std::vector<std::string> values;
        MYSQL_RES* result = mysql_store_result(handle_);
        if (result == nullptr) return values;
        while (const MYSQL_ROW row = mysql_fetch_row(result))
            values.emplace_back(row[0] == nullptr ? "" : row[0]);
        mysql_free_result(result);
        return values;
    }

private:
    MYSQL* handle_;
};

MariaDbServer::MariaDbServer() : connection_(std::make_unique<Connection>(address())) {}

MariaDbServer::~MariaDbServer() = default;

void MariaDbServer::run(const std::string& sql)
{
    connection_->column(sql);
}

std::vector<std::string> MariaDbServer::column(const std::string& sql)
{
    return connection_->column(sql);
}

std::int64_t MariaDbServer::number(const std::string& sql)
{
    const auto values = connection_->column(sql);
    return values.empty() ? 0 : parse_int(values.front()).value_or(0);
}

db::Config MariaDbServer::config(const std::string& database) const
{
    const auto parts = address();
    db::Config config;
    config.dialect = db::Dialect::mysql;
    config.host = parts[0];
    config.port = static_cast<int>(parse_int(parts[1]).value_or(0));
    config.username = parts[2];
    config.password = Secret(parts[3]);
    config.database = database;
    return config;
}

MariaDbLoan::MariaDbLoan(bool migrated)
{
    if (migrated) {
        take_from(family_name());
        return;
    }
    static std::atomic<int> count = 0;
    name_ = "enstore_empty_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    server_.run("CREATE OR REPLACE DATABASE " + name_ + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    drop_ = true;
}

MariaDbLoan::~MariaDbLoan()
{
    if (!drop_) return;
    try {
        server_.run("DROP DATABASE IF EXISTS " + name_);
    } catch (const std::exception&) { // NOLINT(bugprone-empty-catch): the server itself is temporary
    }
}

void MariaDbLoan::take_from(const std::string& family)
{
    make_seed(family + "_seed");
    for (int number = 0; name_.empty(); ++number) {
        const auto name = family + "_" + std::to_string(number);
        if (server_.number("SELECT GET_LOCK('" + name + "', 0)") == 1) name_ = name;
    }
    server_.run("CREATE DATABASE IF NOT EXISTS " + name_ + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    db::migrate(*db::Database::open(server_.config(name_)));
    clean(family + "_seed");
}

void MariaDbLoan::make_seed(const std::string& seed)
{
    server_.run("CREATE DATABASE IF NOT EXISTS " + seed + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    db::migrate(*db::Database::open(server_.config(seed)));
}

void MariaDbLoan::clean(const std::string& seed)
{
    const auto tables_of = [&](const std::string& database) {
        return server_.column("SELECT table_name FROM information_schema.tables WHERE table_schema = '" + database +
                              "' ORDER BY table_name");
    };
    const auto wanted = tables_of(seed);
    server_.run("SET FOREIGN_KEY_CHECKS = 0");
    for (const auto& table : tables_of(name_)) {
        const auto here = "`" + name_ + "`.`" + table + "`";
        const auto there = "`" + seed + "`.`" + table + "`";
        if (std::find(wanted.begin(), wanted.end(), table) == wanted.end()) {
            server_.run("DROP TABLE " + here);
            continue;
        }
        if (table == "migrations" ||
            server_.number("SELECT EXISTS(SELECT 1 FROM " + here + ") OR EXISTS(SELECT 1 FROM " + there + ")") == 0)
            continue;
        server_.run("DELETE FROM " + here);
        server_.run("ALTER TABLE " + here + " AUTO_INCREMENT = 1");
        server_.run("INSERT INTO " + here + " SELECT * FROM " + there);
    }
    server_.run("SET FOREIGN_KEY_CHECKS = 1");
}

} // namespace enstore::support

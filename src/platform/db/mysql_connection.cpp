#include "platform/db/mysql_connection.hpp"

#include "platform/core/text.hpp"

#include <memory>

namespace enstore::db
{
namespace
{

/// A value of a SOCI connect string.
std::string quoted(std::string_view text)
{
    std::string out = "'";
    for (const char c : text) {
        if (c == '\\' || c == '\'') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string connect_text(const Config& config)
{
    // The driver's own deadline comes after the server's, so that a slow statement is ended there and not merely left.
    const auto seconds = std::to_string(config.statement_timeout_s + 5);
    std::string text = "host=" + quoted(config.host) + " port=" + std::to_string(config.port) +
                       " user=" + quoted(config.username) + " charset=utf8mb4" +
                       " connect_timeout=" + std::to_string(config.connect_timeout_s) + " read_timeout=" + seconds +
                       " write_timeout=" + seconds;
    if (!config.database.empty()) text += " dbname=" + quoted(config.database);
    if (!config.password.empty()) text += " password=" + quoted(config.password.reveal());
    if (!config.ssl_ca.empty()) text += " sslca=" + quoted(config.ssl_ca);
    return text; // never `reconnect=1`: it goes on in autocommit, in the middle of a transaction
}

soci::session opened(const Config& config)
{
    try {
        return soci::session(soci::mysql, connect_text(config));
    } catch (const soci::mysql_soci_error& error) {
        throw Failure(Fault::gone, "connect", static_cast<int>(error.err_num_));
    } catch (const soci::soci_error&) { // its text may quote the password
        throw Failure(Fault::gone, "connect", 0);
    }
}

} // namespace

Fault fault_of_mysql(int code)
{
    if (connection_lost(code)) return Fault::gone;
    switch (code) {
    case 1062: // duplicate entry
    case 1586:
        return Fault::unique;
    case 1216:
    case 1217:
    case 1451:
    case 1452:
        return Fault::foreign_key;
    case 1048: // NULL
    case 1264: // number out of range
    case 1292: // no such time
    case 1364: // no default
    case 1366: // text of another character set
    case 1406: // text too long
    case 3819: // CHECK, MySQL
    case 4025:
        return Fault::constraint;
    case 1020: // the row changed since it was read (optimistic engines)
    case 1205: // lock timeout
    case 1213: // deadlock; Galera: refused by certification
    case 9007:
        return Fault::retryable; // write conflict on TiDB
    case 3:                      // error writing a file
    case 28:
    case 1021: // disk full
    case 1026:
    case 1114: // table full
    case 1290: // --read-only
    case 1792: // read-only transaction
    case 1836:
        return Fault::full;
    case 1040: // too many connections
    case 1044:
    case 1045: // wrong user or password
    case 1047: // Galera node not ready
    case 1049: // no such database
    case 1203:
    case 2002:
    case 2003:
    case 2005:
        return Fault::gone;
    default:
        return Fault::other;
    }
}

bool connection_lost(int code)
{
    return code == 2006 || code == 2013 || code == 2055 || code == 1927 || code == 1053 || code == 1152 ||
           (code >= 1158 && code <= 1161);
}

MysqlConnection::MysqlConnection(const Config& config) : session_(opened(config)), kept_(session_, Dialect::mysql)
{
    set_up(config);
}

void MysqlConnection::set_up(const Config& config)
{
    if (!config.ssl_ca.empty() && mysql_get_ssl_cipher(handle()) == nullptr)
        throw Failure(Fault::gone, "connect: DB_SSL_CA is set, and the server does not encrypt", 2026);
    // Standard SQL as SQLite reads it: a backslash is a letter, || joins, what does not fit is refused.
    require("SET SESSION autocommit=0, time_zone='+00:00', innodb_lock_wait_timeout=10, "
            "sql_mode='STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
            "ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'");
    const bool mariadb = std::string_view(mysql_get_server_info(handle())).find("MariaDB") != std::string_view::npos;
    if (mariadb)
        require("SET SESSION max_statement_time=" + std::to_string(config.statement_timeout_s));
    else
        require("SET SESSION max_execution_time=" + std::to_string(config.statement_timeout_s * 1'000));
    control("COMMIT");
}

void MysqlConnection::serve(Purpose purpose)
{
    if (purpose_ == purpose) return;
    require(purpose == Purpose::writing ? "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE"
                                        : "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    purpose_ = purpose;
}

MYSQL* MysqlConnection::handle() const
{
    auto& session = const_cast<soci::session&>(session_); // SOCI's accessor is not const
    return static_cast<soci::mysql_session_backend*>(session.get_backend())->conn_;
}

int MysqlConnection::control(const std::string& sql) noexcept
{
    if (mysql_real_query(handle(), sql.data(), sql.size()) != 0) return static_cast<int>(mysql_errno(handle()));
    if (MYSQL_RES* result = mysql_store_result(handle())) mysql_free_result(result);
    return static_cast<int>(mysql_errno(handle()));
}

void MysqlConnection::require(const std::string& sql)
{
    if (const int code = control(sql)) throw_failure(fault_of_mysql(code), "session", code);
}

std::optional<std::string> MysqlConnection::answer(const std::string& sql)
{
    std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)> result(nullptr, &mysql_free_result);
    if (mysql_real_query(handle(), sql.data(), sql.size()) == 0) result.reset(mysql_store_result(handle()));
    if (!result) {
        const int code = static_cast<int>(mysql_errno(handle()));
        throw_failure(fault_of_mysql(code), "answer", code);
    }
    const MYSQL_ROW row = mysql_fetch_row(result.get());
    if (row == nullptr || row[0] == nullptr) return std::nullopt;
    return std::string(row[0]);
}

std::string MysqlConnection::last_error() const
{
    return mysql_error(handle());
}

int MysqlConnection::native_code(const soci::soci_error& error)
{
    const auto* known = dynamic_cast<const soci::mysql_soci_error*>(&error);
    return known == nullptr ? 0 : static_cast<int>(known->err_num_);
}

bool MysqlConnection::still_open(Fault fault)
{
    // After a deadlock the server has rolled back, and the next statement would begin a transaction of its own.
    return fault != Fault::retryable && fault != Fault::gone && fault != Fault::full;
}

void MysqlConnection::release(KeptStatement& statement)
{
    statement.backend()->clean_up(); // frees the answer held in memory
}

std::int64_t MysqlConnection::last_id()
{
    return static_cast<std::int64_t>(mysql_insert_id(handle()));
}

void MysqlDdl::execute(const std::string& sql)
{
    if (const int code = connection_.control(sql)) throw_failure(fault_of_mysql(code), "statement", code);
}

std::int64_t MysqlDdl::number(const std::string& sql)
{
    return parse_int(connection_.answer(sql).value_or("")).value_or(0);
}

bool MysqlDdl::has_table(const std::string& name)
{
    return number("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '" +
                  name + "'") > 0;
}

} // namespace enstore::db

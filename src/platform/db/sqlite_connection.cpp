#include "platform/db/sqlite_connection.hpp"

#include "platform/core/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

namespace enstore::db
{
namespace
{

constexpr int busy_code = SQLITE_BUSY;

int primary(int code)
{
    return code & 0xff;
}

/// What SOCI takes as a file name. A bare name is read as it is unless it holds `=`.
std::string connect_text(const std::string& path)
{
    return path.find('=') == std::string::npos ? path : "db=\"" + path + "\"";
}

/// Customers' data is for the store's user alone, so the file is made before SQLite makes it readable to all. Its WAL
/// inherits the mode.
void create_private(const std::string& path)
{
    const auto folder = std::filesystem::path(path).parent_path();
    std::error_code ignored; // opening says it better
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    // O_EXCL: a file that exists is never opened here. Closing it would drop every lock this process holds on it (POSIX
    // locks belong to the process), and the next program to leave would take itself for the last one and delete our
    // WAL.
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_CLOEXEC | O_RDWR, 0600);
    if (file >= 0) ::close(file);
}

soci::session opened(const std::string& path)
{
    if (path != ":memory:") create_private(path);
    try {
        return soci::session(soci::sqlite3, connect_text(path));
    } catch (const soci::sqlite3_soci_error& error) {
        throw Failure(fault_of_sqlite(error.result()), "open", error.result());
    }
}

} // namespace

Fault fault_of_sqlite(int code)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return Fault::unique;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return Fault::foreign_key;
    default:
        break;
    }
    switch (primary(code)) {
    case SQLITE_CONSTRAINT:
        return Fault::constraint;
    case busy_code:
    case SQLITE_LOCKED:
        return Fault::retryable;
    case SQLITE_FULL:
    case SQLITE_READONLY:
        return Fault::full;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return Fault::gone;
    default:
        return Fault::other;
    }
}

void require_done(int code, std::string_view what)
{
    if (code != SQLITE_OK) throw_failure(fault_of_sqlite(code), what, code);
}

SqliteConnection::SqliteConnection(const Config& config, Role role)
    : session_(opened(config.sqlite_path)), kept_(session_, Dialect::sqlite)
{
    set_up(config, role);
}

void SqliteConnection::set_up(const Config& config, Role role)
{
    sqlite_api::sqlite3_busy_timeout(handle(), config.busy_timeout_s * 1'000);
    sqlite_api::sqlite3_extended_result_codes(handle(), 1);
    if (config.sqlite_path != ":memory:" && answer("PRAGMA journal_mode=WAL") != "wal")
        throw Failure(Fault::full, "PRAGMA journal_mode", SQLITE_READONLY);
    // FULL: an acknowledged commit survives a power cut (F33). The cache is in KiB when negative.
    require_done(control("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;"
                         "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=2000;"
                         "PRAGMA journal_size_limit=67108864"),
                 "session");
    if (role == Role::reader && config.sqlite_path != ":memory:")
        require_done(control("PRAGMA query_only=ON"), "session");
}

sqlite_api::sqlite3* SqliteConnection::handle() const
{
    auto& session = const_cast<soci::session&>(session_); // SOCI's accessor is not const
    return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

int SqliteConnection::control(const char* sql) noexcept
{
    const int code = sqlite_api::sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? code : sqlite_api::sqlite3_extended_errcode(handle());
}

bool SqliteConnection::in_transaction() const
{
    return sqlite_api::sqlite3_get_autocommit(handle()) == 0;
}

std::string SqliteConnection::answer(const std::string& sql)
{
    sqlite_api::sqlite3_stmt* raw = nullptr;
    const int length = static_cast<int>(sql.size());
    require_done(sqlite_api::sqlite3_prepare_v2(handle(), sql.c_str(), length, &raw, nullptr), "answer");
    const std::unique_ptr<sqlite_api::sqlite3_stmt, int (*)(sqlite_api::sqlite3_stmt*)> statement(
        raw, &sqlite_api::sqlite3_finalize);
    const int code = sqlite_api::sqlite3_step(raw);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) require_done(code, "answer");
    const auto* text = sqlite_api::sqlite3_column_text(raw, 0);
    return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

std::string SqliteConnection::last_error() const
{
    return sqlite_api::sqlite3_errmsg(handle());
}

int SqliteConnection::native_code(const soci::soci_error& error)
{
    if (dynamic_cast<const soci::sqlite3_soci_error*>(&error) == nullptr) return 0;
    return sqlite_api::sqlite3_extended_errcode(handle());
}

bool SqliteConnection::still_open(Fault fault)
{
    return fault != Fault::retryable && in_transaction();
}

void SqliteConnection::release(KeptStatement& statement)
{
    // A SELECT that has not been read to its end stays open: checkpoints would report busy and the WAL grow for ever.
    sqlite_api::sqlite3_reset(static_cast<soci::sqlite3_statement_backend*>(statement.backend())->stmt_);
}

std::int64_t SqliteConnection::last_id()
{
    return sqlite_api::sqlite3_last_insert_rowid(handle());
}

void SqliteDdl::execute(const std::string& sql)
{
    require_done(connection_.control(sql.c_str()), "statement");
}

std::int64_t SqliteDdl::number(const std::string& sql)
{
    return parse_int(connection_.answer(sql)).value_or(0);
}

bool SqliteDdl::has_table(const std::string& name)
{
    return number("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '" + name + "'") > 0;
}

void SqliteDdl::begin()
{
    require_done(connection_.control("BEGIN IMMEDIATE"), "BEGIN IMMEDIATE");
}

void SqliteDdl::commit()
{
    // Keys are not enforced while tables are rebuilt; what a migration leaves behind must be whole again.
    if (!connection_.answer("PRAGMA foreign_key_check").empty())
        throw Failure(Fault::foreign_key, "foreign_key_check", SQLITE_CONSTRAINT_FOREIGNKEY);
    require_done(connection_.control("COMMIT"), "COMMIT");
}

void SqliteDdl::rollback() noexcept
{
    connection_.control("ROLLBACK");
}

} // namespace enstore::db

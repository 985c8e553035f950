#pragma once

#include "platform/db/ddl.hpp"
#include "platform/db/soci_statements.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

#include <string>

namespace enstore::db
{

Fault fault_of_sqlite(int extended_code);

/// One connection to a SQLite file. Used by one thread at a time.
class SqliteConnection final : public SociStatements
{
public:
    enum class Role { writer, reader };
    SqliteConnection(const Config& config, Role role);

    /// Runs a text without values or answers (BEGIN, PRAGMA …) and returns SQLite's code, 0 when done. Never throws.
    int control(const char* sql) noexcept;
    /// False once SQLite has ended the transaction by itself (no space left, an I/O error).
    bool in_transaction() const;
    /// The first column of the first row, as text; empty when there is none.
    std::string answer(const std::string& sql);
    std::string last_error() const;

    Dialect dialect() const override { return Dialect::sqlite; }

protected:
    int native_code(const soci::soci_error& error) override;
    Fault fault_of(int native_code) const override { return fault_of_sqlite(native_code); }
    bool still_open(Fault fault) override;
    void release(KeptStatement& statement) override;
    std::int64_t last_id() override;
    StatementCache& kept() override { return kept_; }

private:
    sqlite_api::sqlite3* handle() const;
    void set_up(const Config& config, Role role);

    soci::session session_;
    StatementCache kept_; // after the session: its statements must go before it
};

/// Throws the `Failure` of a code that `control` returned, unless it is 0.
void require_done(int code, std::string_view what);

/// The migrator's connection.
class SqliteDdl final : public Ddl
{
public:
    explicit SqliteDdl(SqliteConnection& connection) : connection_(connection) {}
    Dialect dialect() const override { return Dialect::sqlite; }
    void execute(const std::string& sql) override;
    std::int64_t number(const std::string& sql) override;
    std::string last_error() const override { return connection_.last_error(); }
    bool has_table(const std::string& name) override;
    void begin() override;
    void commit() override;
    void rollback() noexcept override;

private:
    SqliteConnection& connection_;
};

} // namespace enstore::db

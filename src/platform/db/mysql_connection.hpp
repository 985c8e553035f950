#pragma once

#include "platform/db/ddl.hpp"
#include "platform/db/soci_statements.hpp"

#include <soci/mysql/soci-mysql.h>

#include <optional>
#include <string>

namespace enstore::db
{

Fault fault_of_mysql(int code);
/// Whether the connection is of no more use after this error.
bool connection_lost(int code);

/// One connection to MySQL or MariaDB, with `autocommit=0`: a transaction begins with its first statement and ends with
/// `control("COMMIT")` or `control("ROLLBACK")`, also after mere reading. Used by one thread at a time.
class MysqlConnection final : public SociStatements
{
public:
    /// Writing reads what is committed at each statement; reading keeps to one snapshot and cannot write.
    enum class Purpose { writing, reading };
    explicit MysqlConnection(const Config& config);

    void serve(Purpose purpose);
    /// Whether it serves this purpose without another round trip.
    bool serves(Purpose purpose) const { return purpose_ == purpose; }
    /// Runs a text without values and returns the server's code, 0 when done. Never throws.
    int control(const std::string& sql) noexcept;
    /// The first column of the first row; nothing when there is no row or it is NULL.
    std::optional<std::string> answer(const std::string& sql);
    std::string last_error() const;

    Dialect dialect() const override { return Dialect::mysql; }

protected:
    int native_code(const soci::soci_error& error) override;
    Fault fault_of(int native_code) const override { return fault_of_mysql(native_code); }
    bool still_open(Fault fault) override;
    void release(KeptStatement& statement) override;
    std::int64_t last_id() override;
    StatementCache& kept() override { return kept_; }

private:
    MYSQL* handle() const;
    void set_up(const Config& config);
    void require(const std::string& sql);

    soci::session session_;
    StatementCache kept_; // after the session: its statements must go before it
    std::optional<Purpose> purpose_;
};

/// The migrator's connection.
class MysqlDdl final : public Ddl
{
public:
    explicit MysqlDdl(MysqlConnection& connection) : connection_(connection) {}
    Dialect dialect() const override { return Dialect::mysql; }
    void execute(const std::string& sql) override;
    std::int64_t number(const std::string& sql) override;
    std::string last_error() const override { return connection_.last_error(); }
    bool has_table(const std::string& name) override;
    void begin() override {}
    void commit() override { execute("COMMIT"); }
    void rollback() noexcept override { connection_.control("ROLLBACK"); }

private:
    MysqlConnection& connection_;
};

} // namespace enstore::db

#include "platform/db/migrator.hpp"

#include "platform/core/text.hpp"
#include "platform/db/ddl.hpp"
#include "platform/db/dialect.hpp"

#include <stdexcept>

namespace enstore::db
{
namespace
{

void create_table_of_migrations(Ddl& ddl)
{
    if (ddl.has_table("migrations")) return;
    ddl.execute(expanded_ddl(ddl.dialect(),
                             "CREATE TABLE IF NOT EXISTS migrations (number BIGINT NOT NULL PRIMARY KEY, "
                             "name {code:100} NOT NULL, applied_at {time} NOT NULL){options}"));
}

/// The start of a statement, enough to find it in its file.
std::string beginning_of(std::string_view statement)
{
    return std::string(statement.substr(0, std::min<std::size_t>(statement.find('\n'), 80)));
}

void run_file(Ddl& ddl, const Migration& migration)
{
    int number = 0;
    for (const auto& statement : statements_of(migration.sql)) {
        ++number;
        try {
            ddl.execute(expanded_ddl(ddl.dialect(), statement));
        } catch (const Failure& failure) {
            std::string where = "migration " + std::string(migration.name) + ", statement " + std::to_string(number) +
                                " (" + beginning_of(statement) + ")";
            // The driver's words on a wrong text help; those on data would quote it.
            if (failure.fault() == Fault::other) where += ": " + ddl.last_error();
            throw Failure(failure.fault(), where, failure.native_code());
        }
    }
}

void record(Ddl& ddl, const Migration& migration)
{
    ddl.execute("INSERT INTO migrations (number, name, applied_at) VALUES (" + std::to_string(migration.number) +
                ", '" + std::string(migration.name) + "', '" + stored_time(SystemClock().now()) + "')");
}

/// Applies one migration unless it has been applied meanwhile. True when it was applied here.
bool apply(Ddl& ddl, const Migration& migration)
{
    ddl.begin();
    try {
        if (ddl.number("SELECT COUNT(*) FROM migrations WHERE number = " + std::to_string(migration.number)) > 0) {
            ddl.rollback();
            return false;
        }
        run_file(ddl, migration);
        record(ddl, migration);
        ddl.commit();
        return true;
    } catch (...) {
        ddl.rollback();
        throw;
    }
}

void require_order(std::span<const Migration> list)
{
    for (std::size_t i = 1; i < list.size(); ++i)
        if (list[i].number <= list[i - 1].number)
            throw std::logic_error("two migrations have the number " + std::to_string(list[i].number));
}

} // namespace

std::vector<std::string> statements_of(std::string_view file)
{
    std::vector<std::string> statements;
    std::string current;
    for (const auto& line : split(file, '\n')) {
        const auto text = trimmed(line);
        if (text.empty() || text.substr(0, 2) == "--") continue;
        const bool last = text.back() == ';';
        if (!current.empty()) current += '\n';
        current += last ? text.substr(0, text.size() - 1) : text;
        if (!last) continue;
        statements.push_back(std::move(current));
        current.clear();
    }
    if (!current.empty()) statements.push_back(std::move(current));
    return statements;
}

MigrationReport migrate(Database& database, std::span<const Migration> list,
                        const std::function<void(const Migration&)>& progress)
{
    require_order(list);
    MigrationReport report;
    database.alter([&](Ddl& ddl) {
        create_table_of_migrations(ddl);
        for (const auto& migration : list) {
            if (!apply(ddl, migration)) continue;
            report.applied.emplace_back(migration.name);
            if (progress) progress(migration);
        }
        report.version = static_cast<int>(ddl.number("SELECT MAX(number) FROM migrations"));
    });
    return report;
}

int schema_version(Database& database)
{
    int version = 0;
    database.alter([&](Ddl& ddl) {
        if (ddl.has_table("migrations")) version = static_cast<int>(ddl.number("SELECT MAX(number) FROM migrations"));
    });
    return version;
}

} // namespace enstore::db

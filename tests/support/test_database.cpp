#include "tests/support/test_database.hpp"

#include "tests/support/mariadb.hpp"

namespace enstore::support
{

std::string name_of(Backend backend)
{
    return backend == Backend::sqlite ? "Sqlite" : "MariaDB";
}

TestDatabase::TestDatabase(Backend backend, Schema schema) : backend_(backend)
{
    if (backend == Backend::sqlite)
        take_sqlite(schema);
    else
        take_mariadb(schema);
}

TestDatabase::~TestDatabase() = default;

void TestDatabase::take_sqlite(Schema schema)
{
    folder_ = std::make_unique<TempFolder>();
    config_.sqlite_path = folder_->file("test.db");
    database_ = db::Database::open(config_);
    if (schema == Schema::migrated) db::migrate(*database_);
}

void TestDatabase::take_mariadb(Schema schema)
{
    loan_ = std::make_unique<MariaDbLoan>(schema == Schema::migrated);
    config_ = loan_->config();
    config_.pool_size = 16; // several test programs share the server
    database_ = db::Database::open(config_);
}

} // namespace enstore::support

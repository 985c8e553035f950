#include "tests/support/test_database.hpp"

#include <stdexcept>

namespace enstore::support
{

std::string name_of(Backend backend)
{
    return backend == Backend::sqlite ? "Sqlite" : "MariaDB";
}

TestDatabase::TestDatabase(Backend backend, Schema schema) : backend_(backend)
{
    if (backend == Backend::mariadb) {
        take_mariadb(schema);
        return;
    }
    config_.sqlite_path = folder_.file("test.db");
    database_ = db::Database::open(config_);
    if (schema == Schema::migrated) db::migrate(*database_);
}

TestDatabase::~TestDatabase() = default;

void TestDatabase::take_mariadb(Schema)
{
    throw std::runtime_error("tests on MariaDB need a server: run them through scripts/with-mariadb");
}

} // namespace enstore::support

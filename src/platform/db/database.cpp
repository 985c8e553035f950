#include "platform/db/mysql_database.hpp"
#include "platform/db/sqlite_database.hpp"

namespace enstore::db
{

std::unique_ptr<Database> Database::open(const Config& config)
{
    return config.dialect == Dialect::sqlite ? open_sqlite(config) : open_mysql(config);
}

} // namespace enstore::db

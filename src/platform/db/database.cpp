#include "platform/db/sqlite_database.hpp"

namespace enstore::db
{

std::unique_ptr<Database> Database::open(const Config& config)
{
    return open_sqlite(config);
}

} // namespace enstore::db

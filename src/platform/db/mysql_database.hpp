#pragma once

#include "platform/db/db.hpp"

#include <memory>

namespace enstore::db
{

std::unique_ptr<Database> open_mysql(const Config& config);

} // namespace enstore::db

#pragma once

#include "platform/db/db.hpp"

#include <string>

namespace enstore::db
{

/// What the migrator may do: plain statements on a connection of its own, while no other process migrates.
class Ddl
{
public:
    virtual ~Ddl() = default;
    virtual Dialect dialect() const = 0;
    virtual void execute(const std::string& sql) = 0;
    /// The integer in the first column of the first row; 0 when there is none or it is NULL.
    virtual std::int64_t number(const std::string& sql) = 0;
    /// What the driver says of the last failure. It may quote data.
    virtual std::string last_error() const = 0;
    virtual bool has_table(const std::string& name) = 0;
    /// Around one migration. On MySQL each statement of DDL commits by itself, so only what follows the last is undone.
    virtual void begin() = 0;
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;
};

} // namespace enstore::db

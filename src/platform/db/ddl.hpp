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
    /// Runs one statement. A failure that is about the text (a wrong name, a syntax error) quotes what the driver says
    /// of it; one about data does not.
    virtual void execute(const std::string& sql) = 0;
    /// The integer in the first column of the first row; 0 when there is none or it is NULL.
    virtual std::int64_t number(const std::string& sql) = 0;
    virtual bool has_table(const std::string& name) = 0;
    /// Around one migration. On MySQL each statement of DDL commits by itself, so only what follows the last is undone.
    virtual void begin() = 0;
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;
};

} // namespace enstore::db

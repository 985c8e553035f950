#pragma once

#include "platform/db/db.hpp"

#include <string>

namespace enstore::support
{

/// Puts a bare customer into `users`, for tests of rooms that lean on no account rules.
inline UserId a_user(db::Tx& tx, const std::string& name, Timestamp now)
{
    static constexpr db::Query insert{"test.user",
                                      "INSERT INTO users (name, email, created_at, updated_at) VALUES (?, ?, ?, ?)"};
    return UserId{tx.insert(insert, name, name + "@example.com", now, now)};
}

/// Marks a test's database as a sandbox store, where demo money is allowed.
inline void be_a_sandbox(db::Tx& tx, Timestamp now)
{
    static constexpr db::Query insert{"test.identity",
                                      "INSERT INTO store_identity (mode, created_at) VALUES ('sandbox', ?)"};
    tx.execute(insert, now);
}

} // namespace enstore::support

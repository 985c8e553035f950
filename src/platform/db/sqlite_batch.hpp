#pragma once

#include "platform/db/sqlite_connection.hpp"

#include <condition_variable>
#include <exception>
#include <functional>
#include <span>
#include <vector>

namespace enstore::db
{

/// One caller of `transact`, waiting for its body to be committed together with others.
struct Waiting {
    explicit Waiting(const std::function<bool(Tx&)>& run) : body(run) {}

    const std::function<bool(Tx&)>& body;
    std::exception_ptr error;            ///< set: rolled back
    std::vector<std::int64_t> announced; ///< of a committed body
    bool finished = false;               ///< guarded by the writer's mutex
    std::condition_variable wake;
};

/// Runs the bodies in one durable transaction, each in its own savepoint: a body that fails undoes only itself. When
/// the lock is busy the whole batch runs again; when SQLite gave up the transaction (no space left) all of them fail,
/// also those that had "succeeded". Afterwards each has been committed, refused, or has its error.
void run_batch(SqliteConnection& connection, std::span<Waiting* const> batch);

} // namespace enstore::db

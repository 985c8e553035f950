#include "platform/db/sqlite_batch.hpp"

#include "platform/core/failpoint.hpp"
#include "platform/db/inside_body.hpp"

namespace enstore::db
{
namespace
{

constexpr int tries = 5;

/// How an attempt at a batch ended: code 0 when it is on disk.
struct Ended {
    int code = SQLITE_OK;
    bool at_commit = false;
};

/// Runs one body in its savepoint. Returns a code when the transaction around it is lost.
int run_one(SqliteConnection& connection, Waiting& waiting)
{
    if (const int code = connection.control("SAVEPOINT one")) return code;
    connection.start(true);
    Tx tx(connection);
    bool keep = false;
    waiting.error = nullptr;
    waiting.announced.clear();
    try {
        const InsideBody inside;
        keep = waiting.body(tx);
    } catch (...) {
        waiting.error = std::current_exception();
    }
    if (connection.broken()) return connection.broken()->native_code();
    if (keep && !waiting.error) {
        waiting.announced = tx.announced();
        return connection.control("RELEASE one");
    }
    if (const int code = connection.control("ROLLBACK TO one")) return code;
    return connection.control("RELEASE one"); // ROLLBACK TO leaves the savepoint open
}

Ended attempt(SqliteConnection& connection, std::span<Waiting* const> batch)
{
    // IMMEDIATE: a deferred transaction that reads and then writes is refused at once when another process has written.
    if (const int code = connection.control("BEGIN IMMEDIATE")) return {.code = code};
    for (Waiting* waiting : batch) {
        if (const int code = run_one(connection, *waiting)) {
            connection.control("ROLLBACK");
            return {.code = code};
        }
    }
    failpoint("db.before_commit");
    const int code = connection.control("COMMIT");
    if (code != SQLITE_OK) connection.control("ROLLBACK");
    failpoint("db.after_commit");
    return {.code = code, .at_commit = true};
}

std::exception_ptr failure_of(const Ended& ended)
{
    // An I/O error at COMMIT may have left the whole batch in the log: after a crash it could come back.
    const bool unknown = ended.at_commit && (ended.code & 0xff) == SQLITE_IOERR;
    try {
        throw_failure(unknown ? Fault::commit_unknown : fault_of_sqlite(ended.code), "transaction", ended.code);
    } catch (...) {
        return std::current_exception();
    }
}

} // namespace

void run_batch(SqliteConnection& connection, std::span<Waiting* const> batch)
{
    for (int count = 1;; ++count) {
        const Ended ended = attempt(connection, batch);
        if (ended.code == SQLITE_OK) return;
        if (fault_of_sqlite(ended.code) == Fault::retryable && count < tries) continue;
        for (Waiting* waiting : batch) { // each its own exception object: they are thrown on different threads
            waiting->announced.clear();
            if (!waiting->error) waiting->error = failure_of(ended);
        }
        return;
    }
}

} // namespace enstore::db

#include "platform/db/mysql_database.hpp"

#include "platform/core/failpoint.hpp"
#include "platform/db/inside_body.hpp"
#include "platform/db/mysql_pool.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

namespace enstore::db
{
namespace
{

using Purpose = MysqlConnection::Purpose;

constexpr int tries = 5;
constexpr int migration_wait_s = 300;
constexpr int migration_statement_s = 3'600; // an index on a big table takes its time

/// Lets those who collided come back at different moments.
void back_off()
{
    thread_local std::minstd_rand random(std::random_device{}());
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution<int>(5, 50)(random)));
}

class MysqlDatabase final : public Database
{
public:
    explicit MysqlDatabase(const Config& config) : config_(config), pool_(config) {}
    Dialect dialect() const override { return Dialect::mysql; }
    void connect_once() { pool_.lease(Purpose::writing); }

    void check() override
    {
        refuse_nesting();
        auto lease = pool_.lease(Purpose::reading);
        try {
            const auto read_only = lease->answer("SELECT @@global.read_only + 0");
            lease->control("ROLLBACK");
            if (read_only != "0") throw Failure(Fault::full, "check", 1290);
        } catch (const Failure& failure) {
            if (failure.fault() == Fault::gone) lease.discard();
            throw;
        }
    }

    void alter(const std::function<void(Ddl&)>& body) override
    {
        refuse_nesting();
        Config patient = config_;
        patient.statement_timeout_s = migration_statement_s;
        MysqlConnection connection(patient);
        connection.serve(Purpose::writing);
        MysqlDdl ddl(connection); // the lock goes with its connection
        if (ddl.number("SELECT GET_LOCK(CONCAT('enstore migrate ', MD5(DATABASE())), " +
                       std::to_string(migration_wait_s) + ")") != 1)
            throw Failure(Fault::retryable, "waiting for another process that migrates", 1205);
        body(ddl);
    }

protected:
    void transact_body(const std::function<bool(Tx&)>& body) override
    {
        refuse_nesting();
        for (int count = 1; !attempt(body, count == tries); ++count)
            back_off();
    }

    void read_body(const std::function<void(Tx&)>& body) override
    {
        refuse_nesting();
        for (int count = 1; !attempt_reading(body, count == tries); ++count)
            back_off();
    }

private:
    /// Runs the body and commits. False when it is worth another try, and this was not the last.
    bool attempt(const std::function<bool(Tx&)>& body, bool last)
    {
        auto lease = pool_.lease(Purpose::writing);
        lease->start(true);
        Tx tx(*lease);
        bool keep = false;
        if (!run(
                lease, [&] { keep = body(tx); }, last))
            return false;
        if (!keep) {
            end_unwritten(lease);
            return true;
        }
        if (!commit(lease, last)) return false;
        committed(tx.announced());
        return true;
    }

    bool attempt_reading(const std::function<void(Tx&)>& body, bool last)
    {
        auto lease = pool_.lease(Purpose::reading);
        lease->start(false);
        Tx tx(*lease);
        if (!run(
                lease, [&] { body(tx); }, last))
            return false;
        end_unwritten(lease);
        return true;
    }

    /// Runs a body. What it throws is thrown after rolling back, unless the transaction was lost on the way: then the
    /// body's own words do not count, and false asks for another try.
    template <class Run>
    static bool run(MysqlPool::Lease& lease, const Run& body, bool last)
    {
        try {
            const InsideBody inside;
            body();
        } catch (...) {
            if (lose(lease, last)) return false;
            throw;
        }
        if (lease->broken()) { // it swallowed the failure
            const Failure failure = *lease->broken();
            if (lose(lease, last)) return false;
            throw Failure(failure);
        }
        return true;
    }

    /// Rolls back. True when the transaction was lost to others or with its connection, and may be tried again.
    static bool lose(MysqlPool::Lease& lease, bool last)
    {
        const auto broken = lease->broken();
        end_unwritten(lease); // needed after a lock timeout, harmless after a deadlock
        if (!broken || last) return false;
        return broken->fault() == Fault::retryable || connection_lost(broken->native_code());
    }

    static void end_unwritten(MysqlPool::Lease& lease)
    {
        const auto& broken = lease->broken();
        if ((broken && connection_lost(broken->native_code())) || lease->control("ROLLBACK") != 0) lease.discard();
    }

    static bool commit(MysqlPool::Lease& lease, bool last)
    {
        failpoint("db.before_commit");
        const int code = lease->control("COMMIT");
        failpoint("db.after_commit");
        if (code == 0) return true;
        const Fault fault = fault_of_mysql(code);
        if (fault == Fault::retryable) { // Galera refuses by certification here, and has rolled back
            if (lease->control("ROLLBACK") != 0) lease.discard();
            if (!last) return false;
            throw Failure(fault, "COMMIT", code);
        }
        lease.discard();
        if (code == 1290 || code == 1792 || code == 1836) throw Failure(Fault::full, "COMMIT", code); // read-only
        // Whatever else COMMIT answers, it may have happened: two of three times it had, when servers were killed.
        throw CommitUnknown(code);
    }

    const Config config_;
    MysqlPool pool_;
};

} // namespace

std::unique_ptr<Database> open_mysql(const Config& config)
{
    auto database = std::make_unique<MysqlDatabase>(config);
    database->connect_once();
    return database;
}

} // namespace enstore::db

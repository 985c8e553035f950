#include "platform/db/sqlite_database.hpp"

#include "platform/db/inside_body.hpp"
#include "platform/db/sqlite_batch.hpp"
#include "platform/db/sqlite_writer.hpp"

#include <sys/statvfs.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace enstore::db
{
namespace
{

/// Below this, orders are refused before money is taken rather than when the last page is gone (F32).
constexpr std::uint64_t least_free_bytes = 16 << 20;

/// Runs a reading body over one snapshot.
void read_with(SqliteConnection& connection, const std::function<void(Tx&)>& body)
{
    require_done(connection.control("BEGIN"), "BEGIN");
    connection.start(false);
    try {
        Tx tx(connection);
        const InsideBody inside;
        body(tx);
    } catch (...) {
        connection.control("ROLLBACK");
        throw;
    }
    connection.control("ROLLBACK"); // nothing was written
}

/// Gives the disk a real write: page 1 with the number it already holds.
void probe_writing(SqliteConnection& connection)
{
    const auto version = connection.answer("PRAGMA user_version");
    require_done(connection.control(("PRAGMA user_version=" + version).c_str()), "check");
}

/// A database that lives in memory and in one connection, for small tests and tools.
class MemoryDatabase final : public Database
{
public:
    explicit MemoryDatabase(const Config& config) : connection_(config, SqliteConnection::Role::writer) {}
    Dialect dialect() const override { return Dialect::sqlite; }
    void check() override
    {
        refuse_nesting();
        const std::lock_guard lock(mutex_);
        connection_.answer("SELECT 1");
    }
    void alter(const std::function<void(Ddl&)>& body) override
    {
        refuse_nesting();
        const std::lock_guard lock(mutex_);
        SqliteDdl ddl(connection_);
        body(ddl);
    }

protected:
    void transact_body(const std::function<bool(Tx&)>& body) override
    {
        refuse_nesting();
        Waiting waiting(body);
        Waiting* const batch[] = {&waiting};
        {
            const std::lock_guard lock(mutex_);
            run_batch(connection_, batch);
        }
        if (waiting.error) std::rethrow_exception(waiting.error);
        committed(waiting.announced);
    }
    void read_body(const std::function<void(Tx&)>& body) override
    {
        refuse_nesting();
        const std::lock_guard lock(mutex_);
        read_with(connection_, body);
    }

private:
    std::mutex mutex_;
    SqliteConnection connection_;
};

/// The reading connections, opened when first needed.
class Readers
{
public:
    explicit Readers(const Config& config) : config_(config) {}

    void use(const std::function<void(SqliteConnection&)>& work)
    {
        auto connection = take();
        try {
            work(*connection);
        } catch (...) {
            give_back(std::move(connection));
            throw;
        }
        give_back(std::move(connection));
    }

private:
    std::unique_ptr<SqliteConnection> take()
    {
        {
            std::unique_lock lock(mutex_);
            const bool free = returned_.wait_for(lock, std::chrono::seconds(config_.pool_wait_s),
                                                 [&] { return !idle_.empty() || open_ < config_.readers; });
            if (!free) throw Failure(Fault::gone, "waiting for a reading connection", 0);
            if (!idle_.empty()) {
                auto connection = std::move(idle_.back());
                idle_.pop_back();
                return connection;
            }
            ++open_;
        }
        try {
            return std::make_unique<SqliteConnection>(config_, SqliteConnection::Role::reader);
        } catch (...) {
            const std::lock_guard lock(mutex_);
            --open_;
            returned_.notify_one();
            throw;
        }
    }
    void give_back(std::unique_ptr<SqliteConnection> connection)
    {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(connection));
        returned_.notify_one();
    }

    const Config config_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<SqliteConnection>> idle_;
    int open_ = 0;
};

class FileDatabase final : public Database
{
public:
    explicit FileDatabase(const Config& config) : config_(config), writer_(config), readers_(config)
    {
        readers_.use([](SqliteConnection& connection) { connection.answer("SELECT COUNT(*) FROM sqlite_master"); });
    }
    Dialect dialect() const override { return Dialect::sqlite; }

    void check() override
    {
        refuse_nesting();
        struct statvfs disk = {};
        if (::statvfs(config_.sqlite_path.c_str(), &disk) != 0 || (disk.f_flag & ST_RDONLY) != 0 ||
            static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize < least_free_bytes)
            throw Failure(Fault::full, "check", 0);
        SqliteConnection connection(config_, SqliteConnection::Role::writer);
        probe_writing(connection);
    }

    void alter(const std::function<void(Ddl&)>& body) override
    {
        refuse_nesting();
        SqliteConnection connection(config_, SqliteConnection::Role::writer);
        // A table is changed by building a new one beside it, which a key on the old one would forbid.
        require_done(connection.control("PRAGMA foreign_keys=OFF"), "session");
        SqliteDdl ddl(connection);
        body(ddl);
    }

protected:
    void transact_body(const std::function<bool(Tx&)>& body) override
    {
        refuse_nesting();
        committed(writer_.run(body));
    }
    void read_body(const std::function<void(Tx&)>& body) override
    {
        refuse_nesting();
        readers_.use([&](SqliteConnection& connection) { read_with(connection, body); });
    }

private:
    const Config config_;
    SqliteWriter writer_;
    Readers readers_;
};

} // namespace

std::unique_ptr<Database> open_sqlite(const Config& config)
{
    if (config.sqlite_path == ":memory:") return std::make_unique<MemoryDatabase>(config);
    return std::make_unique<FileDatabase>(config);
}

} // namespace enstore::db

#pragma once

#include "platform/db/mysql_connection.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace enstore::db
{

/// At most `pool_size` connections. Who finds none free waits, for a bounded time.
class MysqlPool
{
public:
    explicit MysqlPool(const Config& config) : config_(config) {}

    /// A connection for as long as it lives.
    class Lease
    {
    public:
        Lease(MysqlPool& pool, std::unique_ptr<MysqlConnection> connection)
            : pool_(pool), connection_(std::move(connection))
        {
        }
        ~Lease() { pool_.give_back(std::move(connection_)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        MysqlConnection& operator*() { return *connection_; }
        MysqlConnection* operator->() { return connection_.get(); }
        /// The connection is lost: never back into the pool. Its idle sisters are suspected of the same (the server has
        /// restarted), and closed too.
        void discard();

    private:
        MysqlPool& pool_;
        std::unique_ptr<MysqlConnection> connection_;
    };

    Lease lease(MysqlConnection::Purpose purpose);

private:
    std::unique_ptr<MysqlConnection> take(MysqlConnection::Purpose purpose);
    std::unique_ptr<MysqlConnection> pick_idle(MysqlConnection::Purpose purpose);
    void give_back(std::unique_ptr<MysqlConnection> connection);
    void close_idle();

    const Config config_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<MysqlConnection>> idle_; // the latest used last: its session is the warmest
    int open_ = 0;
};

} // namespace enstore::db

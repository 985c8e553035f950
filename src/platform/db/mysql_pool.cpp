#include "platform/db/mysql_pool.hpp"

#include <algorithm>
#include <chrono>

namespace enstore::db
{

void MysqlPool::Lease::discard()
{
    connection_.reset();
    pool_.close_idle();
}

MysqlPool::Lease MysqlPool::lease(MysqlConnection::Purpose purpose)
{
    return Lease(*this, take(purpose));
}

std::unique_ptr<MysqlConnection> MysqlPool::take(MysqlConnection::Purpose purpose)
{
    std::unique_ptr<MysqlConnection> connection;
    {
        std::unique_lock lock(mutex_);
        const bool free = returned_.wait_for(lock, std::chrono::seconds(config_.pool_wait_s),
                                             [&] { return !idle_.empty() || open_ < config_.pool_size; });
        if (!free) throw Failure(Fault::gone, "waiting for a connection", 0);
        connection = pick_idle(purpose);
        if (!connection) ++open_;
    }
    try {
        if (!connection) connection = std::make_unique<MysqlConnection>(config_);
        connection->serve(purpose);
        return connection;
    } catch (...) {
        give_back(nullptr);
        close_idle();
        throw;
    }
}

/// One that serves the purpose already; another one only when no new one may be opened.
std::unique_ptr<MysqlConnection> MysqlPool::pick_idle(MysqlConnection::Purpose purpose)
{
    auto found = std::find_if(idle_.rbegin(), idle_.rend(), [&](const auto& idle) { return idle->serves(purpose); });
    if (found == idle_.rend()) {
        if (open_ < config_.pool_size || idle_.empty()) return nullptr;
        found = idle_.rbegin();
    }
    auto connection = std::move(*found);
    idle_.erase(std::next(found).base());
    return connection;
}

void MysqlPool::give_back(std::unique_ptr<MysqlConnection> connection)
{
    const std::lock_guard lock(mutex_);
    if (connection)
        idle_.push_back(std::move(connection));
    else
        --open_;
    returned_.notify_one();
}

void MysqlPool::close_idle()
{
    std::vector<std::unique_ptr<MysqlConnection>> closing; // closed outside the lock: closing talks to the server
    const std::lock_guard lock(mutex_);
    open_ -= static_cast<int>(idle_.size());
    closing.swap(idle_);
    returned_.notify_all();
}

} // namespace enstore::db

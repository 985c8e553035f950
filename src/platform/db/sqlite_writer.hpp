#pragma once

#include "platform/db/sqlite_batch.hpp"

#include <deque>
#include <mutex>
#include <thread>

namespace enstore::db
{

/// The one thread that writes a SQLite file. A batch is simply who arrived while the last one was being committed, so a
/// lone caller never waits for company.
class SqliteWriter
{
public:
    explicit SqliteWriter(const Config& config);
    ~SqliteWriter(); ///< finishes what was handed in
    SqliteWriter(const SqliteWriter&) = delete;
    SqliteWriter& operator=(const SqliteWriter&) = delete;

    /// Returns when the body's batch is on disk; throws what it threw. The jobs it announced come back.
    std::vector<std::int64_t> run(const std::function<bool(Tx&)>& body);

private:
    void work();
    bool take(std::vector<Waiting*>& batch);
    void release(const std::vector<Waiting*>& batch);

    SqliteConnection connection_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Waiting*> queue_;
    bool stopping_ = false;
    std::thread thread_; // last: it uses all of the above
};

} // namespace enstore::db

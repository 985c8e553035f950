#include "platform/db/sqlite_writer.hpp"

namespace enstore::db
{
namespace
{

/// Bounds how long the first of a batch waits for the last.
constexpr std::size_t batch_limit = 256;

} // namespace

SqliteWriter::SqliteWriter(const Config& config)
    : connection_(config, SqliteConnection::Role::writer), thread_([this] { work(); })
{
}

SqliteWriter::~SqliteWriter()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_one();
    thread_.join();
}

std::vector<std::int64_t> SqliteWriter::run(const std::function<bool(Tx&)>& body)
{
    Waiting waiting(body);
    {
        std::unique_lock lock(mutex_);
        queue_.push_back(&waiting);
        if (queue_.size() == 1) arrived_.notify_one();
        waiting.wake.wait(lock, [&] { return waiting.finished; });
    }
    if (waiting.error) std::rethrow_exception(waiting.error);
    return std::move(waiting.announced);
}

void SqliteWriter::work()
{
    std::vector<Waiting*> batch;
    while (take(batch)) {
        run_batch(connection_, batch);
        release(batch);
    }
}

bool SqliteWriter::take(std::vector<Waiting*>& batch)
{
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    batch.clear();
    while (!queue_.empty() && batch.size() < batch_limit) {
        batch.push_back(queue_.front());
        queue_.pop_front();
    }
    return !batch.empty();
}

void SqliteWriter::release(const std::vector<Waiting*>& batch)
{
    // Woken under the lock: a `Waiting` lives on its caller's stack and is gone as soon as the caller may go on.
    const std::lock_guard lock(mutex_);
    for (Waiting* waiting : batch) {
        waiting->finished = true;
        waiting->wake.notify_one();
    }
}

} // namespace enstore::db

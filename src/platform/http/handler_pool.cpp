#include "platform/http/handler_pool.hpp"

#include <algorithm>
#include <utility>

namespace enstore::http
{

HandlerPool::HandlerPool(int threads, std::size_t queue) : most_waiting_(queue)
{
    for (int i = 0; i < std::max(threads, 1); ++i)
        threads_.emplace_back([this] { run(); });
}

HandlerPool::~HandlerPool()
{
    stop();
}

bool HandlerPool::try_post(Work work)
{
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || queue_.size() >= most_waiting_) return false;
        queue_.push_back(std::move(work));
    }
    changed_.notify_one();
    return true;
}

void HandlerPool::give_up_waiting()
{
    std::deque<Work> waiting;
    {
        const std::lock_guard lock(mutex_);
        waiting.swap(queue_);
    }
    for (const Work& work : waiting)
        work(false);
}

void HandlerPool::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    give_up_waiting();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

std::size_t HandlerPool::waiting() const
{
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void HandlerPool::run()
{
    for (;;) {
        Work work;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        work(true);
    }
}

} // namespace enstore::http

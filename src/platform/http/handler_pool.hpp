#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace enstore::http
{

/// Threads on which handlers may block, behind a bounded queue: when it is full the work is refused at once, since
/// what waits longer than a person does is wasted.
class HandlerPool
{
public:
    /// Called with false when the pool was told to give up before the work began: then it only reports.
    using Work = std::function<void(bool wanted)>;

    HandlerPool(int threads, std::size_t queue);
    ~HandlerPool(); ///< finishes what runs, gives up what waits
    HandlerPool(const HandlerPool&) = delete;
    HandlerPool& operator=(const HandlerPool&) = delete;

    bool try_post(Work work); ///< false when the queue is full
    void give_up_waiting();   ///< calls all waiting work with false
    void stop();              ///< joins the threads; idempotent
    std::size_t waiting() const;

private:
    void run();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Work> queue_;
    std::size_t most_waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace enstore::http

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace enstore::queue
{

/// Wakes those who wait for jobs. A number is read before looking into the table and given back when waiting, so that
/// news that comes between the look and the wait is not slept through.
class News
{
public:
    std::uint64_t number() const
    {
        const std::lock_guard lock(mutex_);
        return number_;
    }
    void spread()
    {
        {
            const std::lock_guard lock(mutex_);
            ++number_;
        }
        changed_.notify_all();
    }
    /// Returns when there is news since `number`, or `longest` has passed.
    void wait_after(std::uint64_t number, std::chrono::steady_clock::duration longest)
    {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, longest, [&] { return number_ != number; });
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t number_ = 0;
};

} // namespace enstore::queue

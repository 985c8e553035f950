#pragma once

#include <exception>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

namespace enstore::support
{

/// Runs `work(index)` on `count` threads that start at the same moment, and waits for all. An exception out of any of
/// them is thrown here.
template <class Work>
void run_threads(int count, const Work& work)
{
    std::latch start(count);
    std::mutex mutex;
    std::exception_ptr first;
    std::vector<std::thread> threads;
    threads.reserve(static_cast<std::size_t>(count));
    for (int index = 0; index < count; ++index)
        threads.emplace_back([&, index] {
            start.arrive_and_wait();
            try {
                work(index);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!first) first = std::current_exception();
            }
        });
    for (auto& thread : threads)
        thread.join();
    if (first) std::rethrow_exception(first);
}

} // namespace enstore::support

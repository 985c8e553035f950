#pragma once

#include "platform/http/asio.hpp"
#include "platform/log/log.hpp"

#include <exception>
#include <string>
#include <utility>

namespace enstore::http
{

/// Owns the coroutines of one I/O thread. Its members are called on that thread only.
class TaskGroup
{
public:
    explicit TaskGroup(Executor executor) : executor_(std::move(executor)) {}

    /// Starts `task`. An exception that leaves it is a bug: it ends that task alone and is logged.
    void spawn(const char* name, Task<void> task)
    {
        ++running_;
        auto ended = [this, name](const std::exception_ptr& problem) {
            --running_;
            if (!problem) return;
            try {
                std::rethrow_exception(problem);
            } catch (const std::exception& failure) {
                log::error("task ended with an exception", {{"task", name}, {"problem", failure.what()}});
            }
        };
        net::co_spawn(executor_, std::move(task), std::move(ended));
    }
    std::size_t running() const { return running_; }

private:
    Executor executor_;
    std::size_t running_ = 0;
};

} // namespace enstore::http

#pragma once

#include "platform/http/asio.hpp"
#include "platform/log/log.hpp"

#include <exception>
#include <functional>
#include <string>
#include <utility>

namespace enstore::http
{

/// Owns the coroutines of one I/O thread. Its members are called on that thread only.
class TaskGroup
{
public:
    /// `when_empty` is told each time the last task has ended.
    TaskGroup(Executor executor, std::function<void()> when_empty)
        : executor_(std::move(executor)), when_empty_(std::move(when_empty))
    {
    }

    /// Starts `task`. An exception that leaves it is a bug: it ends that task alone and is logged.
    void spawn(const char* name, Task<void> task)
    {
        ++running_;
        auto ended = [this, name](const std::exception_ptr& problem) {
            if (problem) report(name, problem);
            if (--running_ == 0) when_empty_();
        };
        net::co_spawn(executor_, std::move(task), std::move(ended));
    }
    std::size_t running() const { return running_; }

private:
    static void report(const char* name, const std::exception_ptr& problem)
    {
        try {
            std::rethrow_exception(problem);
        } catch (const std::exception& failure) {
            log::error("task ended with an exception", {{"task", name}, {"problem", failure.what()}});
        }
    }

    Executor executor_;
    std::function<void()> when_empty_;
    std::size_t running_ = 0;
};

} // namespace enstore::http

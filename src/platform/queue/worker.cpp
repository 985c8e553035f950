#include "platform/log/log.hpp"
#include "platform/queue/queue.hpp"
#include "platform/queue/runner.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace enstore::queue
{
namespace
{

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds claim_wait{500};
constexpr std::chrono::seconds sweep_every{10};
constexpr std::chrono::seconds pause_in_trouble{1};

} // namespace

class Worker::Impl
{
public:
    Impl(Driver& driver, Kinds kinds, const Clock& clock, int threads)
        : driver_(driver), kinds_(std::move(kinds)), clock_(clock), free_(static_cast<std::size_t>(threads))
    {
        if (threads < 1) throw std::logic_error("a worker needs at least one thread");
    }

    std::size_t run_once(Timestamp now, std::size_t at_most)
    {
        const auto jobs = driver_.claim(at_most, std::chrono::milliseconds{0}, now);
        for (const Job& job : jobs)
            run_job(driver_, kinds_, job, now, [now] { return now; });
        return jobs.size();
    }

    void start()
    {
        const std::lock_guard lock(mutex_);
        if (!threads_.empty() || stopping_) throw std::logic_error("a worker starts once");
        const std::size_t runners = free_;
        threads_.emplace_back([this] { claim_jobs(); });
        for (std::size_t i = 0; i < runners; ++i)
            threads_.emplace_back([this] { run_jobs(); });
    }

    void drain()
    {
        std::vector<std::thread> threads;
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            threads.swap(threads_);
        }
        room_.notify_all();
        driver_.wake();
        for (auto& thread : threads)
            thread.join();
    }

private:
    /// The one thread that talks to the driver: it claims only what can be run at once, so that no job waits under a
    /// lease in one process while another is idle.
    void claim_jobs()
    {
        auto swept = Steady::now() - sweep_every;
        bool trouble = false;
        while (const std::size_t room = wait_for_room()) {
            try {
                if (Steady::now() - swept >= sweep_every) {
                    driver_.sweep(clock_.now());
                    swept = Steady::now();
                }
                hand_out(driver_.claim(room, claim_wait, clock_.now()));
                if (trouble) log::info("jobs are being claimed again");
                trouble = false;
            } catch (const std::exception& error) {
                if (!trouble) log::error("no jobs can be claimed", {{"error", error.what()}});
                trouble = true;
                std::unique_lock lock(mutex_);
                room_.wait_for(lock, pause_in_trouble, [&] { return stopping_; });
            }
        }
        const std::lock_guard lock(mutex_);
        last_claimed_ = true;
        work_.notify_all();
    }

    /// How many threads are free; 0 when it is time to stop.
    std::size_t wait_for_room()
    {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return stopping_ || free_ > 0; });
        return stopping_ ? 0 : free_;
    }

    void hand_out(std::vector<Job> jobs)
    {
        const std::lock_guard lock(mutex_);
        free_ -= jobs.size();
        for (auto& job : jobs) {
            jobs_.push_back(std::move(job));
            work_.notify_one();
        }
    }

    void run_jobs()
    {
        const auto time = [this] { return clock_.now(); };
        std::unique_lock lock(mutex_);
        while (true) {
            work_.wait(lock, [&] { return !jobs_.empty() || last_claimed_; });
            if (jobs_.empty()) return;
            const Job job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            run_job(driver_, kinds_, job, clock_.now(), time);
            lock.lock();
            ++free_;
            room_.notify_one();
        }
    }

    Driver& driver_;
    const Kinds kinds_;
    const Clock& clock_;

    std::mutex mutex_;
    std::condition_variable room_; ///< a thread is free, or it is time to stop
    std::condition_variable work_; ///< a job waits for a thread, or no more will come
    std::deque<Job> jobs_;
    std::size_t free_;
    bool stopping_ = false;
    bool last_claimed_ = false;
    std::vector<std::thread> threads_;
};

Worker::Worker(Driver& driver, Kinds kinds, const Clock& clock, int threads)
    : impl_(std::make_unique<Impl>(driver, std::move(kinds), clock, threads))
{
}

Worker::~Worker()
{
    drain();
}

std::size_t Worker::run_once(Timestamp now, std::size_t at_most)
{
    return impl_->run_once(now, at_most);
}

void Worker::start()
{
    impl_->start();
}

void Worker::drain()
{
    impl_->drain();
}

} // namespace enstore::queue

#pragma once

#include <condition_variable>
#include <mutex>

/// Lets a fixed number of threads through at a time. Private to this room.
namespace enstore::crypto
{

class Turnstile
{
public:
    explicit Turnstile(int places) : places_(places) {}

    /// Holds a place for as long as it lives.
    class Pass
    {
    public:
        explicit Pass(Turnstile& turnstile) : turnstile_(turnstile) { turnstile_.enter(); }
        ~Pass() { turnstile_.leave(); }
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;

    private:
        Turnstile& turnstile_;
    };

    int inside() const
    {
        const std::lock_guard lock(mutex_);
        return inside_;
    }
    int waiting() const
    {
        const std::lock_guard lock(mutex_);
        return waiting_;
    }
    /// The most that were ever inside together.
    int peak() const
    {
        const std::lock_guard lock(mutex_);
        return peak_;
    }

private:
    void enter()
    {
        std::unique_lock lock(mutex_);
        ++waiting_;
        room_.wait(lock, [this] { return inside_ < places_; });
        --waiting_;
        ++inside_;
        if (inside_ > peak_) peak_ = inside_;
    }
    void leave()
    {
        {
            const std::lock_guard lock(mutex_);
            --inside_;
        }
        room_.notify_one();
    }

    const int places_;
    mutable std::mutex mutex_;
    std::condition_variable room_;
    int inside_ = 0;
    int waiting_ = 0;
    int peak_ = 0;
};

/// The one turnstile all password work of the process passes.
Turnstile& password_turnstile();

} // namespace enstore::crypto

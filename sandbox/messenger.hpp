#pragma once

#include "platform/outbound/outbound.hpp"
#include "sandbox/store.hpp"
#include "sandbox/world.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace enstore::sandbox
{

/// Carries out what is due: orders reach their end, webhooks go out. Everything due is in the database first, so a
/// killed sandbox sends it after the next start; a webhook that was under way then may arrive twice.
class Messenger
{
public:
    Messenger(World& world, Secret webhook_secret);
    ~Messenger();
    Messenger(const Messenger&) = delete;
    Messenger& operator=(const Messenger&) = delete;

    void start();
    void stop();
    /// Something is or will be due at that moment.
    void wake();

    /// Settles and sends what is due now; returns how many webhooks were sent. What `start()` runs in its own thread.
    std::int64_t run_once(Timestamp now);
    /// Settles and sends everything, due or not; returns how many webhooks were sent.
    std::int64_t flush();
    /// Sends the test message of the panel (event `ping`); returns the HTTP status, 0 when none came.
    int ping(const std::string& url);

private:
    void run();
    bool settle(Timestamp until, Timestamp now);
    std::int64_t send(std::optional<Timestamp> until);
    void deliver(store::Hook& hook);
    outbound::Outcome post(const std::string& url, const std::string& event, const std::string& agent,
                           const std::string& body, bool forged);

    World& world_;
    Secret secret_;
    outbound::Client client_;
    std::mutex pass_; ///< one settling and sending at a time, so that nothing is sent twice
    std::mutex mutex_;
    std::condition_variable wake_up_;
    bool woken_ = false;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

} // namespace enstore::sandbox

#include "sandbox/messenger.hpp"

#include "platform/crypto/crypto.hpp"
#include "platform/log/log.hpp"
#include "sandbox/supplier.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace enstore::sandbox
{
namespace
{

constexpr std::int64_t batch = 256;
constexpr std::size_t lanes =
    8; ///< connections at once; one ref_id stays in its lane, so its webhooks keep their order
constexpr std::chrono::milliseconds longest_nap{500};
constexpr Timestamp end_of_time{INT64_MAX / 2};

} // namespace

Messenger::Messenger(World& world, Secret webhook_secret) : world_(world), secret_(std::move(webhook_secret)) {}

Messenger::~Messenger()
{
    stop();
}

void Messenger::start()
{
    thread_ = std::thread([this] { run(); });
}

void Messenger::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_up_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Messenger::wake()
{
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    wake_up_.notify_all();
}

void Messenger::run()
{
    while (true) {
        std::optional<Timestamp> next;
        try {
            run_once(world_.now());
            next = world_.database().read([](db::Tx& tx) {
                const auto change = store::next_change(tx);
                const auto hook = store::next_hook(tx);
                return change && hook ? std::min(change, hook) : (change ? change : hook);
            });
        } catch (const std::exception& broken) {
            log::error("sandbox cannot settle or send", {{"problem", broken.what()}});
            next = world_.now() + longest_nap;
        }
        std::unique_lock lock(mutex_);
        const auto awake = [this] { return stopping_ || woken_; };
        if (next) {
            // The simulator's clock can be moved while this thread waits on the real one: look again soon.
            const Microseconds until_due = std::max(Microseconds{1000}, *next - world_.now());
            wake_up_.wait_for(lock, std::min<Microseconds>(until_due, longest_nap), awake);
        } else {
            wake_up_.wait(lock, awake);
        }
        woken_ = false;
        if (stopping_) return;
    }
}

std::int64_t Messenger::run_once(Timestamp now)
{
    const std::lock_guard pass(pass_);
    while (settle(now, now)) {
    }
    return send(now);
}

std::int64_t Messenger::flush()
{
    const std::lock_guard pass(pass_);
    while (settle(end_of_time, world_.now())) {
    }
    return send(std::nullopt);
}

bool Messenger::settle(Timestamp until, Timestamp now)
{
    const auto due = world_.database().read([&](db::Tx& tx) { return store::refs_due(tx, until, batch); });
    if (due.empty()) return false;
    const auto settings = world_.settings();
    world_.database().transact([&](db::Tx& tx) {
        for (const auto& ref : due) {
            auto order = store::order(tx, ref);
            if (!order || !order->next_at || *order->next_at > until || order->plan.empty())
                continue; // a re-post was first
            take_step(tx, *order, settings, std::min(now, *order->next_at));
            store::update_order(tx, *order);
        }
    });
    return true;
}

std::int64_t Messenger::send(std::optional<Timestamp> until)
{
    std::int64_t sent = 0;
    while (true) {
        auto due = world_.database().read([&](db::Tx& tx) { return store::hooks_due(tx, until, batch); });
        if (due.empty()) return sent;
        const auto carry = [&](std::size_t lane) {
            for (auto& hook : due)
                if (std::hash<std::string>{}(hook.ref_id) % lanes == lane) deliver(hook);
        };
        if (due.size() == 1) {
            deliver(due.front());
        } else {
            std::vector<std::thread> carriers;
            for (std::size_t lane = 0; lane < lanes; ++lane)
                carriers.emplace_back(carry, lane);
            for (auto& carrier : carriers)
                carrier.join();
        }
        world_.database().transact([&](db::Tx& tx) {
            for (const auto& hook : due)
                store::update_hook(tx, hook);
        });
        sent += std::count_if(due.begin(), due.end(), [](const store::Hook& hook) { return hook.state == "sent"; });
        if (stopping_) return sent;
        if (!until && std::any_of(due.begin(), due.end(), [](const store::Hook& hook) { return hook.state == "due"; }))
            return sent; // one try each; what is to be tried again waits for its time
    }
}

void Messenger::deliver(store::Hook& hook)
{
    if (stopping_) return; // stays due, for the next start
    const auto outcome = post(hook.url, hook.event, hook.agent, hook.body, hook.forged);
    ++hook.tries;
    hook.answer = outcome.answered() ? outcome.status : 0;
    const bool taken = outcome.answered() && outcome.status >= 200 && outcome.status < 300;
    if (taken) {
        hook.state = "sent";
        return;
    }
    log::warning("sandbox webhook not taken", {{"code", static_cast<std::int64_t>(hook.answer)}});
    if (hook.tries < world_.settings().webhook_attempts)
        hook.due_at = world_.now() + std::chrono::seconds{1};
    else
        hook.state = "failed";
}

outbound::Outcome Messenger::post(const std::string& url, const std::string& event, const std::string& agent,
                                  const std::string& body, bool forged)
{
    outbound::Call call;
    call.label = "sandbox.webhook";
    call.url = url;
    call.connect_timeout = std::chrono::milliseconds{2'000};
    call.total_timeout = std::chrono::milliseconds{10'000};
    call.headers = {{"Content-Type", "application/json"}, {"User-Agent", agent}, {"X-Digiflazz-Event", event}};
    const std::string key = forged ? "not " + secret_.reveal() : secret_.reveal();
    if (!secret_.empty()) call.headers.emplace_back("X-Hub-Signature", "sha1=" + crypto::hmac_sha1(key, body));
    call.body = body;
    return client_.send(call);
}

int Messenger::ping(const std::string& url)
{
    const json::object body{
        {"sed", digits_of(std::to_string(world_.now().us), 20)},
        {"hook_id", "sandbox"},
        {"hook", json::object{{"url", url}, {"secret", secret_.reveal()}, {"type", "prepaid"}, {"status", 1}}}};
    const auto outcome = post(url, "ping", "Digiflazz-Hookshot", json::serialize(body), false);
    return outcome.answered() ? outcome.status : 0;
}

} // namespace enstore::sandbox

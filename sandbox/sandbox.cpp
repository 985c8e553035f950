#include "sandbox/sandbox.hpp"

#include "platform/crypto/crypto.hpp"
#include "platform/http/http.hpp"
#include "platform/log/log.hpp"
#include "sandbox/control.hpp"
#include "sandbox/messenger.hpp"
#include "sandbox/supplier.hpp"
#include "sandbox/world.hpp"

#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace enstore::sandbox
{
namespace
{

bool is_loopback(std::string_view address)
{
    return address == "::1" || address == "localhost" || address.substr(0, 4) == "127.";
}

/// Waits that end early when the sandbox stops.
class Pauses
{
public:
    void wait(std::chrono::milliseconds time)
    {
        std::unique_lock lock(mutex_);
        over_.wait_for(lock, time, [this] { return stopped_; });
    }
    void stop()
    {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        over_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable over_;
    bool stopped_ = false;
};

http::Response response_of(Reply reply)
{
    http::Response response;
    response.status = reply.status;
    response.content_type = std::move(reply.content_type);
    response.body = std::move(reply.body);
    response.abort_connection = reply.dropped;
    return response;
}

} // namespace

class Sandbox::Impl
{
public:
    Impl(Config config, const Clock& clock) : config_(std::move(config)), clock_(clock)
    {
        if (!is_loopback(config_.address))
            throw std::invalid_argument("the sandbox listens on loopback only, not on " + config_.address);
    }
    ~Impl() { stop(); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void start()
    {
        crypto::init();
        world_ = std::make_unique<World>(config_, clock_);
        messenger_ = std::make_unique<Messenger>(*world_, config_.webhook_secret);
        supplier_ = std::make_unique<Supplier>(*world_, config_,
                                               [this](std::chrono::milliseconds time) { pauses_.wait(time); });
        world_->on_due([this](Timestamp) { messenger_->wake(); });
        http::ServerConfig serving;
        serving.address = config_.address == "localhost" ? "127.0.0.1" : config_.address;
        serving.port = config_.port;
        serving.io_threads = 1;
        serving.handler_threads = 24; // a fault that delays holds one of them
        serving.rate_limits = false;
        serving.access_log = false;
        auto server = std::make_unique<http::Server>(
            serving, routes(), [](std::string_view) { return std::nullopt; }, clock_);
        server->start();
        server_ = std::move(server);
        messenger_->start();
        log::info("sandbox listens", {{"port", server_->port()}});
    }

    int port() const { return server_ ? server_->port() : config_.port; }

    void stop()
    {
        if (!server_) return;
        pauses_.stop();
        server_->drain(std::chrono::seconds{5});
        messenger_->stop();
        server_.reset();
        supplier_.reset();
        messenger_.reset();
        world_.reset();
    }

private:
    http::Routes routes()
    {
        auto all = control_routes(*world_, *messenger_);
        for (const std::string path : {"/cek-saldo", "/price-list", "/deposit", "/transaction", "/inquiry-pln"})
            for (const std::string prefix : {"", "/v1"}) // the real base address ends in /v1; ours works either way
                all.push_back({.method = http::Method::post,
                               .pattern = prefix + path,
                               .role = http::Role::anyone,
                               .rate = http::RateClass::none,
                               .handler = [this, path](const http::Request& request) -> Result<http::Response> {
                                   return response_of(supplier_->post(path, request.body, request.client_ip));
                               }});
        return all;
    }

    Config config_;
    const Clock& clock_;
    Pauses pauses_;
    std::unique_ptr<World> world_;
    std::unique_ptr<Messenger> messenger_;
    std::unique_ptr<Supplier> supplier_;
    std::unique_ptr<http::Server> server_;
};

Sandbox::Sandbox(Config config, const Clock& clock) : impl_(std::make_unique<Impl>(std::move(config), clock)) {}
Sandbox::~Sandbox() = default;

void Sandbox::start()
{
    impl_->start();
}

int Sandbox::port() const
{
    return impl_->port();
}

void Sandbox::stop()
{
    impl_->stop();
}

} // namespace enstore::sandbox

#include "tests/support/dropping_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace enstore::support
{
namespace
{

sockaddr_in loopback(int port)
{
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool send_all(int socket, std::string_view data)
{
    while (!data.empty()) {
        const auto sent = ::send(socket, data.data(), data.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        data.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// What has arrived, at most a packet or so; empty when the other side has closed.
std::string received(int socket)
{
    std::array<char, 65'536> buffer{};
    const auto length = ::recv(socket, buffer.data(), buffer.size(), 0);
    return length <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(length));
}

} // namespace

class DroppingProxy::Relay
{
public:
    explicit Relay(int target_port) : target_port_(target_port), listener_(::socket(AF_INET, SOCK_STREAM, 0))
    {
        auto address = loopback(0);
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error("the proxy cannot listen");
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { accept_all(); });
    }

    ~Relay()
    {
        stopping_ = true;
        acceptor_.join();
        for (auto& pair : pairs_)
            pair.join();
        ::close(listener_);
    }
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    int port() const { return port_; }
    void arm(const std::string& text, bool delivered)
    {
        const std::lock_guard lock(mutex_);
        text_ = text;
        delivered_ = delivered;
    }

private:
    bool ready(int socket) const
    {
        pollfd wait = {.fd = socket, .events = POLLIN, .revents = 0};
        return ::poll(&wait, 1, 20) > 0;
    }

    void accept_all()
    {
        while (!stopping_) {
            if (!ready(listener_)) continue;
            const int client = ::accept(listener_, nullptr, nullptr);
            const int server = ::socket(AF_INET, SOCK_STREAM, 0);
            const auto address = loopback(target_port_);
            if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
                pairs_.emplace_back([this, client, server] { relay(client, server); });
        }
    }

    void relay(int client, int server)
    {
        while (!stopping_ && pass(client, server)) {
        }
        ::close(client);
        ::close(server);
    }

    /// Passes what there is to pass. False when the connection is to end.
    bool pass(int client, int server)
    {
        std::array<pollfd, 2> wait{
            {{.fd = client, .events = POLLIN, .revents = 0}, {.fd = server, .events = POLLIN, .revents = 0}}};
        if (::poll(wait.data(), wait.size(), 20) <= 0) return true;
        if (wait[0].revents != 0) {
            const auto data = received(client);
            if (data.empty()) return false;
            if (const auto delivered = drops(data)) {
                if (*delivered && send_all(server, data)) received(server); // the answer nobody will hear
                return false;
            }
            if (!send_all(server, data)) return false;
        }
        if (wait[1].revents != 0) {
            const auto data = received(server);
            if (data.empty() || !send_all(client, data)) return false;
        }
        return true;
    }

    std::optional<bool> drops(std::string_view data)
    {
        const std::lock_guard lock(mutex_);
        if (text_.empty() || data.find(text_) == std::string_view::npos) return std::nullopt;
        text_.clear();
        return delivered_;
    }

    const int target_port_;
    int listener_;
    int port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::string text_;
    bool delivered_ = false;
    std::vector<std::thread> pairs_;
    std::thread acceptor_;
};

DroppingProxy::DroppingProxy(int target_port) : relay_(std::make_unique<Relay>(target_port)) {}

DroppingProxy::~DroppingProxy() = default;

int DroppingProxy::port() const
{
    return relay_->port();
}

void DroppingProxy::drop_at(const std::string& text, bool delivered)
{
    relay_->arm(text, delivered);
}

} // namespace enstore::support

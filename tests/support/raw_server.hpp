#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

/// A peer on a loopback socket that does exactly what a test writes down, also what no HTTP server would do.
namespace enstore::support
{

/// One accepted connection, as the script of a test sees it. It is closed when the script returns.
class RawPeer
{
public:
    explicit RawPeer(int fd) : fd_(fd) {}
    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;

    int fd() const { return fd_; }

    /// One request, head and body; nothing when the other side has closed.
    std::optional<std::string> read_request()
    {
        std::size_t wanted = std::string::npos;
        while (true) {
            const auto head = received_.find("\r\n\r\n");
            if (head != std::string::npos && wanted == std::string::npos)
                wanted = head + 4 + content_length(received_.substr(0, head));
            if (wanted != std::string::npos && received_.size() >= wanted) {
                std::string request = received_.substr(0, wanted);
                received_.erase(0, wanted);
                return request;
            }
            char buffer[4096];
            const auto count = ::recv(fd_, buffer, sizeof buffer, 0);
            if (count <= 0) return std::nullopt;
            received_.append(buffer, static_cast<std::size_t>(count));
        }
    }

    /// False when the other side no longer reads.
    bool write(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    /// A complete answer that leaves the connection open.
    bool answer(int status, std::string_view body, std::string_view content_type = "application/json")
    {
        return write("HTTP/1.1 " + std::to_string(status) + " Reason\r\nContent-Type: " + std::string(content_type) +
                     "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
    }

    /// Reads and forgets until the other side closes.
    void wait_for_close()
    {
        char buffer[4096];
        while (::recv(fd_, buffer, sizeof buffer, 0) > 0) {
        }
    }

    /// Lets the connection end with a reset instead of a proper close when the script returns.
    void reset_at_end()
    {
        const linger at_once{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }

private:
    static std::size_t content_length(const std::string& head)
    {
        const auto at = head.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
    }

    int fd_;
    std::string received_;
};

/// Listens on a free port of 127.0.0.1 and runs `script(peer, n)` on a thread of its own for the n-th connection, which
/// ends when the script returns.
class RawServer
{
public:
    using Script = std::function<void(RawPeer& peer, int connection)>;

    explicit RawServer(Script script) : script_(std::move(script)), listener_(listen_on_loopback(port_))
    {
        acceptor_ = std::thread([this] { accept_all(); });
    }
    ~RawServer()
    {
        stopping_ = true;
        acceptor_.join();
        ::close(listener_);
        {
            const std::lock_guard lock(mutex_);
            for (const int fd : open_) // Scripts that still read are told that it is over.
                ::shutdown(fd, SHUT_RDWR);
        }
        for (auto& thread : threads_)
            thread.join();
    }
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    int port() const { return port_; }
    std::string url(std::string_view path = "/") const
    {
        return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
    }
    int connections() const { return connections_; }

    /// A port nobody listens on.
    static int closed_port()
    {
        int port = 0;
        ::close(listen_on_loopback(port));
        return port;
    }

private:
    static int listen_on_loopback(int& port)
    {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(fd, 16) != 0 ||
            ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0)
            throw std::runtime_error("cannot listen on loopback");
        port = ntohs(address.sin_port);
        return fd;
    }

    void accept_all()
    {
        while (!stopping_) {
            pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
            if (::poll(&waiting, 1, 20) <= 0) continue;
            const int fd = ::accept(listener_, nullptr, nullptr);
            if (fd < 0) continue;
            const int number = connections_++;
            const std::lock_guard lock(mutex_);
            open_.push_back(fd);
            threads_.emplace_back([this, fd, number] { serve(fd, number); });
        }
    }

    void serve(int fd, int number)
    {
        RawPeer peer(fd);
        script_(peer, number);
        const std::lock_guard lock(mutex_);
        std::erase(open_, fd);
        ::close(fd);
    }

    Script script_;
    int port_ = 0;
    int listener_;
    std::atomic<bool> stopping_{false};
    std::atomic<int> connections_{0};
    std::mutex mutex_;
    std::vector<int> open_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

} // namespace enstore::support

#include "platform/http/raw_client_for_tests.hpp"

#include "platform/core/text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace enstore::http
{

RawClient::RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect to the server under test");
}

RawClient::~RawClient()
{
    close();
}

void RawClient::close()
{
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

std::size_t RawClient::send(std::string_view bytes)
{
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) break;
        sent += static_cast<std::size_t>(count);
    }
    return sent;
}

bool RawClient::fill(std::chrono::steady_clock::time_point until)
{
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd wanted{.fd = socket_, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&wanted, 1, static_cast<int>(left.count())) <= 0) return false;
    char bytes[16 * 1024];
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
}

std::optional<RawAnswer> RawClient::read(bool head_only, std::chrono::milliseconds patience)
{
    const auto until = std::chrono::steady_clock::now() + patience;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (!fill(until)) return std::nullopt;
    RawAnswer answer;
    std::string_view head = std::string_view(buffer_).substr(0, end);
    answer.status = std::stoi(std::string(head.substr(9, 3)));
    for (const auto& line : split(replaced(head, "\r\n", "\n"), '\n'))
        if (const auto colon = line.find(':'); colon != std::string::npos)
            answer.headers.emplace(lower(line.substr(0, colon)),
                                   std::string(trimmed(std::string_view(line).substr(colon + 1))));
    const auto length = parse_int(answer.header("content-length")).value_or(0);
    const auto size = head_only || answer.status == 304 || answer.status == 100 ? 0 : static_cast<std::size_t>(length);
    while (buffer_.size() < end + 4 + size)
        if (!fill(until)) return std::nullopt;
    answer.body = buffer_.substr(end + 4, size);
    buffer_.erase(0, end + 4 + size);
    return answer;
}

bool RawClient::closed(std::chrono::milliseconds patience)
{
    const auto until = std::chrono::steady_clock::now() + patience;
    while (fill(until)) {
    }
    return std::chrono::steady_clock::now() < until && buffer_.empty();
}

} // namespace enstore::http

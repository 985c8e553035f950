#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace enstore::http
{

/// One answer as it came over the wire.
struct RawAnswer {
    int status = 0;
    std::multimap<std::string, std::string> headers; ///< names in lower case
    std::string body;
    bool has(const std::string& name) const { return headers.count(name) > 0; }
    std::string header(const std::string& name) const ///< the first of that name; empty when absent
    {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string{} : found->second;
    }
};

/// A socket that says exactly what a test tells it to, however wrong that is.
class RawClient
{
public:
    explicit RawClient(int port);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// Sends all of it, or as much as the peer lets in before it closes; returns how much.
    std::size_t send(std::string_view bytes);
    /// The next answer; nothing when the connection ends first or `patience` is over. `head_only`: of a HEAD request.
    std::optional<RawAnswer> read(bool head_only = false,
                                  std::chrono::milliseconds patience = std::chrono::seconds{15});
    /// Whether the peer closes within `patience` without saying more.
    bool closed(std::chrono::milliseconds patience = std::chrono::seconds{15});
    void close();

    /// Sends and reads once.
    std::optional<RawAnswer> ask(std::string_view bytes)
    {
        send(bytes);
        return read();
    }

private:
    bool fill(std::chrono::steady_clock::time_point until);

    int socket_ = -1;
    std::string buffer_;
};

} // namespace enstore::http

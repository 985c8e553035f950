#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Calls to the outside: deadlines, size caps, TLS verification (always on), one log line per call, no redirects
/// followed.
namespace enstore::outbound
{

struct Call {
    std::string label; ///< for logs and metrics: `digiflazz.buy`
    std::string method = "POST";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds total_timeout{60'000};
    std::size_t answer_limit = 1024 * 1024; ///< bytes; a longer answer counts as unreadable
};

/// What became of a call. The difference between "nothing left us" and "bytes may have left" decides whether an order
/// may be sent again (F10).
struct Outcome {
    enum class Kind {
        answered, ///< a complete HTTP answer, whatever its status
        not_sent, ///< proven: no byte of the request was written (refused, no route, TLS or name failure)
        unknown,  ///< bytes may have left and no readable answer came: the outcome is unknown
    };
    Kind kind = Kind::not_sent;
    int status = 0;
    std::string body;
    std::string problem; ///< for the log; never holds the request
    std::chrono::milliseconds took{0};

    bool answered() const { return kind == Kind::answered; }
};

/// Whom TLS trusts. There is no way to turn verification off (S46).
struct Trust {
    std::string ca_file; ///< PEM; empty: the certificate authorities of the system
};

/// A pool of curl handles whose connections are kept alive and used again. Thread-safe. A request is written at most
/// once: on a kept connection that dies without an answer, the outcome is `unknown` and nothing is sent anew. Proxies
/// of the environment are not used.
class Client
{
public:
    explicit Client(Trust trust = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Makes the call and waits for its answer, at most `total_timeout`. Throws `std::logic_error` when the calling
    /// thread is inside a database transaction, and `std::invalid_argument` for a header with a line break.
    Outcome send(const Call& call);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

std::string_view name(Outcome::Kind kind); ///< `answered`, `not_sent`, `unknown`

} // namespace enstore::outbound

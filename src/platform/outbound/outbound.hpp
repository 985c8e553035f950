#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Calls to the outside: deadlines, size caps, TLS verification (always on), one log line per call, no redirects followed.
namespace enstore::outbound
{

struct Call {
    std::string label;  ///< for logs and metrics: `digiflazz.buy`
    std::string method = "POST";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds total_timeout{60'000};
    std::size_t answer_limit = 1024 * 1024; ///< bytes; a longer answer counts as unreadable
};

/// What became of a call. The difference between "nothing left us" and "bytes may have left" decides whether an order may
/// be sent again (F10).
struct Outcome {
    enum class Kind {
        answered,  ///< a complete HTTP answer, whatever its status
        not_sent,  ///< proven: no byte of the request was written (refused, no route, TLS or name failure)
        unknown,   ///< bytes may have left and no readable answer came: the outcome is unknown
    };
    Kind kind = Kind::not_sent;
    int status = 0;
    std::string body;
    std::string problem; ///< for the log; never holds the request
    std::chrono::milliseconds took{0};

    bool answered() const { return kind == Kind::answered; }
};

/// A pool of curl handles. Thread-safe. Throws `std::logic_error` when the calling thread is inside a database
/// transaction.
class Client
{
public:
    Client();
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    Outcome send(const Call& call);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace enstore::outbound

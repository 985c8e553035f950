#pragma once

#include "platform/http/asio.hpp"
#include "platform/http/dispatcher.hpp"
#include "platform/http/handler_pool.hpp"
#include "platform/http/request_reader.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace enstore::http
{

class Connection;

/// What an I/O thread keeps ready for its connections. `now` and `date` are as fresh as the last sweep, which saves
/// each request two looks at the clock; deadlines are counted in seconds.
struct Edge {
    const Limits& limits;
    Dispatcher& dispatcher;
    HandlerPool& pool;
    std::chrono::steady_clock::time_point now;
    std::string date;
    bool draining = false;
};

/// One client's connection: message after message is read, answered, and the socket closed. Lives on one I/O thread.
class Connection
{
public:
    Connection(Socket socket, Edge& edge);

    /// Serves until the connection ends. `self` keeps the connection as long as the coroutine.
    static Task<void> serve(std::shared_ptr<Connection> self);

    void sweep(); ///< cancels what waits past its deadline
    void drain(); ///< ends the connection at once when it is idle
    void cut();   ///< ends it whatever it does

private:
    enum class Received { request, refused, nothing };

    Task<Received> receive();
    Task<bool> read_more();
    Task<bool> settle_head();
    Task<bool> answer(Received received);
    Task<void> run_in_pool();
    Task<void> linger();

    bool take_bytes();
    void wait_at_most(int seconds) { deadline_ = edge_.now + std::chrono::seconds{seconds}; }
    std::size_t unread() const { return end_ - start_; }

    Socket socket_;
    Edge& edge_;
    RequestReader reader_;
    Exchange exchange_;
    std::vector<char> buffer_;
    std::size_t start_ = 0; ///< the unread bytes of `buffer_` are [start_, end_)
    std::size_t end_ = 0;
    std::string head_;
    std::chrono::steady_clock::time_point deadline_;
    bool idle_ = true;     ///< between requests: nothing of the next one has come
    bool expired_ = false; ///< the sweep cancelled the wait
    bool cut_ = false;
};

} // namespace enstore::http

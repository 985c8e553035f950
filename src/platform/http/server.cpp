#include "platform/http/connection.hpp"
#include "platform/http/refusals.hpp"
#include "platform/http/task_group.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_set>

namespace enstore::http
{
namespace
{

constexpr auto sweep_every = std::chrono::milliseconds{250};

/// One I/O thread with all its connections. Everything but `start`, `post` and `join` happens on that thread.
class Loop
{
public:
    Loop(const Limits& limits, Dispatcher& dispatcher, HandlerPool& pool, const Clock& clock)
        : clock_(clock), edge_{.limits = limits,
                               .dispatcher = dispatcher,
                               .pool = pool,
                               .now = std::chrono::steady_clock::now(),
                               .date = http_date(clock.now())},
          timer_(context_.get_executor()), tasks_(context_.get_executor(), [this] { maybe_end(); })
    {
    }

    void start(std::function<void()> when_ended)
    {
        arm();
        thread_ = std::thread([this, ended = std::move(when_ended)] {
            // Returns when nothing waits any more: after a drain that is when the last coroutine has ended.
            context_.run();
            ended();
        });
    }
    void join()
    {
        if (thread_.joinable()) thread_.join();
    }
    template <class Work>
    void post(Work work)
    {
        net::post(context_, std::move(work));
    }
    Executor executor() { return context_.get_executor(); }
    TaskGroup& tasks() { return tasks_; }
    void on_sweep(std::function<void()> extra) { extra_ = std::move(extra); }

    void adopt(Socket socket, std::shared_ptr<void> place)
    {
        auto connection = std::make_shared<Connection>(std::move(socket), edge_);
        tasks_.spawn("connection", serve(std::move(connection), std::move(place)));
    }
    void drain()
    {
        edge_.draining = true;
        for (Connection* connection : std::vector<Connection*>(connections_.begin(), connections_.end()))
            connection->drain();
        maybe_end();
    }
    void cut()
    {
        for (Connection* connection : connections_)
            connection->cut();
    }

private:
    /// `place` is the connection's seat under the cap; it is given back when the frame ends.
    Task<void> serve(std::shared_ptr<Connection> connection, std::shared_ptr<void> place)
    {
        connections_.insert(connection.get());
        co_await Connection::serve(connection);
        connections_.erase(connection.get());
        place.reset();
    }
    /// With the timer gone nothing waits on this thread any more, and its `run` returns.
    void maybe_end()
    {
        if (edge_.draining && tasks_.running() == 0) timer_.cancel();
    }
    void arm()
    {
        timer_.expires_after(sweep_every);
        timer_.async_wait([this](const boost::system::error_code& problem) {
            if (!problem) sweep();
        });
    }
    void sweep()
    {
        edge_.now = std::chrono::steady_clock::now();
        edge_.date = http_date(clock_.now());
        for (Connection* connection : connections_)
            connection->sweep();
        if (extra_) extra_();
        if (!edge_.draining || tasks_.running() > 0) arm();
    }

    const Clock& clock_;
    net::io_context context_{1};
    Edge edge_;
    Timer timer_;
    TaskGroup tasks_;
    std::unordered_set<Connection*> connections_;
    std::function<void()> extra_;
    std::thread thread_;
};

} // namespace

class Server::Impl
{
public:
    Impl(ServerConfig config, Routes routes, Guard guard, const Clock& clock)
        : config_(std::move(config)), clock_(clock), dispatcher_(config_, std::move(routes), std::move(guard), clock)
    {
    }
    ~Impl()
    {
        if (started_ && !ended_) drain(std::chrono::seconds{0});
        join();
    }

    void start()
    {
        pool_ = std::make_unique<HandlerPool>(config_.handler_threads, config_.limits.queue);
        for (int i = 0; i < std::max(config_.io_threads, 1); ++i)
            loops_.push_back(std::make_unique<Loop>(config_.limits, dispatcher_, *pool_, clock_));
        acceptor_ = std::make_unique<Acceptor>(loops_.front()->executor());
        listen();
        loops_.front()->on_sweep([this] { report(); });
        loops_.front()->tasks().spawn("accept", accept());
        still_running_ = loops_.size();
        started_ = true;
        for (const auto& loop : loops_)
            loop->start([this] { loop_ended(); });
    }

    int port() const { return port_; }

    bool drain(std::chrono::seconds patience)
    {
        const std::lock_guard once(draining_);
        if (!started_ || ended_) return true;
        // The acceptor lives on the first loop, and is closed there; the others are told from there too, so that a
        // connection on its way to a loop arrives before that loop is told to end.
        loops_.front()->post([this] {
            boost::system::error_code ignored;
            stopping_ = true;
            acceptor_->close(ignored);
            for (const auto& loop : loops_)
                loop->post([&loop = *loop] { loop.drain(); });
        });
        const bool all_gone = wait_for_loops(patience);
        if (!all_gone) {
            pool_->give_up_waiting();
            for (const auto& loop : loops_)
                loop->post([&loop = *loop] { loop.cut(); });
            wait_for_loops(std::chrono::seconds{1});
        } else {
            join();
        }
        ended_ = true;
        return all_gone;
    }

private:
    void listen()
    {
        const std::string where = config_.address + ":" + std::to_string(config_.port);
        boost::system::error_code problem;
        const auto address = net::ip::make_address(config_.address, problem);
        if (problem) throw std::runtime_error("cannot listen on " + where + ": not an address");
        const net::ip::tcp::endpoint endpoint(address, static_cast<net::ip::port_type>(config_.port));
        const auto check = [&] {
            if (problem) throw std::runtime_error("cannot listen on " + where + ": " + problem.message());
        };
        acceptor_->open(endpoint.protocol(), problem);
        check();
        acceptor_->set_option(net::socket_base::reuse_address(true), problem);
        if (address.is_v6()) acceptor_->set_option(net::ip::v6_only(false), problem);
        acceptor_->bind(endpoint, problem);
        check();
        acceptor_->listen(1024, problem);
        check();
        port_ = acceptor_->local_endpoint().port();
    }

    Task<void> accept()
    {
        std::size_t turn = 0;
        Timer pause(loops_.front()->executor());
        while (!stopping_) {
            Loop& loop = *loops_[turn++ % loops_.size()];
            const Executor executor = loop.executor();
            auto accepted = co_await acceptor_->async_accept(executor, quietly);
            if (stopping_) break;
            if (std::get<0>(accepted)) {
                // Out of descriptors, most likely: some will be free in a moment, and spinning frees none.
                pause.expires_after(std::chrono::milliseconds{50});
                co_await pause.async_wait(quietly);
                continue;
            }
            seat(loop, std::move(std::get<1>(accepted)));
        }
    }

    /// Gives the connection a seat, or turns it away when all are taken.
    void seat(Loop& loop, Socket socket)
    {
        if (seated_.load() >= config_.limits.connections) {
            turn_away(std::move(socket));
            return;
        }
        ++seated_;
        std::shared_ptr<void> place(nullptr, [this](void*) { --seated_; });
        auto carried = std::make_shared<Socket>(std::move(socket));
        loop.post([&loop, carried, place]() mutable { loop.adopt(std::move(*carried), std::move(place)); });
    }

    static void turn_away(Socket socket)
    {
        static metrics::Counter& turned_away = metrics::counter("enstore_http_connections_refused_total");
        turned_away.add();
        const Response answer = problem(enstore::refuse(overloaded), Language::indonesian);
        std::string text = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 2\r\n"
                           "Content-Type: application/json\r\nContent-Length: " +
                           std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
        boost::system::error_code ignored;
        socket.non_blocking(true, ignored);
        socket.write_some(net::buffer(text), ignored); // a new socket has room for this much
        socket.shutdown(net::ip::tcp::socket::shutdown_send, ignored);
    }

    void report()
    {
        metrics::gauge("enstore_http_connections", {}, static_cast<double>(seated_.load()));
        metrics::gauge("enstore_http_queue_waiting", {}, static_cast<double>(pool_->waiting()));
    }

    void loop_ended()
    {
        const std::lock_guard lock(mutex_);
        --still_running_;
        changed_.notify_all();
    }
    bool wait_for_loops(std::chrono::seconds patience)
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [this] { return still_running_ == 0; });
    }
    /// Loops first: their last coroutines may wait for the pool's last handlers.
    void join()
    {
        for (const auto& loop : loops_)
            loop->join();
        if (pool_) pool_->stop();
    }

    ServerConfig config_;
    const Clock& clock_;
    Dispatcher dispatcher_;
    std::unique_ptr<HandlerPool> pool_;
    std::atomic<std::size_t> seated_{0};
    std::vector<std::unique_ptr<Loop>> loops_;
    std::unique_ptr<Acceptor> acceptor_; ///< on the first loop's thread only, once started
    bool stopping_ = false;              ///< likewise
    int port_ = 0;
    bool started_ = false;
    bool ended_ = false;
    std::mutex draining_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t still_running_ = 0;
};

Server::Server(ServerConfig config, Routes routes, Guard guard, const Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(routes), std::move(guard), clock))
{
}

Server::~Server() = default;

void Server::start()
{
    impl_->start();
}

int Server::port() const
{
    return impl_->port();
}

bool Server::drain(std::chrono::seconds patience)
{
    return impl_->drain(patience);
}

} // namespace enstore::http

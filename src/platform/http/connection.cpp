#include "platform/http/connection.hpp"

#include "platform/http/refusals.hpp"

namespace enstore::http
{
namespace
{

constexpr std::size_t first_buffer = 4 * 1024;
constexpr std::size_t body_buffer = 64 * 1024;
constexpr int linger_s = 2;
constexpr std::size_t most_lingering_bytes = 32 * 1024 * 1024;

IpBytes bytes_of(const net::ip::address& address)
{
    if (address.is_v6()) return address.to_v6().to_bytes();
    return net::ip::make_address_v6(net::ip::v4_mapped, address.to_v4()).to_bytes();
}

} // namespace

Connection::Connection(Socket socket, Edge& edge)
    : socket_(std::move(socket)), edge_(edge), reader_(edge.limits), buffer_(first_buffer)
{
    boost::system::error_code ignored;
    const auto peer = socket_.remote_endpoint(ignored);
    exchange_.peer = bytes_of(peer.address());
    exchange_.peer_text = ip_text(exchange_.peer);
    // Answers are written whole; waiting for more to send would only delay them.
    socket_.set_option(net::ip::tcp::no_delay(true), ignored);
    wait_at_most(edge_.limits.idle_deadline_s);
}

void Connection::sweep()
{
    if (edge_.now < deadline_ || expired_) return;
    expired_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Connection::drain()
{
    if (!idle_) return;
    boost::system::error_code ignored;
    // A request that has arrived and was not read yet is still answered.
    if (socket_.available(ignored) == 0) cut();
}

void Connection::cut()
{
    cut_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
}

Task<void> Connection::serve(std::shared_ptr<Connection> self)
{
    for (;;) {
        const auto received = co_await self->receive();
        if (received == Received::nothing) break;
        const bool again = co_await self->answer(received);
        if (!again) break;
    }
    boost::system::error_code ignored;
    self->socket_.close(ignored);
}

/// Gives the reader what has been read. True when it moved on.
bool Connection::take_bytes()
{
    const std::size_t used = reader_.feed({buffer_.data() + start_, unread()});
    start_ += used;
    if (start_ == end_) start_ = end_ = 0;
    return used > 0;
}

Task<Connection::Received> Connection::receive()
{
    reader_.begin(exchange_.request);
    idle_ = unread() == 0;
    expired_ = false;
    wait_at_most(idle_ ? edge_.limits.idle_deadline_s : edge_.limits.header_deadline_s);
    for (;;) {
        const bool had_head = reader_.head_done();
        const bool moved = unread() > 0 && take_bytes();
        if (reader_.refused() == nullptr && !had_head && reader_.head_done()) {
            const bool readable = co_await settle_head();
            if (!readable) co_return Received::refused;
        }
        if (reader_.refused() != nullptr) co_return Received::refused;
        if (reader_.done()) co_return Received::request;
        if (moved && unread() > 0) continue;
        const bool more = co_await read_more();
        if (more) continue;
        if (cut_ || !expired_ || idle_) co_return Received::nothing;
        co_return Received::refused;
    }
}

/// The head is known: whose request it is, and how much body may follow.
Task<bool> Connection::settle_head()
{
    const bool known = edge_.dispatcher.identify(exchange_);
    if (!known) co_return false;
    reader_.limit_body(edge_.dispatcher.body_limit(exchange_));
    wait_at_most(edge_.limits.body_deadline_s);
    if (!reader_.expects_continue() || reader_.refused() != nullptr || reader_.done() || unread() > 0) co_return true;
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto bytes = net::buffer(go_on.data(), go_on.size());
    const auto written = co_await net::async_write(socket_, bytes, quietly);
    co_return !std::get<0>(written);
}

/// Makes room and reads. False when nothing came: closed, cancelled, or no room is left for what cannot be taken.
Task<bool> Connection::read_more()
{
    if (edge_.draining && idle_) co_return false;
    if (start_ > 0) {
        std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(start_),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
        end_ -= start_;
        start_ = 0;
    }
    const std::size_t most = reader_.head_done() ? body_buffer : edge_.limits.header_bytes + first_buffer;
    if (end_ == buffer_.size() || (reader_.head_done() && buffer_.size() < most)) {
        if (buffer_.size() >= most) co_return false;
        buffer_.resize(std::min(most, buffer_.size() * 4));
    }
    const auto room = net::buffer(buffer_.data() + end_, buffer_.size() - end_);
    const auto read = co_await socket_.async_read_some(room, quietly);
    if (std::get<0>(read)) co_return false;
    end_ += std::get<1>(read);
    if (idle_) {
        idle_ = false;
        wait_at_most(edge_.limits.header_deadline_s);
    }
    co_return true;
}

/// Answers the request, or the refusal to read it. True when the connection can take another.
Task<bool> Connection::answer(Received received)
{
    Dispatcher& dispatcher = edge_.dispatcher;
    if (received == Received::refused) {
        if (!reader_.head_done()) {
            // Nothing of the head can be trusted; the answer still wants an id and a language.
            exchange_.request.headers.clear();
            exchange_.request.target = "/";
            dispatcher.identify(exchange_);
            exchange_.place = nullptr;
        }
        if (reader_.refused() != nullptr)
            dispatcher.refuse(exchange_, *reader_.refused());
        else
            dispatcher.refuse(exchange_, expired_ ? timed_out : malformed);
    } else if (!dispatcher.begin(exchange_)) {
        co_await run_in_pool();
    }
    if (cut_ || exchange_.response.abort_connection) co_return false;
    dispatcher.conclude(exchange_);
    const Request& request = exchange_.request;
    const bool keep = received == Received::request && reader_.keep_alive() && !edge_.draining;
    const Envelope envelope{.date = edge_.date,
                            .keep_alive = keep,
                            .http_1_0 = reader_.http_1_0(),
                            .cors_allowed = dispatcher.cors_allowed(request),
                            .https = dispatcher.https()};
    head_.clear();
    encode_head(head_, request, exchange_.response, envelope);
    const std::string_view body = request.method == Method::head ? std::string_view{} : body_of(exchange_.response);
    const std::array<net::const_buffer, 2> bytes{net::buffer(head_), net::buffer(body.data(), body.size())};
    expired_ = false;
    wait_at_most(edge_.limits.write_deadline_s);
    const auto written = co_await net::async_write(socket_, bytes, quietly);
    exchange_.response = Response{};
    if (std::get<0>(written)) co_return false;
    if (keep) co_return true;
    co_await linger();
    co_return false;
}

/// Hands the request to a blocking thread and comes back to this one. Overload is answered at once.
Task<void> Connection::run_in_pool()
{
    deadline_ = std::chrono::steady_clock::time_point::max(); // handlers keep their own deadlines
    auto start = [this](auto handler) {
        auto done = std::make_shared<decltype(handler)>(std::move(handler)); // std::function wants it copyable
        const Executor executor = socket_.get_executor();
        const auto held = net::make_work_guard(executor);
        auto work = [this, done, executor, held](bool wanted) {
            if (wanted)
                edge_.dispatcher.finish(exchange_);
            else
                edge_.dispatcher.refuse(exchange_, overloaded);
            net::post(executor, [done, held] { std::move (*done)(); });
        };
        if (!edge_.pool.try_post(work)) work(false); // posts, so that it never completes in here
    };
    constexpr net::use_awaitable_t<Executor> token{};
    co_await net::async_initiate<const net::use_awaitable_t<Executor>, void()>(std::move(start), token);
}

/// Lets the client read our last answer: closing on unread bytes would reset the connection under it. Bounded in time
/// and bytes.
Task<void> Connection::linger()
{
    boost::system::error_code problem;
    socket_.shutdown(net::ip::tcp::socket::shutdown_send, problem);
    if (problem) co_return;
    idle_ = true; // a drain need not wait for this
    expired_ = false;
    wait_at_most(linger_s);
    std::size_t total = 0;
    while (!edge_.draining && total < most_lingering_bytes) {
        const auto room = net::buffer(buffer_);
        const auto read = co_await socket_.async_read_some(room, quietly);
        if (std::get<0>(read)) co_return;
        total += std::get<1>(read);
    }
}

} // namespace enstore::http

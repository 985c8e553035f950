#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

/// Asio as this room uses it. Only the server's own files include it: it is slow to compile.
namespace enstore::http
{

namespace net = boost::asio;

/// One `io_context` runs on one thread, so the executor itself is the strand of all that lives on it.
using Executor = net::io_context::executor_type;
using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;
using Acceptor = net::basic_socket_acceptor<net::ip::tcp, Executor>;
using Timer =
    net::basic_waitable_timer<std::chrono::steady_clock, net::wait_traits<std::chrono::steady_clock>, Executor>;
template <class T>
using Task = net::awaitable<T, Executor>;

/// Awaiting with this gives a tuple of the error code and the result; nothing throws.
inline constexpr net::as_tuple_t<net::use_awaitable_t<Executor>> quietly{};

} // namespace enstore::http

#pragma once

#include "platform/http/http.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace enstore::http
{

/// Reads HTTP/1.1 requests out of a stream of bytes, strictly: what two servers could understand in two ways is refused
/// (S66). Beast's parser does the grammar; this adds the checks it leaves to its user. One reader serves a connection,
/// message after message.
class RequestReader
{
public:
    explicit RequestReader(const Limits& limits);
    ~RequestReader();
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    /// Forgets the last message; what follows is read into `request`, which must live until the message is done.
    void begin(Request& request);

    /// Takes what it can from the start of `bytes` and returns how much that was. Until `head_done()` it takes all or
    /// nothing of the head, so the caller keeps unread bytes and gives them again with more behind them. It stops after
    /// the head, so that `limit_body` can be called.
    std::size_t feed(std::string_view bytes);

    /// To be called once between head and body: how many bytes this request's body may have.
    void limit_body(std::size_t bytes);

    bool head_done() const { return head_done_; }
    bool done() const;
    const Refusal* refused() const { return refused_; } ///< the connection must be closed after the answer
    bool keep_alive() const;
    bool expects_continue() const { return expects_continue_; }
    bool http_1_0() const { return http_1_0_; }

private:
    class Parser;

    std::size_t feed_head(std::string_view bytes);
    bool sound_head(std::string_view head);
    bool sound_fields();
    void refuse(const Refusal& refusal) { refused_ = &refusal; }

    Limits limits_;
    std::unique_ptr<Parser> parser_;
    Request* request_ = nullptr;
    std::size_t scanned_ = 0; ///< bytes of the head known to hold no blank line
    const Refusal* refused_ = nullptr;
    bool head_done_ = false;
    bool expects_continue_ = false;
    bool http_1_0_ = false;
};

} // namespace enstore::http

// Beast's assertions are off here: 1.81 asserts a length in chunk headers that a client can break by sending the last
// chunk byte by byte, and a debug build must not be killed from outside. This is the only file that includes Beast.
#define BOOST_DISABLE_ASSERTS

#include "platform/http/request_reader.hpp"

#include "platform/core/text.hpp"
#include "platform/http/refusals.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <optional>

namespace enstore::http
{
namespace
{

namespace beast = boost::beast;
using BeastText = beast::string_view;

constexpr std::size_t most_fields = 100;
/// Room around the target in a request line: the longest method, two spaces, the version.
constexpr std::size_t request_line_slack = 32;

Method method_of(beast::http::verb verb)
{
    switch (verb) {
    case beast::http::verb::get:
        return Method::get;
    case beast::http::verb::head:
        return Method::head;
    case beast::http::verb::post:
        return Method::post;
    case beast::http::verb::put:
        return Method::put;
    case beast::http::verb::patch:
        return Method::patch;
    case beast::http::verb::delete_:
        return Method::del;
    case beast::http::verb::options:
        return Method::options;
    default:
        return Method::other;
    }
}

/// Empties a request and keeps its memory for the next one on this connection.
void reset(Request& request)
{
    request.method = Method::get;
    request.target.clear();
    request.path.clear();
    request.query.clear();
    request.path_params.clear();
    request.headers.clear();
    // A large body's memory is given back; an idle connection must not hold it.
    if (request.body.capacity() > 16 * 1024)
        request.body = std::string{};
    else
        request.body.clear();
    request.client_ip.clear();
    request.request_id.clear();
    request.language = Language::indonesian;
    request.caller.reset();
}

} // namespace

class RequestReader::Parser
{
    class Grammar final : public beast::http::basic_parser<true>
    {
    public:
        explicit Grammar(Request& request) : request_(request) {}
        int version = 11;

    private:
        void on_request_impl(beast::http::verb verb, BeastText, BeastText target, int http_version,
                             beast::error_code&) override
        {
            request_.method = method_of(verb);
            request_.target.assign(target.data(), target.size());
            version = http_version;
        }
        void on_response_impl(int, BeastText, int, beast::error_code&) override {}
        void on_field_impl(beast::http::field, BeastText name, BeastText value, beast::error_code& problem) override
        {
            if (is_header_done()) return; // trailers are read past
            if (request_.headers.size() >= most_fields) {
                problem = beast::http::error::header_limit;
                return;
            }
            auto& [key, text] = request_.headers.emplace_back();
            key.assign(name.data(), name.size());
            for (char& c : key)
                if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
            text.assign(value.data(), value.size());
        }
        void on_header_impl(beast::error_code&) override {}
        void on_body_init_impl(boost::optional<std::uint64_t> const& length, beast::error_code&) override
        {
            if (length) request_.body.reserve(static_cast<std::size_t>(*length));
        }
        std::size_t on_body_impl(BeastText bytes, beast::error_code&) override
        {
            request_.body.append(bytes.data(), bytes.size());
            return bytes.size();
        }
        void on_chunk_header_impl(std::uint64_t, BeastText, beast::error_code&) override {}
        std::size_t on_chunk_body_impl(std::uint64_t, BeastText bytes, beast::error_code&) override
        {
            request_.body.append(bytes.data(), bytes.size());
            return bytes.size();
        }
        void on_finish_impl(beast::error_code&) override {}

        Request& request_;
    };

public:
    void begin(Request& request)
    {
        grammar.emplace(request);
        // Limits are ours: the head is measured before it is parsed, the body by `limit_body`.
        grammar->header_limit(1U << 30U);
        grammar->body_limit(boost::none);
    }

    std::optional<Grammar> grammar;
};

RequestReader::RequestReader(const Limits& limits) : limits_(limits), parser_(std::make_unique<Parser>()) {}

RequestReader::~RequestReader() = default;

void RequestReader::begin(Request& request)
{
    reset(request);
    request_ = &request;
    parser_->begin(request);
    scanned_ = 0;
    refused_ = nullptr;
    head_done_ = false;
    expects_continue_ = false;
    http_1_0_ = false;
}

bool RequestReader::done() const
{
    return head_done_ && parser_->grammar->is_done();
}

bool RequestReader::keep_alive() const
{
    return refused_ == nullptr && head_done_ && parser_->grammar->keep_alive();
}

std::size_t RequestReader::feed(std::string_view bytes)
{
    if (refused_ != nullptr) return 0;
    if (!head_done_) return feed_head(bytes);
    std::size_t used = 0;
    while (!done() && used < bytes.size()) {
        beast::error_code problem;
        const std::size_t took = parser_->grammar->put({bytes.data() + used, bytes.size() - used}, problem);
        used += took;
        if (problem == beast::http::error::need_more) break;
        if (problem == beast::http::error::body_limit) {
            refuse(too_large);
            break;
        }
        if (problem) {
            refuse(malformed);
            break;
        }
        if (took == 0 && !done()) break;
    }
    return used;
}

std::size_t RequestReader::feed_head(std::string_view bytes)
{
    // One empty line before a request is overlooked, as RFC 9112 asks; some clients send it after a form.
    const std::size_t skipped = bytes.substr(0, 2) == "\r\n" && scanned_ == 0 ? 2 : 0;
    bytes.remove_prefix(skipped);
    if (bytes.empty()) return skipped;
    if (bytes.front() < 'A' || bytes.front() > 'Z') {
        if (bytes.front() != '\r') refuse(malformed);
        return skipped;
    }
    const auto line_end = bytes.substr(0, limits_.uri_bytes + request_line_slack).find('\n');
    if (line_end == std::string_view::npos && bytes.size() > limits_.uri_bytes + request_line_slack) {
        refuse(uri_too_long);
        return skipped;
    }
    const auto blank = bytes.find("\r\n\r\n", scanned_ > 3 ? scanned_ - 3 : 0);
    const std::size_t length = blank == std::string_view::npos ? bytes.size() : blank + 4;
    if (length > limits_.header_bytes) {
        refuse(header_too_large);
        return skipped;
    }
    if (blank == std::string_view::npos) {
        scanned_ = skipped > 0 ? 0 : bytes.size();
        return skipped;
    }
    const std::string_view head = bytes.substr(0, length);
    if (!sound_head(head)) {
        refuse(malformed);
        return skipped;
    }
    beast::error_code problem;
    const std::size_t took = parser_->grammar->put({head.data(), head.size()}, problem);
    if (problem == beast::http::error::header_limit)
        refuse(header_too_large);
    else if (problem || took != head.size() || !parser_->grammar->is_header_done())
        refuse(malformed);
    else if (request_->target.size() > limits_.uri_bytes)
        refuse(uri_too_long);
    else if (!sound_fields())
        refuse(malformed);
    head_done_ = refused_ == nullptr;
    if (head_done_) parser_->grammar->eager(true);
    return skipped + length;
}

/// What the grammar forgives and another server may read otherwise: a bare CR or LF, NUL, and folded lines.
bool RequestReader::sound_head(std::string_view head)
{
    for (std::size_t i = 0; i < head.size(); ++i) {
        const char c = head[i];
        if (c == 0) return false;
        if (c == '\r' && head[i + 1] != '\n') return false; // the head ends in CRLF, so there is a next one
        if (c != '\n') continue;
        if (i == 0 || head[i - 1] != '\r') return false;
        if (i + 1 < head.size() && (head[i + 1] == ' ' || head[i + 1] == '\t')) return false;
    }
    return true;
}

/// The framing must be told once and in one way (RFC 9112, 6.3), and a 1.1 request names its host once.
bool RequestReader::sound_fields()
{
    http_1_0_ = parser_->grammar->version == 10;
    int lengths = 0;
    int encodings = 0;
    int hosts = 0;
    int authorizations = 0;
    for (const auto& [name, value] : request_->headers) {
        if (name == "content-length") {
            ++lengths;
            if (value.empty() || value.size() > 15) return false;
            for (const char c : value)
                if (c < '0' || c > '9') return false;
        } else if (name == "transfer-encoding") {
            ++encodings;
            if (!equal_ignoring_case(value, "chunked")) return false;
        } else if (name == "host") {
            ++hosts;
            if (value.find_first_of(" \t,/@") != std::string::npos) return false;
        } else if (name == "authorization") {
            ++authorizations;
        } else if (name == "expect") {
            expects_continue_ = equal_ignoring_case(value, "100-continue") && !http_1_0_;
        }
    }
    if (lengths + encodings > 1 || authorizations > 1 || hosts > 1) return false;
    if (http_1_0_) return encodings == 0;
    return hosts == 1;
}

void RequestReader::limit_body(std::size_t bytes)
{
    if (!head_done_ || refused_ != nullptr) return;
    const auto length = parser_->grammar->content_length();
    if (length && *length > bytes)
        refuse(too_large);
    else
        parser_->grammar->body_limit(bytes);
}

} // namespace enstore::http

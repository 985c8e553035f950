#pragma once

#include "platform/http/http.hpp"

#include <string>
#include <string_view>

namespace enstore::http
{

/// What the answer's head says besides the answer itself.
struct Envelope {
    std::string_view date; ///< ready for `Date`
    bool keep_alive = true;
    bool http_1_0 = false;
    bool head_only = false;    ///< a HEAD request: the length is told, the body is not sent
    bool cors_allowed = false; ///< the request's `Origin` is on the list
    bool https = false;        ///< the store is reached over TLS: browsers are told to stay there
};

/// Picks what is sent: gzip for who takes it, 304 for who has it. Runs where compressing may take a while.
void settle_body(const Request& request, Response& response);

/// Writes the status line and all header fields.
void encode_head(std::string& out, const Request& request, const Response& response, const Envelope& envelope);

/// The bytes to send after the head.
std::string_view body_of(const Response& response);

/// `Sun, 22 Nov 2026 23:00:00 GMT`.
std::string http_date(Timestamp t);

} // namespace enstore::http

#include "platform/http/encode.hpp"

#include "platform/core/text.hpp"
#include "platform/http/gzip.hpp"
#include "platform/http/target.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace enstore::http
{
namespace
{

/// Below this a gzip header and a second packet cost more than they save.
constexpr std::size_t worth_compressing = 1024;

std::string_view reason(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 302:
        return "Found";
    case 303:
        return "See Other";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    default:
        return "Status";
    }
}

bool is_text(std::string_view content_type)
{
    return content_type.substr(0, 16) == "application/json" || content_type.substr(0, 5) == "text/" ||
           content_type.substr(0, 13) == "image/svg+xml" || content_type.substr(0, 22) == "application/javascript";
}

bool has_header(const Response& response, std::string_view name)
{
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [&](const auto& header) { return equal_ignoring_case(header.first, name); });
}

/// A value that would break out of its line is a bug of ours; it must not become an attacker's header.
bool one_line(std::string_view value)
{
    return std::none_of(value.begin(), value.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; });
}

void field(std::string& out, std::string_view name, std::string_view value)
{
    if (!one_line(name) || !one_line(value)) return;
    out.append(name).append(": ").append(value).append("\r\n");
}

void number(std::string& out, std::size_t value)
{
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

void default_field(std::string& out, const Response& response, std::string_view name, std::string_view value)
{
    if (response.headers.empty() || !has_header(response, name))
        out.append(name).append(": ").append(value).append("\r\n");
}

void security_fields(std::string& out, const Response& response, bool https)
{
    out.append("X-Content-Type-Options: nosniff\r\n");
    default_field(out, response, "Referrer-Policy", "no-referrer");
    default_field(out, response, "X-Frame-Options", "DENY");
    const bool page = response.content_type.substr(0, 9) == "text/html";
    default_field(out, response, "Content-Security-Policy",
                  page ? "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                         "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
                       : "default-src 'none'; frame-ancestors 'none'");
    if (https) out.append("Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n");
}

void cors_fields(std::string& out, const Request& request, bool allowed)
{
    // Also without an Origin: a shared cache must not give one origin's answer to another.
    if (!allowed) {
        out.append("Vary: Origin\r\n");
        return;
    }
    out.append("Vary: Origin\r\nAccess-Control-Allow-Credentials: true\r\n"
               "Access-Control-Expose-Headers: X-Request-Id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, "
               "X-RateLimit-Reset, ETag, Idempotency-Replayed, Content-Disposition\r\n");
    field(out, "Access-Control-Allow-Origin", request.header("origin"));
}

} // namespace

void settle_body(const Request& request, Response& response)
{
    if (response.status == 200 && !response.etag.empty() &&
        (request.method == Method::get || request.method == Method::head))
        if (const auto known = request.header("if-none-match"); !known.empty() && matches_etag(known, response.etag)) {
            response.status = 304;
            response.body.clear();
            response.shared_body.reset();
            response.shared_gzip_body.reset();
            return;
        }
    const std::size_t size = body_of(response).size();
    const bool ready = response.shared_gzip_body != nullptr;
    if (!ready && (size < worth_compressing || !is_text(response.content_type))) return;
    if (has_header(response, "Content-Encoding")) return;
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (!accepts_coding(request.header("accept-encoding"), "gzip")) return;
    if (ready)
        response.shared_body = std::move(response.shared_gzip_body);
    else
        response.shared_body = std::make_shared<const std::string>(gzipped(body_of(response)));
    response.headers.emplace_back("Content-Encoding", "gzip");
    // Other bytes under the same strong tag would be a lie; the comparison for 304 is weak anyway.
    if (!response.etag.empty() && response.etag.front() == '"') response.etag.insert(0, "W/");
}

std::string_view body_of(const Response& response)
{
    return response.shared_body ? std::string_view(*response.shared_body) : std::string_view(response.body);
}

void encode_head(std::string& out, const Request& request, const Response& response, const Envelope& envelope)
{
    out.append("HTTP/1.1 ");
    number(out, static_cast<std::size_t>(response.status));
    out.append(" ").append(reason(response.status)).append("\r\n");
    if (response.status != 304) {
        field(out, "Content-Type", response.content_type);
        out.append("Content-Length: ");
        number(out, body_of(response).size());
        out.append("\r\n");
    }
    out.append("Date: ").append(envelope.date).append("\r\n");
    if (!envelope.keep_alive)
        out.append("Connection: close\r\n");
    else if (envelope.http_1_0)
        out.append("Connection: keep-alive\r\n");
    default_field(out, response, "Cache-Control", response.no_store ? "no-store" : "no-cache");
    if (!response.etag.empty()) field(out, "ETag", response.etag);
    for (const auto& [name, value] : response.headers)
        field(out, name, value);
    security_fields(out, response, envelope.https);
    cors_fields(out, request, envelope.cors_allowed);
    out.append("X-Request-Id: ").append(request.request_id).append("\r\n\r\n");
}

std::string http_date(Timestamp t)
{
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = t.unix_seconds();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    const auto two = [](int value) {
        return std::string{static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
    };
    return std::string(days[parts.tm_wday]) + ", " + two(parts.tm_mday) + " " + months[parts.tm_mon] + " " +
           std::to_string(1900 + parts.tm_year) + " " + two(parts.tm_hour) + ":" + two(parts.tm_min) + ":" +
           two(parts.tm_sec) + " GMT";
}

} // namespace enstore::http

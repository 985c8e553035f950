#include "platform/config/checks.hpp"

#include "platform/core/text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace enstore::config
{
namespace
{

bool is_host(std::string_view host)
{
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        std::array<unsigned char, sizeof(in6_addr)> address{};
        return ::inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), address.data()) == 1;
    }
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_';
    });
}

bool is_port(std::string_view text)
{
    const auto port = parse_int(text);
    return port && *port >= 1 && *port <= 65'535;
}

} // namespace

std::optional<Url> parse_url(std::string_view text)
{
    Url url;
    const auto scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos) return std::nullopt;
    url.scheme = lower(text.substr(0, scheme_end));
    if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '@' || c == '?' ||
            c == '#' || c == '"' || c == '\\' || c == '<' || c == '>')
            return std::nullopt;
    while (text.size() > scheme_end + 3 && text.back() == '/')
        text.remove_suffix(1);
    auto authority = text.substr(scheme_end + 3);
    const auto slash = authority.find('/');
    url.has_path = slash != std::string_view::npos;
    authority = authority.substr(0, slash);
    const auto colon = authority.rfind(':');
    const auto bracket = authority.rfind(']');
    const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (has_port && !is_port(authority.substr(colon + 1))) return std::nullopt;
    url.host = lower(has_port ? authority.substr(0, colon) : authority);
    if (!is_host(url.host)) return std::nullopt;
    url.text = std::string(text);
    return url;
}

bool is_loopback(std::string_view host)
{
    return host == "localhost" || host == "::1" || host == "[::1]" || host.substr(0, 4) == "127." ||
           (host.size() > 10 && host.substr(host.size() - 10) == ".localhost");
}

bool is_address_or_block(std::string_view text)
{
    const auto slash = text.find('/');
    const std::string address(text.substr(0, slash));
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    const bool four = ::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1;
    const bool six = !four && ::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
    if (!four && !six) return false;
    if (slash == std::string_view::npos) return true;
    const auto bits = parse_int(text.substr(slash + 1));
    return bits && *bits >= 0 && *bits <= (four ? 32 : 128);
}

std::optional<bool> parse_switch(std::string_view text)
{
    const std::string word = lower(text);
    if (word == "on" || word == "true" || word == "yes" || word == "1") return true;
    if (word == "off" || word == "false" || word == "no" || word == "0") return false;
    return std::nullopt;
}

bool is_guessable(std::string_view secret)
{
    constexpr std::array<std::string_view, 28> usual{
        "root",     "changeme", "password", "secret",    "admin",       "administrator", "123456",
        "12345678", "1234",     "qwerty",   "letmein",   "default",     "test",          "testing",
        "example",  "enstore",  "laravel",  "mysql",     "mariadb",     "redis",         "database",
        "passw0rd", "pass",     "toor",     "password1", "password123", "rahasia",       "user"};
    const std::string word = replaced(replaced(replaced(lower(trimmed(secret)), "-", ""), "_", ""), " ", "");
    if (std::find(usual.begin(), usual.end(), word) != usual.end()) return true;
    // One character over and over is no better.
    return word.find_first_not_of(word.empty() ? ' ' : word.front()) == std::string::npos;
}

} // namespace enstore::config

#include "platform/http/client_ip.hpp"

#include "platform/core/text.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace enstore::http
{
namespace
{

constexpr IpBytes mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};

bool same_network(const IpBytes& a, const IpBytes& b, int bits)
{
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) return false;
    const int rest = bits % 8;
    return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

/// Strips `[…]` and a port.
std::string_view bare(std::string_view text)
{
    text = trimmed(text);
    if (!text.empty() && text.front() == '[') {
        const auto end = text.find(']');
        return end == std::string_view::npos ? std::string_view{} : text.substr(1, end - 1);
    }
    const auto colon = text.find(':');
    const bool one_colon = colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
    return one_colon ? text.substr(0, colon) : text;
}

} // namespace

std::optional<IpBytes> parse_ip(std::string_view text)
{
    const std::string address(bare(text));
    IpBytes out = mapped_prefix;
    if (inet_pton(AF_INET, address.c_str(), out.data() + 12) == 1) return out;
    if (inet_pton(AF_INET6, address.c_str(), out.data()) == 1) return out;
    return std::nullopt;
}

bool is_ipv4(const IpBytes& ip)
{
    return same_network(ip, mapped_prefix, 96);
}

std::string ip_text(const IpBytes& ip)
{
    char out[INET6_ADDRSTRLEN] = {};
    if (is_ipv4(ip))
        inet_ntop(AF_INET, ip.data() + 12, out, sizeof out);
    else
        inet_ntop(AF_INET6, ip.data(), out, sizeof out);
    return out;
}

bool is_loopback(const IpBytes& ip)
{
    static constexpr IpBytes six{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return ip == six || (is_ipv4(ip) && ip[12] == 127);
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& entries)
{
    for (const auto& entry : entries) {
        const auto slash = entry.find('/');
        const auto network = parse_ip(std::string_view(entry).substr(0, slash));
        const auto bits = slash == std::string::npos
                              ? std::optional<std::int64_t>(network && is_ipv4(*network) ? 32 : 128)
                              : parse_int(std::string_view(entry).substr(slash + 1));
        const int most = network && is_ipv4(*network) ? 32 : 128;
        if (!network || !bits || *bits < 0 || *bits > most)
            throw std::invalid_argument("neither an address nor a CIDR block: " + entry);
        blocks_.push_back({*network, static_cast<int>(*bits) + (128 - most)});
    }
}

bool TrustedProxies::trusts(const IpBytes& ip) const
{
    return std::any_of(blocks_.begin(), blocks_.end(),
                       [&](const Block& block) { return same_network(ip, block.network, block.bits); });
}

IpBytes TrustedProxies::client(const IpBytes& peer, std::string_view forwarded_for) const
{
    IpBytes nearest = peer;
    while (trusts(nearest) && !forwarded_for.empty()) {
        const auto comma = forwarded_for.rfind(',');
        const auto next = parse_ip(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
        if (!next) break;
        nearest = *next;
        forwarded_for = comma == std::string_view::npos ? std::string_view{} : forwarded_for.substr(0, comma);
    }
    return nearest;
}

} // namespace enstore::http

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enstore::http
{

/// An address as 16 bytes; IPv4 as `::ffff:a.b.c.d`, so that both kinds compare.
using IpBytes = std::array<std::uint8_t, 16>;

/// Nothing when `text` is no address. Takes `1.2.3.4`, `2001:db8::1`, `[2001:db8::1]`, and either with a port.
std::optional<IpBytes> parse_ip(std::string_view text);
std::string ip_text(const IpBytes& ip); ///< `1.2.3.4` for a mapped IPv4 address
bool is_ipv4(const IpBytes& ip);
bool is_loopback(const IpBytes& ip);

/// The addresses whose `X-Forwarded-For` is believed (S16).
class TrustedProxies
{
public:
    /// Throws `std::invalid_argument` naming the entry that is neither an address nor a CIDR block.
    explicit TrustedProxies(const std::vector<std::string>& entries);

    bool trusts(const IpBytes& ip) const;
    /// Who is behind `peer`: the peer itself, or, when it is trusted, the rightmost address of `forwarded_for` that is
    /// not. An entry that is no address ends the search: what stands left of it may be made up.
    IpBytes client(const IpBytes& peer, std::string_view forwarded_for) const;

private:
    struct Block {
        IpBytes network;
        int bits;
    };
    std::vector<Block> blocks_;
};

} // namespace enstore::http

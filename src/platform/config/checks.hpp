#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What a value must look like.
namespace enstore::config
{

struct Url {
    std::string text; ///< without a trailing slash
    std::string scheme;
    std::string host;
    bool has_path = false;
};
/// `http://` or `https://`, a host, perhaps a port and a path; no user, query or fragment. Nothing otherwise.
std::optional<Url> parse_url(std::string_view text);

bool is_loopback(std::string_view host);
/// An IPv4 or IPv6 address, or a block such as `10.0.0.0/8`.
bool is_address_or_block(std::string_view text);
/// `on`, `true`, `yes`, `1` and their opposites.
std::optional<bool> parse_switch(std::string_view text);
/// What everyone tries first (S5).
bool is_guessable(std::string_view secret);

} // namespace enstore::config

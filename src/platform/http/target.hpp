#pragma once

#include "platform/http/http.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace enstore::http
{

/// Percent-decodes. Nothing when an escape is broken, or the result holds NUL or is no UTF-8. `plus_is_space` for
/// queries and forms.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);
/// Percent-encodes all but the unreserved characters of RFC 3986.
std::string percent_encoded(std::string_view text);

/// Reads `request.target` into `path` and `query`. False when it cannot be read (400).
bool read_target(Request& request);

/// Whether the caller would rather read English: `Accept-Language` weighs it above Indonesian.
Language language_of(std::string_view accept_language);

/// Whether a list such as `gzip;q=0.5, br` takes `coding` (a quality of 0 refuses it).
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

/// Whether `If-None-Match` names this ETag, compared weakly, or is `*`.
bool matches_etag(std::string_view if_none_match, std::string_view etag);

} // namespace enstore::http

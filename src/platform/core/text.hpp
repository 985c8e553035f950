#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Text as domain 2 compares and stores it.
namespace enstore
{

std::string_view trimmed(std::string_view text);
std::string lower(std::string_view text); ///< ASCII letters only
std::string upper(std::string_view text); ///< ASCII letters only
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string replaced(std::string_view text, std::string_view from, std::string_view to);
std::vector<std::string> split(std::string_view text, char separator);
std::string joined(const std::vector<std::string>& parts, std::string_view separator);
/// Digits only, optionally signed; nothing on anything else or overflow.
std::optional<std::int64_t> parse_int(std::string_view text);
/// Escapes `!`, `%` and `_` for a LIKE with `ESCAPE '!'` (a backslash would itself need escaping in MySQL): wildcards
/// in a search term are literal.
std::string like_literal(std::string_view text);
/// Valid UTF-8 without NUL.
bool is_clean_utf8(std::string_view text);
/// How many code points, not bytes, a column of `varchar(n)` counts. Invalid UTF-8 counts bytes.
std::size_t length_in_characters(std::string_view text);
/// Lower-case words joined by `-`; letters and digits of ASCII only, anything else separates.
std::string slug_of(std::string_view text);
/// `25000` as `Rp 25.000`, for sentences a person reads.
std::string rupiah_text(std::int64_t rupiah);

/// A phone in normal form: separators dropped, leading `+62` or `62` becomes `0` (domain 2). What is no phone comes
/// back as its digits.
std::string normal_phone(std::string_view text);
/// 10 to 13 digits starting `08` in normal form: the phone the supplier accepts (digiflazz.md 11).
bool is_mobile_phone(std::string_view normal);
bool is_email(std::string_view text);

} // namespace enstore

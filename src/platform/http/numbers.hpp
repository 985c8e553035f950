#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace enstore::http
{

/// Text, or a number as text; nothing for lists, objects, booleans and null.
std::optional<std::string> plain_text(const boost::json::value& value);

/// A JSON integer, a JSON number whose fraction is zero (below 2^53, where doubles are exact), or a string of digits.
/// `signs`: whether a string may begin with a minus.
std::optional<std::int64_t> whole_number(const boost::json::value& value, bool signs);

/// RupiahInput of the contract: a whole number of at least 0, or a string of 1 to 15 digits with at most `.0…` behind.
std::optional<std::int64_t> rupiah_number(const boost::json::value& value);

} // namespace enstore::http

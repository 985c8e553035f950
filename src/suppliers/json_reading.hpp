#pragma once

#include "platform/core/money.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Reads a supplier's JSON as hostile: strict about the shape, lenient about how numbers are written (S47). Private to
/// this room.
namespace enstore::digiflazz
{

/// The document as an object; nothing when it is not JSON, is nested deeper than 32, or is no object.
std::optional<boost::json::object> parse_object(std::string_view text);

/// The member as text: a string, or an integer in decimal. Nothing when it is absent, null or anything else.
std::optional<std::string> text_at(const boost::json::object& object, std::string_view name);
/// The member as an integer: a number without a fraction, or a string of one. Nothing otherwise, or when it is too
/// large to be exact.
std::optional<std::int64_t> integer_at(const boost::json::object& object, std::string_view name);
/// The member as an amount in 0 to `max_amount`; nothing otherwise.
std::optional<Idr> amount_at(const boost::json::object& object, std::string_view name);
/// The deposit at the supplier: documented as a float, so a fraction of a rupiah is cut off, and it may be negative.
std::optional<Idr> deposit_at(const boost::json::object& object, std::string_view name);
/// The member as a boolean: true and false, also as text or 0 and 1. Nothing otherwise.
std::optional<bool> flag_at(const boost::json::object& object, std::string_view name);

/// Control characters as blanks, trimmed, at most `longest` characters.
std::string clean(std::string_view text, std::size_t longest);

} // namespace enstore::digiflazz

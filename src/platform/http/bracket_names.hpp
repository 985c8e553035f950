#pragma once

#include "platform/http/forms.hpp"

#include <boost/json.hpp>

#include <optional>

namespace enstore::http
{

/// The pairs of a form as the object a JSON client would have sent: `a[b]` nests, `a[]` appends, `a[0]` makes a list.
/// Nothing when the names contradict each other (`a` and `a[b]`), nest deeper than 8, or number past 1,000.
std::optional<boost::json::object> nested(const FormPairs& pairs);

} // namespace enstore::http

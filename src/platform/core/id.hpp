#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace enstore
{

/// A row's key that does not compare with another table's: `UserId{7}` is not `OrderId{7}`. Valid ids are above 0.
template <class Tag>
struct Id {
    std::int64_t value = 0;
    friend constexpr auto operator<=>(Id, Id) = default;
};

using UserId = Id<struct UserTag>;
using TokenId = Id<struct TokenTag>;
using JobId = Id<struct JobTag>;

} // namespace enstore

template <class Tag>
struct std::hash<enstore::Id<Tag>> {
    std::size_t operator()(enstore::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};

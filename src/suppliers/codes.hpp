#pragma once

#include "suppliers/digiflazz.hpp"

#include <span>
#include <string_view>

/// Digiflazz's response codes as data (digiflazz.md 9). Private to this room.
namespace enstore::digiflazz
{

/// Whether a transaction with our ref_id exists at the supplier after this answer.
enum class Formed { yes, no, unclear };

/// The two or three words the supplier uses as `status`.
namespace status
{
inline constexpr std::string_view success = "Sukses";
inline constexpr std::string_view pending = "Pending";
inline constexpr std::string_view failure = "Gagal";
} // namespace status

/// A sentence for the customer; never the supplier's own text.
struct Reason {
    std::string_view id;
    std::string_view en;
};

/// One row of the table.
struct Code {
    std::string_view rc;
    Class meaning;
    std::string_view status; ///< the word that goes with this code; any other is a contradiction
    Formed formed;
    bool second_look;  ///< a failure only when it is seen again at least 60 s later
    bool pauses_sales; ///< new orders for the supplier's items are refused until a call goes well
    const Reason& reason;
};

std::span<const Code> codes();
/// The row of `rc`; null when the table has none.
const Code* find_code(std::string_view rc);

/// Whether the class ends an order: delivers it or gives the money back.
constexpr bool ends_the_order(Class c)
{
    return c == Class::ok || c == Class::fail_input || c == Class::fail_route;
}

} // namespace enstore::digiflazz

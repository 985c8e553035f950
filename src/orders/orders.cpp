#include "orders/store.hpp"
#include "platform/crypto/crypto.hpp"

#include <array>

namespace enstore::orders
{
namespace
{

constexpr std::array<std::string_view, 5> status_words = {"pending", "processing", "success", "failed", "refunded"};

} // namespace

std::string_view name(Status status)
{
    return status_words.at(static_cast<std::size_t>(status));
}

Status status_named(std::string_view word)
{
    for (std::size_t i = 0; i < status_words.size(); ++i)
        if (status_words[i] == word) return static_cast<Status>(i);
    throw std::logic_error("no such order status: " + std::string(word));
}

bool is_edge(std::optional<Status> from, Status to)
{
    if (!from) return to == Status::pending || to == Status::processing;
    switch (*from) {
    case Status::pending:
        return to == Status::processing || to == Status::success || to == Status::failed;
    case Status::processing:
        return to == Status::success || to == Status::failed;
    case Status::failed:
        return to == Status::processing || to == Status::success || to == Status::refunded;
    case Status::success:
        return to == Status::refunded;
    case Status::refunded:
        return false;
    }
    return false;
}

std::string new_code(Timestamp now, const BusinessZone& zone)
{
    return "ENS-" + zone.date_digits(now) + "-" + crypto::random_text(16, crypto::code_alphabet);
}

std::optional<Order> find_by_code(db::Tx& tx, std::string_view code)
{
    return store::find_by_code(tx, code);
}

} // namespace enstore::orders

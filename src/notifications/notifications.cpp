#include "notifications/notifications.hpp"

#include "notifications/store.hpp"

#include <boost/json.hpp>

namespace enstore::notifications
{
namespace
{

std::string_view word(Type type)
{
    switch (type) {
    case Type::info:
        return "info";
    case Type::success:
        return "success";
    case Type::warning:
        return "warning";
    case Type::error:
        return "error";
    case Type::promo:
        return "promo";
    }
    return "info";
}

std::string data_json(const Notice& notice)
{
    boost::json::object out;
    for (const auto& [name, value] : notice.data) {
        if (const auto* number = std::get_if<std::int64_t>(&value))
            out[name] = *number;
        else
            out[name] = std::get<std::string>(value);
    }
    return boost::json::serialize(out);
}

} // namespace

void notify(db::Tx& tx, UserId user, const Notice& notice, Timestamp now)
{
    store::insert(tx,
                  {.user = user,
                   .title = notice.title,
                   .message = notice.message,
                   .type = std::string(word(notice.type)),
                   .data = data_json(notice)},
                  now);
}

} // namespace enstore::notifications

#pragma once

#include "platform/db/db.hpp"
#include "platform/http/http.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

/// The inbox (domain 17). Written in the transaction that causes it; push and mail come later, as jobs.
namespace enstore::notifications
{

/// Also the answer about another's notification: who may not see it learns nothing of it.
inline constexpr Refusal no_such_notification{Kind::not_found, "not_found", "Notifikasi tidak ditemukan",
                                              "No such notification"};

enum class Type { info, success, warning, error, promo };

struct Notice {
    std::string title;
    std::string message;
    Type type = Type::info;
    /// `data` of the contract: `transaction_code`, `amount`, `reason`, `icon`, …
    std::vector<std::pair<std::string, std::variant<std::int64_t, std::string>>> data = {};
};

/// Puts a notice into the user's inbox, in the transaction that causes it.
void notify(db::Tx& tx, UserId user, const Notice& notice, Timestamp now);

struct Deps {
    db::Database& database;
    const Clock& clock;
    std::string public_url; ///< for page links
};
/// `GET /api/notifications`, `/count`, `POST /read/{id}`, `/read-all`.
http::Routes routes(Deps deps);

} // namespace enstore::notifications

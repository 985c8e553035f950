#include "activity/activity.hpp"

#include <boost/json.hpp>

#include <chrono>

namespace enstore::activity
{
namespace
{

constexpr db::Query new_entry{
    "activity.record", "INSERT INTO activity_logs (user_id, log_type, action, model_type, model_id, description, "
                       "ip_address, user_agent, meta_data, created_at, updated_at) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};

// Two statements, so that each can walk its part of the index on (log_type, created_at).
constexpr db::Query forget_people{"activity.prune_admin_auth",
                                  "DELETE FROM activity_logs WHERE log_type IN ('admin', 'auth') AND created_at < ?"};
constexpr db::Query forget_work{
    "activity.prune_others", "DELETE FROM activity_logs WHERE log_type IN ('transaction', 'payment', 'external_api', "
                             "'error') AND created_at < ?"};

constexpr std::chrono::days kept_for_people{365};
constexpr std::chrono::days kept_for_work{90};

/// A client may send 16 KiB of headers; a line of the log needs no more of it than this.
constexpr std::size_t longest_user_agent = 500;

std::string_view word(LogType type)
{
    switch (type) {
    case LogType::admin:
        return "admin";
    case LogType::auth:
        return "auth";
    case LogType::transaction:
        return "transaction";
    case LogType::payment:
        return "payment";
    case LogType::external_api:
        return "external_api";
    case LogType::error:
        return "error";
    }
    return "error";
}

std::optional<std::string> or_null(const std::string& text)
{
    if (text.empty()) return std::nullopt;
    return text;
}

/// A header is bytes of a stranger: what is not plain printable ASCII becomes `?`, so that every database takes it.
std::string plain(std::string_view header)
{
    std::string out(header.substr(0, longest_user_agent));
    for (char& c : out)
        if (c < ' ' || c > '~') c = '?';
    return out;
}

std::string meta_data_of(const Entry& entry)
{
    boost::json::object meta{{"log_type", word(entry.type)}};
    for (const auto& [name, value] : entry.facts)
        meta[name] = value;
    return boost::json::serialize(meta);
}

} // namespace

void record(db::Tx& tx, const Entry& entry, Timestamp now)
{
    tx.execute(new_entry, entry.user, word(entry.type), entry.action, or_null(entry.model_type), entry.model_id,
               or_null(entry.description), or_null(entry.ip_address), or_null(plain(entry.user_agent)),
               meta_data_of(entry), now, now);
}

std::int64_t prune(db::Tx& tx, Timestamp now)
{
    return tx.execute(forget_people, now - kept_for_people) + tx.execute(forget_work, now - kept_for_work);
}

} // namespace enstore::activity

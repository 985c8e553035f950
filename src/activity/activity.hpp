#pragma once

#include "platform/db/db.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Who did what, before and after; append only (domain 22).
namespace enstore::activity
{

enum class LogType { admin, auth, transaction, payment, external_api, error };

struct Entry {
    LogType type = LogType::admin;
    std::string action; ///< `login`, `sync.run`
    std::optional<UserId> user = {};
    std::string model_type = {}; ///< `user`, `transaction`; empty: none
    std::optional<std::int64_t> model_id = {};
    std::string description = {};
    std::string ip_address = {};
    std::string user_agent = {};
    /// Further facts for `meta_data` (text values; keys, tokens and passwords never).
    std::vector<std::pair<std::string, std::string>> facts = {};
};

void record(db::Tx& tx, const Entry& entry, Timestamp now);

/// Removes entries past their retention: admin and auth after 365 days, others after 90. Returns how many.
std::int64_t prune(db::Tx& tx, Timestamp now);

} // namespace enstore::activity

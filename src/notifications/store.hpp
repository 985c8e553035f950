#pragma once

#include "platform/db/db.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// The inbox's SQL, and nowhere else's. Every statement names the owner, so nobody reaches another's row.
namespace enstore::notifications::store
{

struct NewNotice {
    UserId user;
    std::string title;
    std::string message;
    std::string type;
    std::string data; ///< a JSON object
};
void insert(db::Tx& tx, const NewNotice& notice, Timestamp now);

struct StoredNotice {
    std::int64_t id = 0;
    UserId user;
    std::string title;
    std::string message;
    std::string type;
    std::string data;
    bool is_read = false;
    std::optional<Timestamp> read_at;
    Timestamp created_at;
    Timestamp updated_at;
};
/// Newest first.
std::vector<StoredNotice> newest(db::Tx& tx, UserId user, std::int64_t limit, std::int64_t offset);
std::int64_t count(db::Tx& tx, UserId user);
std::int64_t count_unread(db::Tx& tx, UserId user);
/// Keeps the moment of the first reading. False when the user has no such notice.
bool mark_read(db::Tx& tx, UserId user, std::int64_t id, Timestamp now);
void mark_all_read(db::Tx& tx, UserId user, Timestamp now);

} // namespace enstore::notifications::store

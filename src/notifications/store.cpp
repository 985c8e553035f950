#include "notifications/store.hpp"

namespace enstore::notifications::store
{
namespace
{

constexpr db::Query new_notice{
    "notifications.insert", "INSERT INTO notifications (user_id, title, message, type, data, created_at, updated_at) "
                            "VALUES (?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query newest_of_user{
    "notifications.newest",
    "SELECT id, user_id, title, message, type, data, is_read, read_at, created_at, updated_at FROM notifications "
    "WHERE user_id = ? ORDER BY id DESC LIMIT ? OFFSET ?"};
constexpr db::Query count_of_user{"notifications.count", "SELECT COUNT(*) FROM notifications WHERE user_id = ?"};
constexpr db::Query unread_of_user{"notifications.unread",
                                   "SELECT COUNT(*) FROM notifications WHERE user_id = ? AND read_at IS NULL"};
constexpr db::Query read_one{"notifications.read_one",
                             "UPDATE notifications SET is_read = 1, read_at = COALESCE(read_at, ?), updated_at = ? "
                             "WHERE id = ? AND user_id = ?"};
constexpr db::Query read_all{"notifications.read_all",
                             "UPDATE notifications SET is_read = 1, read_at = ?, updated_at = ? "
                             "WHERE user_id = ? AND read_at IS NULL"};

} // namespace

void insert(db::Tx& tx, const NewNotice& notice, Timestamp now)
{
    tx.execute(new_notice, notice.user, notice.title, notice.message, notice.type, notice.data, now, now);
}

std::vector<StoredNotice> newest(db::Tx& tx, UserId user, std::int64_t limit, std::int64_t offset)
{
    std::vector<StoredNotice> notices;
    for (const auto& row : tx.all(newest_of_user, user, limit, offset))
        notices.push_back({.id = row.integer(0),
                           .user = row.id<UserId>(1),
                           .title = row.text(2),
                           .message = row.text(3),
                           .type = row.text(4),
                           .data = row.text(5),
                           .is_read = row.boolean(6),
                           .read_at = row.maybe_time(7),
                           .created_at = row.time(8),
                           .updated_at = row.time(9)});
    return notices;
}

std::int64_t count(db::Tx& tx, UserId user)
{
    return tx.number(count_of_user, user);
}

std::int64_t count_unread(db::Tx& tx, UserId user)
{
    return tx.number(unread_of_user, user);
}

bool mark_read(db::Tx& tx, UserId user, std::int64_t id, Timestamp now)
{
    return tx.execute(read_one, now, now, id, user) == 1;
}

void mark_all_read(db::Tx& tx, UserId user, Timestamp now)
{
    tx.execute(read_all, now, now, user);
}

} // namespace enstore::notifications::store

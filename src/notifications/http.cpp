#include "notifications/notifications.hpp"
#include "notifications/store.hpp"
#include "platform/http/json.hpp"

namespace enstore::notifications
{
namespace
{

namespace json = boost::json;

constexpr std::int64_t rows_per_page = 10;

json::object notice_json(const store::StoredNotice& notice)
{
    return {{"id", notice.id},
            {"user_id", http::wire(notice.user)},
            {"title", notice.title},
            {"message", notice.message},
            {"type", notice.type},
            {"data", json::parse(notice.data)},
            {"is_read", notice.is_read},
            {"read_at", http::wire(notice.read_at)},
            {"created_at", http::wire(notice.created_at)},
            {"updated_at", http::wire(notice.updated_at)}};
}

Result<http::Response> list(const Deps& deps, const http::Request& request)
{
    const auto user = request.caller->user;
    const auto paging = http::paging(request, rows_per_page, {"limit", "per_page"});
    std::int64_t total = 0;
    const auto notices = deps.database.read([&](db::Tx& tx) {
        total = store::count(tx, user);
        return store::newest(tx, user, paging.per_page, paging.offset());
    });
    json::array rows;
    for (const auto& notice : notices)
        rows.push_back(notice_json(notice));
    return http::ok(http::page(request, deps.public_url, paging, total, std::move(rows)));
}

Result<http::Response> count_unread(const Deps& deps, const http::Request& request)
{
    const auto count = deps.database.read([&](db::Tx& tx) { return store::count_unread(tx, request.caller->user); });
    return http::ok(json::object{{"count", count}});
}

Result<http::Response> read_one(const Deps& deps, const http::Request& request)
{
    const auto now = deps.clock.now();
    const bool found = deps.database.transact(
        [&](db::Tx& tx) { return store::mark_read(tx, request.caller->user, request.id_param("id"), now); });
    if (!found) return refuse(no_such_notification);
    return http::ok_message(http::in(request.language, {"Notifikasi ditandai dibaca", "Marked as read"}));
}

Result<http::Response> read_all(const Deps& deps, const http::Request& request)
{
    const auto now = deps.clock.now();
    deps.database.transact([&](db::Tx& tx) { store::mark_all_read(tx, request.caller->user, now); });
    return http::ok_message(http::in(request.language, {"Semua notifikasi ditandai dibaca", "All marked as read"}));
}

} // namespace

http::Routes routes(Deps deps)
{
    using http::Method;
    using http::RateClass;
    using http::Role;
    return {{Method::get, "/api/notifications", Role::auth, RateClass::api,
             [deps](const http::Request& request) { return list(deps, request); }},
            {Method::get, "/api/notifications/count", Role::auth, RateClass::api,
             [deps](const http::Request& request) { return count_unread(deps, request); }},
            {Method::post, "/api/notifications/read/{id}", Role::auth, RateClass::api,
             [deps](const http::Request& request) { return read_one(deps, request); }},
            {Method::post, "/api/notifications/read-all", Role::auth, RateClass::api,
             [deps](const http::Request& request) { return read_all(deps, request); }}};
}

} // namespace enstore::notifications

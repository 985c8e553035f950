#include "orders/endings.hpp"
#include "platform/log/log.hpp"

namespace enstore::orders
{
namespace
{

using std::chrono::minutes;
using std::chrono::seconds;

void flag(const Deps& deps, const queue::Job& job, std::string reason, Timestamp now)
{
    deps.database.transact([&](db::Tx& tx) {
        const auto order = store::lock(tx, OrderId{job.subject});
        if (order && order->status == Status::processing) call_a_person(tx, *order, reason, now);
    });
}

/// Gives an order that waits without a job one again (domain 19): a lost job must not mean a lost order.
std::string adopt_orphans(const Deps& deps, Timestamp now)
{
    const auto waiting =
        deps.database.read([&](db::Tx& tx) { return store::long_processing_orders(tx, now - minutes{2}); });
    std::int64_t adopted = 0;
    for (const auto& candidate : waiting) {
        const OrderId id = candidate.first;
        const std::string_view kind = candidate.second ? "CheckOrder" : "FulfilOrder";
        adopted += deps.database.transact([&](db::Tx& tx) -> std::int64_t {
            const auto order = store::lock(tx, id);
            if (!order || order->status != Status::processing) return 0;
            if (queue::is_waiting(tx, "FulfilOrder", id.value) || queue::is_waiting(tx, "CheckOrder", id.value))
                return 0;
            queue::enqueue(
                tx, {.kind = kind, .subject = id.value, .run_at = now, .request_id = order->request_id.value_or("")},
                now);
            return 1;
        });
    }
    if (adopted > 0) log::warning("orders had lost their job", {{"count", adopted}});
    return std::to_string(adopted) + " orders given a job";
}

std::string process_stored_callbacks(const Deps& deps, Timestamp now)
{
    const auto open = deps.database.read([&](db::Tx& tx) { return store::open_callbacks(tx, now - seconds{30}); });
    for (const std::int64_t id : open)
        deps.database.transact([&](db::Tx& tx) { process_callback(tx, id, now, deps.zone); });
    return std::to_string(open.size()) + " callbacks processed";
}

} // namespace

queue::Kinds jobs(Deps deps)
{
    return {{.name = "FulfilOrder",
             .run = [deps](const queue::Job& job, Timestamp now) { return fulfil_order(deps, job, now); },
             .tries = 3,
             .waits = {seconds{60}, seconds{120}, seconds{300}},
             .time_limit = seconds{120},
             // CheckOrder has been asking beside it since the first try, and goes on.
             .gave_up =
                 [deps](const queue::Job& job, Timestamp now) {
                     flag(deps, job, "Pengiriman ke pemasok gagal tiga kali; terus dicoba", now);
                 }},
            {.name = "CheckOrder",
             .run = [deps](const queue::Job& job, Timestamp now) { return check_order(deps, job, now); },
             .tries = 100, // only crashes count: a check that finds no end asks to run later, which is no try
             .waits = {seconds{60}},
             .time_limit = seconds{90},
             .gave_up = [deps](const queue::Job& job,
                               Timestamp now) { flag(deps, job, "Pengecekan pesanan terus gagal", now); }}};
}

scheduler::Tasks tasks(Deps deps)
{
    return {{.name = "orders.callbacks",
             .schedule = scheduler::Schedule::every_minutes(1),
             .run = [deps](Timestamp now) { return process_stored_callbacks(deps, now); }},
            {.name = "orders.orphans", .schedule = scheduler::Schedule::every_minutes(5), .run = [deps](Timestamp now) {
                 return adopt_orphans(deps, now);
             }}};
}

} // namespace enstore::orders

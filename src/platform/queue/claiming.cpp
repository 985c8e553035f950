#include "platform/queue/claiming.hpp"

#include "platform/queue/policy.hpp"
#include "platform/queue/store.hpp"

#include <map>
#include <stdexcept>

namespace enstore::queue
{
namespace
{

/// Long enough not to stand in the way of others, short enough for a build that knows the kind to be quick about it.
constexpr std::chrono::seconds unknown_kind_wait{15};

std::vector<store::Found> locked(db::Tx& tx, std::size_t at_most, bool expired_first, Timestamp now)
{
    auto all = expired_first ? store::lock_expired(tx, now, at_most) : store::lock_due(tx, now, at_most);
    if (all.size() < at_most) {
        const std::size_t room = at_most - all.size();
        auto more = expired_first ? store::lock_due(tx, now, room) : store::lock_expired(tx, now, room);
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

} // namespace

std::vector<Job> take_due(db::Tx& tx, const Kinds& kinds, std::chrono::seconds shortest_lease, std::size_t at_most,
                          bool expired_first, Timestamp now)
{
    std::vector<Job> taken;
    std::map<std::chrono::seconds, std::vector<std::int64_t>> by_lease;
    for (auto& found : locked(tx, std::min(at_most, store::batch), expired_first, now)) {
        Job& job = found.job;
        const Kind* kind = find_kind(kinds, job.kind);
        if (kind == nullptr) {
            store::postpone(tx, job.lease.job.value, now + unknown_kind_wait, now);
            continue;
        }
        if (found.was_leased && job.attempt >= kind->tries) {
            if (!store::exhaust(tx, job.lease, "its worker died or overran its lease in the last try", now)) continue;
            job.exhausted = true;
        } else {
            by_lease[lease_of(*kind, shortest_lease)].push_back(job.lease.job.value);
            ++job.attempt;
        }
        ++job.lease.fence;
        taken.push_back(std::move(job));
    }
    for (const auto& [lease, ids] : by_lease)
        // The rows are locked by this transaction, so every one of them must still be there.
        if (store::lease(tx, ids, now + lease, now) != static_cast<std::int64_t>(ids.size()))
            throw std::runtime_error("a locked job was changed by another transaction");
    return taken;
}

} // namespace enstore::queue

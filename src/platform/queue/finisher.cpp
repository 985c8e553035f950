#include "platform/queue/finisher.hpp"

#include "platform/queue/store.hpp"

#include <algorithm>

namespace enstore::queue
{

bool Finisher::finish(const Lease& lease, const Settlement& settlement, Timestamp now)
{
    Ending mine{.lease = lease, .settlement = settlement, .now = now, .held = false, .over = false, .error = {}};
    std::unique_lock lock(mutex_);
    waiting_.push_back(&mine);
    while (!mine.over) {
        if (committing_) {
            over_.wait(lock);
            continue;
        }
        const std::size_t count = std::min(waiting_.size(), store::batch);
        const std::vector<Ending*> taken(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        committing_ = true;
        lock.unlock();
        commit(taken);
        lock.lock();
        for (Ending* ending : taken)
            ending->over = true;
        committing_ = false;
        over_.notify_all();
    }
    if (mine.error) std::rethrow_exception(mine.error);
    return mine.held;
}

void Finisher::commit(const std::vector<Ending*>& endings) noexcept
{
    try {
        database_.transact([&](db::Tx& tx) {
            std::vector<Ending*> simple;
            for (Ending* ending : endings) {
                if (ending->settlement.status == "done" && ending->settlement.why.empty())
                    simple.push_back(ending);
                else
                    ending->held = store::settle(tx, ending->lease, ending->settlement, ending->now);
            }
            for (std::size_t from = 0; from < simple.size(); from += store::pairs) {
                const std::size_t to = std::min(from + store::pairs, simple.size());
                std::vector<Lease> leases;
                for (std::size_t i = from; i < to; ++i)
                    leases.push_back(simple[i]->lease);
                const bool all =
                    store::settle_done(tx, leases, simple[from]->now) == static_cast<std::int64_t>(leases.size());
                for (std::size_t i = from; i < to; ++i)
                    simple[i]->held = all || store::is_done(tx, simple[i]->lease);
            }
        });
    } catch (...) {
        const auto error = std::current_exception();
        for (Ending* ending : endings)
            ending->error = error;
    }
}

} // namespace enstore::queue

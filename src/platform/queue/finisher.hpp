#pragma once

#include "platform/queue/policy.hpp"
#include "platform/queue/queue.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <vector>

namespace enstore::queue
{

/// Ends runs, many in one transaction: the threads that end a run while another's end is being committed wait for it,
/// and one of them then commits all of theirs together. No timer, no delay: a single thread never waits for company.
class Finisher
{
public:
    explicit Finisher(db::Database& database) : database_(database) {}
    /// False when the lease was lost. Throws what the database throws.
    bool finish(const Lease& lease, const Settlement& settlement, Timestamp now);

private:
    struct Ending {
        const Lease& lease;
        const Settlement& settlement;
        Timestamp now;
        bool held = false;
        bool over = false;
        std::exception_ptr error;
    };

    void commit(const std::vector<Ending*>& endings) noexcept;

    db::Database& database_;
    std::mutex mutex_;
    std::condition_variable over_;
    std::vector<Ending*> waiting_;
    bool committing_ = false;
};

} // namespace enstore::queue

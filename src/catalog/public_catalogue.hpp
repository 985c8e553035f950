#pragma once

#include "catalog/snapshot.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace enstore::catalog
{

/// Holds the current snapshot. Requests take a reference and keep it until they are answered; a swap disturbs nobody.
class PublicCatalogue::Impl
{
public:
    Impl(db::Database& database, std::string public_url)
        : database_(database), public_url_(std::move(public_url)), snapshot_(make_snapshot({}, public_url_))
    {
    }

    bool refresh();
    // A lock for the length of a copy costs less than a request can notice, and every sanitizer understands it, which
    // cannot be said of libstdc++ 12's atomic shared_ptr.
    std::shared_ptr<const Snapshot> snapshot() const
    {
        const std::lock_guard lock(mutex_);
        return snapshot_;
    }
    const std::string& public_url() const { return public_url_; }

private:
    db::Database& database_;
    std::string public_url_;
    std::mutex refreshing_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> snapshot_;
    bool loaded_ = false; ///< guarded by `refreshing_`
};

} // namespace enstore::catalog

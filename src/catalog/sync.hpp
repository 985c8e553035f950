#pragma once

#include "catalog/catalog.hpp"

#include <string>
#include <vector>

namespace enstore::catalog
{

/// The right to run a sync, held by one process at a time. A row with an end, so that a crash blocks nobody for longer
/// than a sync may take; every transaction of the sync asks for it again, so that a sync that was overtaken stops.
class SyncLease
{
public:
    /// Refused with `sync_running`.
    static Result<SyncLease> take(db::Database& database, Timestamp now);
    SyncLease(SyncLease&& other) noexcept : database_(other.database_), owner_(std::move(other.owner_))
    {
        other.owner_.clear();
    }
    SyncLease& operator=(SyncLease&&) = delete;
    /// Gives the lease back when the sync did not end properly, and then raises the version if anything was written.
    ~SyncLease();

    const std::string& owner() const { return owner_; }
    void wrote_something() { wrote_ = true; }
    /// The last transaction of the sync has given it back.
    void ended() { owner_.clear(); }

private:
    SyncLease(db::Database& database, std::string owner) : database_(database), owner_(std::move(owner)) {}

    db::Database& database_;
    std::string owner_;
    bool wrote_ = false;
};

/// The lists of one sync and where each came from.
struct Lists {
    std::vector<digiflazz::Item> prepaid;
    std::vector<digiflazz::Item> postpaid;
    std::string prepaid_source = {};
    std::string postpaid_source = {};
};

/// `sync` under a lease that was taken before.
Result<SyncReport> write_lists(db::Database& database, SyncLease& lease, const Lists& lists, Timestamp now,
                               const Progress& progress);

/// A price list as it is kept for an hour.
std::string stored_list(const std::vector<digiflazz::Item>& items);
/// Reads it back; nothing when it is not one of ours.
std::optional<std::vector<digiflazz::Item>> read_stored_list(std::string_view json, bool postpaid);

} // namespace enstore::catalog

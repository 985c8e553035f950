#include "platform/log/log.hpp"
#include "platform/queue/queue.hpp"

#include <mutex>
#include <stdexcept>

namespace enstore::queue
{
namespace
{

using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds good_for{10};

constexpr db::Query time_now{"queue.time", "SELECT CAST(UTC_TIMESTAMP(6) AS CHAR)"};

class MySqlClock final : public Clock
{
public:
    MySqlClock(db::Database& database, const Clock& machine) : database_(database)
    {
        try {
            sample();
        } catch (const db::Failure& failure) {
            log::warning("the database's time cannot be read; this machine's is used until then",
                         {{"query", "queue.time"}, {"code", failure.native_code()}});
            set(machine.now(), Steady::now());
            read_at_ = Steady::now() - 2 * good_for;
        }
    }

    Timestamp now() const override
    {
        refresh();
        const std::lock_guard lock(mutex_);
        return at_ + std::chrono::duration_cast<Microseconds>(Steady::now() - measured_);
    }

private:
    /// One thread asks again while the others go on with what is known. Inside a transaction no other can be opened.
    void refresh() const
    {
        if (db::Database::inside_transaction()) return;
        const std::unique_lock asking(asking_, std::try_to_lock);
        if (!asking.owns_lock() || Steady::now() - read_at_ < good_for) return;
        read_at_ = Steady::now();
        try {
            sample();
        } catch (
            const db::Failure&) { // NOLINT(bugprone-empty-catch): whoever needs the database meets this, and says so
        }
    }

    void sample() const
    {
        const auto before = Steady::now();
        const auto text = database_.read([](db::Tx& tx) {
            const auto row = tx.one(time_now);
            return row ? row->text(0) : std::string();
        });
        const auto after = Steady::now();
        const auto time = parse_time(text);
        if (!time) throw std::runtime_error("the database's time cannot be understood");
        set(*time, before + (after - before) / 2);
        read_at_ = after;
    }

    void set(Timestamp at, Steady::time_point measured) const
    {
        const std::lock_guard lock(mutex_);
        at_ = at;
        measured_ = measured;
    }

    db::Database& database_;
    mutable std::mutex asking_;
    mutable Steady::time_point read_at_; ///< guarded by `asking_`
    mutable std::mutex mutex_;
    mutable Timestamp at_;
    mutable Steady::time_point measured_;
};

/// SQLite reads the clock of this machine, and so does everyone who has the file open.
class SameClock final : public Clock
{
public:
    explicit SameClock(const Clock& machine) : machine_(machine) {}
    Timestamp now() const override { return machine_.now(); }

private:
    const Clock& machine_;
};

} // namespace

std::unique_ptr<Clock> database_clock(db::Database& database, const Clock& machine)
{
    if (database.dialect() == db::Dialect::sqlite) return std::make_unique<SameClock>(machine);
    return std::make_unique<MySqlClock>(database, machine);
}

} // namespace enstore::queue

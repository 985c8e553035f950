#pragma once

#include "platform/db/db.hpp"
#include "platform/db/kept_statement.hpp"

#include <optional>
#include <utility>

namespace enstore::db
{

/// What both backends do alike with one open transaction: find the kept statement, bind, run, read, and turn the
/// driver's error into ours. A derived class is one connection.
class SociStatements : public Statements
{
public:
    std::int64_t execute(const Query& query, std::span<const Param> params) override;
    std::int64_t insert(const Query& query, std::span<const Param> params) override;
    std::vector<Row> select(const Query& query, std::span<const Param> params, std::size_t at_most) override;
    std::vector<Row> select(const Filter& filter, std::size_t at_most) override;
    std::int64_t insert_rows(const Query& query, std::span<const std::vector<Param>> rows) override;

    /// Begins a new body. A reading one may not write.
    void start(bool writing)
    {
        writing_ = writing;
        broken_.reset();
    }
    /// Set once an error has ended the transaction (or made it useless). Further statements throw it again, so that a
    /// body that swallowed it cannot go on outside any transaction; nor is its work committed.
    const std::optional<Failure>& broken() const { return broken_; }

protected:
    virtual int native_code(const soci::soci_error& error) = 0;
    virtual Fault fault_of(int native_code) const = 0;
    /// Whether the transaction is still there after this error.
    virtual bool still_open(Fault fault) = 0;
    /// Closes what the statement holds open (a cursor, a result).
    virtual void release(KeptStatement& statement) = 0;
    virtual std::int64_t last_id() = 0;
    virtual StatementCache& kept() = 0;

private:
    template <class Find, class Run>
    auto with(std::string_view name, const Find& find, const Run& run);
    void must_write(const Query& query) const;
    [[noreturn]] void fail(std::string_view name, int native_code);
    std::int64_t insert_group(const Query& query, std::span<const std::vector<Param>> rows);

    bool writing_ = false;
    std::optional<Failure> broken_;
};

/// Throws the exception type that belongs to the fault.
[[noreturn]] void throw_failure(Fault fault, std::string_view name, int native_code);

} // namespace enstore::db

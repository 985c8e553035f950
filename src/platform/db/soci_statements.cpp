#include "platform/db/soci_statements.hpp"

#include <algorithm>
#include <stdexcept>

namespace enstore::db
{
namespace
{

/// SQLite takes 32,766 values in a statement; MySQL's packets are bounded too.
constexpr std::size_t values_at_once = 8'000;

std::vector<Row> read_rows(KeptStatement& statement, std::size_t places, std::size_t at_most)
{
    std::vector<Row> rows;
    for (bool got = statement.run(places); got; got = statement.next()) {
        rows.push_back(statement.row());
        if (rows.size() == at_most) break;
    }
    return rows;
}

std::size_t put_all(KeptStatement& statement, std::span<const Param> params)
{
    for (std::size_t i = 0; i < params.size(); ++i)
        statement.put(i, params[i]);
    return params.size();
}

} // namespace

void throw_failure(Fault fault, std::string_view name, int native_code)
{
    if (fault == Fault::unique) throw UniqueViolation(name, native_code);
    if (fault == Fault::commit_unknown) throw CommitUnknown(native_code);
    throw Failure(fault, name, native_code);
}

template <class Find, class Run>
auto SociStatements::with(std::string_view name, const Find& find, const Run& run)
{
    if (broken_) throw Failure(*broken_);
    KeptStatement* statement = nullptr;
    const auto abandon = [&] {
        if (statement == nullptr) return;
        release(*statement);
        statement->unbind();
    };
    try {
        statement = &find();
        auto answer = run(*statement);
        release(*statement);
        return answer;
    } catch (const soci::soci_error& error) {
        const int code = native_code(error); // before releasing, which may change what the connection remembers
        abandon();
        fail(name, code);
    } catch (...) {
        abandon();
        throw;
    }
}

void SociStatements::fail(std::string_view name, int native_code)
{
    const Fault fault = fault_of(native_code);
    if (!still_open(fault)) broken_.emplace(fault, name, native_code);
    throw_failure(fault, name, native_code);
}

void SociStatements::must_write(const Query& query) const
{
    if (!writing_) throw std::logic_error("writing inside a read: " + std::string(query.name()));
}

std::int64_t SociStatements::execute(const Query& query, std::span<const Param> params)
{
    must_write(query);
    return with(
        query.name(), [&]() -> KeptStatement& { return kept().of(query); },
        [&](KeptStatement& statement) {
            statement.run(put_all(statement, params));
            const std::int64_t rows = statement.affected();
            return query.upsert() ? std::min<std::int64_t>(rows, 1) : rows; // MySQL counts an updating upsert as 2
        });
}

std::int64_t SociStatements::insert(const Query& query, std::span<const Param> params)
{
    must_write(query);
    return with(
        query.name(), [&]() -> KeptStatement& { return kept().of(query); },
        [&](KeptStatement& statement) {
            statement.run(put_all(statement, params));
            return last_id();
        });
}

std::vector<Row> SociStatements::select(const Query& query, std::span<const Param> params, std::size_t at_most)
{
    if (query.columns() == 0) throw std::logic_error("not a SELECT: " + std::string(query.name()));
    return with(
        query.name(), [&]() -> KeptStatement& { return kept().of(query); },
        [&](KeptStatement& statement) { return read_rows(statement, put_all(statement, params), at_most); });
}

std::vector<Row> SociStatements::select(const Filter& filter, std::size_t at_most)
{
    if (filter.columns() == 0) throw std::logic_error(std::string("not a SELECT: ") + filter.name());
    return with(
        filter.name(), [&]() -> KeptStatement& { return kept().of(filter); },
        [&](KeptStatement& statement) { return read_rows(statement, put_all(statement, filter.params()), at_most); });
}

std::int64_t SociStatements::insert_rows(const Query& query, std::span<const std::vector<Param>> rows)
{
    must_write(query);
    const std::size_t per_row = rows.front().size();
    for (const auto& row : rows)
        if (row.size() != per_row || per_row == 0)
            throw std::logic_error("rows of different width for " + std::string(query.name()));
    const std::size_t at_once = std::max<std::size_t>(1, values_at_once / per_row);
    std::int64_t inserted = 0;
    for (std::size_t done = 0; done < rows.size(); done += at_once)
        inserted += insert_group(query, rows.subspan(done, std::min(at_once, rows.size() - done)));
    return inserted;
}

std::int64_t SociStatements::insert_group(const Query& query, std::span<const std::vector<Param>> rows)
{
    const std::size_t per_row = rows.front().size();
    return with(
        query.name(), [&]() -> KeptStatement& { return kept().of(query, rows.size(), per_row); },
        [&](KeptStatement& statement) {
            std::size_t place = 0;
            for (const auto& row : rows)
                for (const auto& value : row)
                    statement.put(place++, value);
            statement.run(place);
            return query.upsert() ? static_cast<std::int64_t>(rows.size()) : statement.affected();
        });
}

} // namespace enstore::db

#pragma once

#include "platform/db/db.hpp"

#include <soci/soci.h>

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace enstore::db
{

/// A prepared statement with its own places for values, kept with its connection. Values are bound as int64 or text and
/// read as text with an indicator: SOCI's other types lose digits or rows.
class KeptStatement
{
public:
    KeptStatement(soci::session& session, const std::string& text, int columns);
    KeptStatement(const KeptStatement&) = delete;
    KeptStatement& operator=(const KeptStatement&) = delete;

    /// Copies the values into the statement's places. Refuses texts with a NUL byte.
    void put(std::size_t place, const Param& param);
    /// Runs it with as many values as were put. True when there is a first row.
    bool run(std::size_t places);
    bool next() { return statement_.fetch(); }
    Row row();
    std::int64_t affected() { return statement_.get_affected_rows(); }

    /// After an error: the driver may have left half-used buffers behind, so the next run binds anew.
    void unbind();
    soci::details::statement_backend* backend() { return statement_.get_backend(); }

private:
    enum class Type : char { integer, text };
    struct Place {
        Type type = Type::integer;
        soci::indicator indicator = soci::i_null;
        long long integer = 0;
        std::string text;
    };
    void bind();

    std::vector<std::unique_ptr<Place>> places_; // SOCI keeps their addresses
    std::vector<std::string> values_;
    std::vector<soci::indicator> indicators_;
    soci::statement statement_; // after what it points into
    bool bound_ = false;
};

/// The kept statements of one connection. A `Query` is known by its literal's address, which is cheap and never reused;
/// texts made at run time (filters, multi-row inserts) by the text, and only the latest of them are kept.
class StatementCache
{
public:
    StatementCache(soci::session& session, Dialect dialect) : session_(session), dialect_(dialect) {}

    KeptStatement& of(const Query& query);
    KeptStatement& of(const Filter& filter);
    KeptStatement& of(const Query& query, std::size_t rows, std::size_t per_row);
    void clear();

private:
    using Latest = std::list<std::pair<std::string, std::unique_ptr<KeptStatement>>>;
    KeptStatement& by_text(std::string text, int columns);

    soci::session& session_;
    Dialect dialect_;
    std::unordered_map<const void*, std::unique_ptr<KeptStatement>> by_query_;
    Latest latest_; // most recently used first
    std::unordered_map<std::string_view, Latest::iterator> by_text_;
};

} // namespace enstore::db

#include "platform/core/text.hpp"
#include "platform/db/db.hpp"
#include "platform/db/inside_body.hpp"

namespace enstore::db
{
namespace
{

std::string_view words(Fault fault)
{
    switch (fault) {
    case Fault::unique:
        return "a unique key is taken";
    case Fault::foreign_key:
        return "a row that is referred to is missing, or still referred to";
    case Fault::constraint:
        return "a constraint forbids it";
    case Fault::retryable:
        return "locked by others for too long";
    case Fault::gone:
        return "the database cannot be reached";
    case Fault::full:
        return "the database cannot be written: no space left, or read-only";
    case Fault::commit_unknown:
        return "the answer to COMMIT was lost";
    case Fault::other:
        break;
    }
    return "the database refused";
}

std::string sentence(Fault fault, std::string_view query, int native_code)
{
    std::string text(query);
    text += ": ";
    text += words(fault);
    text += " (code ";
    text += std::to_string(native_code);
    text += ')';
    return text;
}

thread_local bool inside_body = false;

} // namespace

Failure::Failure(Fault fault, std::string_view query, int native_code)
    : std::runtime_error(sentence(fault, query, native_code)), fault_(fault), code_(native_code)
{
}

const std::string& Row::text(std::size_t column) const
{
    const auto& value = columns_.at(column);
    if (!value) throw std::logic_error("column " + std::to_string(column) + " is NULL");
    return *value;
}

std::int64_t Row::integer(std::size_t column) const
{
    const auto number = parse_int(text(column));
    if (!number) throw std::logic_error("column " + std::to_string(column) + " is no integer");
    return *number;
}

Timestamp Row::time(std::size_t column) const
{
    const auto time = parse_time(text(column));
    if (!time) throw std::logic_error("column " + std::to_string(column) + " is no time");
    return *time;
}

std::optional<std::int64_t> Row::maybe_integer(std::size_t column) const
{
    if (null(column)) return std::nullopt;
    return integer(column);
}

std::optional<Idr> Row::maybe_idr(std::size_t column) const
{
    if (null(column)) return std::nullopt;
    return idr(column);
}

std::optional<Timestamp> Row::maybe_time(std::size_t column) const
{
    if (null(column)) return std::nullopt;
    return time(column);
}

std::int64_t Tx::number(const Filter& filter)
{
    const auto rows = statements_.select(filter, 1);
    return rows.empty() || rows.front().null(0) ? 0 : rows.front().integer(0);
}

Filter& Filter::add_list(std::vector<Param> values)
{
    if (values.empty()) sql_ += " NULL";
    for (std::size_t i = 0; i < values.size(); ++i) {
        sql_ += i == 0 ? " ?" : ", ?";
        params_.push_back(std::move(values[i]));
    }
    return *this;
}

bool Database::inside_transaction()
{
    return inside_body;
}

void Database::committed(const std::vector<std::int64_t>& announced) const noexcept
{
    if (!listener_ || announced.empty()) return;
    try {
        listener_(announced);
    } catch (...) { // NOLINT(bugprone-empty-catch): see the door; the money is committed whatever the listener thinks
    }
}

InsideBody::InsideBody()
{
    inside_body = true;
}

InsideBody::~InsideBody()
{
    inside_body = false;
}

void refuse_nesting()
{
    if (inside_body)
        throw std::logic_error("a transaction body asked the database for another transaction: use its Tx");
}

} // namespace enstore::db

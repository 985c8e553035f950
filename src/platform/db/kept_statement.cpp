#include "platform/db/kept_statement.hpp"

#include "platform/db/dialect.hpp"

#include <stdexcept>

namespace enstore::db
{
namespace
{

constexpr std::size_t texts_kept = 64;

} // namespace

KeptStatement::KeptStatement(soci::session& session, const std::string& text, int columns)
    : values_(static_cast<std::size_t>(columns)), indicators_(static_cast<std::size_t>(columns), soci::i_ok),
      statement_(session)
{
    statement_.alloc();
    statement_.prepare(text);
}

void KeptStatement::put(std::size_t index, const Param& param)
{
    while (places_.size() <= index) {
        places_.push_back(std::make_unique<Place>());
        bound_ = false;
    }
    Place& place = *places_[index];
    const auto& value = param.value();
    if (std::holds_alternative<std::monostate>(value)) {
        place.indicator = soci::i_null; // whatever type the place has been bound as
        return;
    }
    place.indicator = soci::i_ok;
    const Type type = std::holds_alternative<std::int64_t>(value) ? Type::integer : Type::text;
    if (type != place.type) {
        place.type = type;
        bound_ = false;
    }
    if (type == Type::integer) {
        place.integer = std::get<std::int64_t>(value);
        return;
    }
    const auto& text = std::get<std::string>(value);
    if (text.find('\0') != std::string::npos) throw std::invalid_argument("a text to be stored holds a NUL byte");
    place.text = text;
}

bool KeptStatement::run(std::size_t places)
{
    if (places_.size() != places) throw std::logic_error("a kept statement is run with another number of values");
    if (!bound_) bind();
    return statement_.execute(true);
}

void KeptStatement::bind()
{
    statement_.bind_clean_up();
    for (std::size_t i = 0; i < values_.size(); ++i)
        statement_.exchange(soci::into(values_[i], indicators_[i]));
    for (const auto& place : places_) {
        if (place->type == Type::integer)
            statement_.exchange(soci::use(place->integer, place->indicator));
        else
            statement_.exchange(soci::use(place->text, place->indicator));
    }
    statement_.define_and_bind();
    bound_ = true;
}

Row KeptStatement::row()
{
    std::vector<std::optional<std::string>> columns(values_.size());
    for (std::size_t i = 0; i < values_.size(); ++i)
        if (indicators_[i] != soci::i_null) columns[i] = std::move(values_[i]);
    return Row(std::move(columns));
}

void KeptStatement::unbind()
{
    statement_.bind_clean_up();
    bound_ = false;
}

KeptStatement& StatementCache::of(const Query& query)
{
    auto& kept = by_query_[query.sql().data()];
    if (!kept) kept = std::make_unique<KeptStatement>(session_, expanded(dialect_, query.sql()), query.columns());
    return *kept;
}

KeptStatement& StatementCache::of(const Filter& filter)
{
    return by_text(expanded(dialect_, filter.sql()), filter.columns());
}

KeptStatement& StatementCache::of(const Query& query, std::size_t rows, std::size_t per_row)
{
    return by_text(expanded(dialect_, query.sql(), rows, per_row), 0);
}

KeptStatement& StatementCache::by_text(std::string text, int columns)
{
    if (const auto found = by_text_.find(text); found != by_text_.end()) {
        latest_.splice(latest_.begin(), latest_, found->second);
        return *found->second->second;
    }
    auto made = std::make_unique<KeptStatement>(session_, text, columns);
    if (latest_.size() >= texts_kept) {
        by_text_.erase(latest_.back().first);
        latest_.pop_back();
    }
    latest_.emplace_front(std::move(text), std::move(made));
    by_text_.emplace(latest_.front().first, latest_.begin());
    return *latest_.front().second;
}

void StatementCache::clear()
{
    by_query_.clear();
    by_text_.clear();
    latest_.clear();
}

} // namespace enstore::db

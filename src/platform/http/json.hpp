#pragma once

#include "platform/core/money.hpp"
#include "platform/http/http.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Bodies in and out, for the `http.cpp` of each feature. Not a door: it includes Boost.JSON.
namespace enstore::http
{

namespace json = boost::json;

/// `{"success":true,"message":…,"data":…}` with 200.
Response ok(json::value data, std::string_view message = "OK");
/// The same with 201.
Response created(json::value data, std::string_view message);
/// `{"success":true,"message":…}` with 200.
Response ok_message(std::string_view message);
/// Any JSON body.
Response json_response(int status, const json::value& body);

json::value wire(std::optional<Timestamp> t); ///< a timestamp of the contract, or null
inline json::value wire(Timestamp t)
{
    return json::value(wire_time(t));
}
inline json::value wire(Idr amount)
{
    return json::value(amount.rupiah());
}
inline json::value wire(std::optional<Idr> amount)
{
    return amount ? json::value(amount->rupiah()) : json::value(nullptr);
}
inline json::value wire(const std::optional<std::string>& text)
{
    return text ? json::value(*text) : json::value(nullptr);
}
template <class Tag>
json::value wire(Id<Tag> id)
{
    return json::value(id.value);
}
template <class Tag>
json::value wire(std::optional<Id<Tag>> id)
{
    return id ? json::value(id->value) : json::value(nullptr);
}

/// Parses JSON of a client with depth 32 and no duplicate-key tricks (the last wins). Refused with `malformed` (400).
Result<json::value> parse_json(std::string_view text);

/// The fields of a request body: a JSON object, `application/x-www-form-urlencoded`, or `multipart/form-data` without
/// files. Text is trimmed, an empty string counts as null, numbers may arrive as strings, unknown fields are ignored.
/// Every reader notes what is wrong; `check()` refuses with all of it at once (422).
class Fields
{
public:
    /// Refused with `malformed` (400) when the body cannot be read or is not an object. An empty body has no fields.
    static Result<Fields> of(const Request& request);
    explicit Fields(json::object object) : object_(std::move(object)) {}

    struct TextRule {
        bool required = true;
        std::size_t min = 0; ///< characters
        std::size_t max = 255;
        bool trim = true; ///< passwords are not trimmed
    };
    std::string text(std::string_view name, TextRule rule);
    std::optional<std::string> maybe_text(std::string_view name, TextRule rule);
    std::int64_t id(std::string_view name); ///< required; an integer above 0 or a string of digits
    /// Required; an integer, a number with zero fraction or a string of digits with at most `.0…`, in 0 to
    /// `max_amount`.
    Idr rupiah(std::string_view name);
    std::optional<Idr> maybe_rupiah(std::string_view name); ///< by the same rules, when it is given
    /// A JSON integer or a string of digits with an optional minus, when it is given.
    std::optional<std::int64_t> maybe_integer(std::string_view name);
    /// One of these words, exactly, when it is given.
    std::optional<std::string> maybe_choice(std::string_view name, std::initializer_list<std::string_view> choices);
    bool has(std::string_view name) const { return object_.contains(name); } ///< sent at all, also as null or blank
    /// The value itself, for lists and nested objects; null pointer when absent, null or blank.
    const json::value* raw(std::string_view name) const;
    bool flag(std::string_view name, bool otherwise); ///< FlexBool of the contract
    std::string email(std::string_view name);         ///< required, well formed, lower case
    /// A flat object of texts (numbers become text); at most 20 keys of 255 characters. Absent with `required`: noted.
    std::vector<std::pair<std::string, std::string>> text_map(std::string_view name, bool required);

    /// Notes a problem of a rule that only the feature knows.
    void note(std::string field, Text problem);
    bool good() const { return problems_.empty(); }
    Result<void> check() const;

private:
    const json::value* find(std::string_view name) const;

    json::object object_;
    std::vector<FieldProblem> problems_;
};

/// Which page of a list was asked for.
struct Paging {
    std::int64_t page = 1;
    std::int64_t per_page = 20; ///< 1 to 100
    std::int64_t offset() const { return (page - 1) * per_page; }
};
/// Reads `page` and the first of `names` that is given (`per_page`, `limit`); what is no positive number means the
/// default.
Paging paging(const Request& request, std::int64_t default_per_page, std::initializer_list<std::string_view> names);

/// The contract's Page around `rows`. Links are absolute, under `public_url`, and keep the other query parameters.
json::object page(const Request& request, std::string_view public_url, const Paging& paging, std::int64_t total,
                  json::array rows);

} // namespace enstore::http

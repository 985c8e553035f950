#include "platform/http/bracket_names.hpp"

#include "platform/core/text.hpp"

#include <algorithm>
#include <map>

namespace enstore::http
{
namespace
{

namespace json = boost::json;

constexpr std::size_t deepest = 8;
constexpr std::int64_t most_rows = 1'000;

/// `a[b][]` → `a`, `b`, ``. A name whose brackets do not pair is one plain name.
std::vector<std::string> steps_of(std::string_view name)
{
    std::vector<std::string> steps;
    const auto bracket = name.find('[');
    if (bracket == std::string_view::npos || bracket == 0) return {std::string(name)};
    steps.emplace_back(name.substr(0, bracket));
    std::string_view rest = name.substr(bracket);
    while (!rest.empty()) {
        const auto end = rest.find(']');
        if (rest.front() != '[' || end == std::string_view::npos) return {std::string(name)};
        steps.emplace_back(rest.substr(1, end - 1));
        rest.remove_prefix(end + 1);
    }
    return steps;
}

/// Puts `value` under `steps`; lists are objects with numbers for names until all is known. False on a contradiction.
bool put(json::object& object, const std::vector<std::string>& steps, std::size_t at, const std::string& value)
{
    std::string key = steps[at];
    if (key.empty() && at > 0) key = std::to_string(object.size()); // `a[]`: the next one
    const bool leaf = at + 1 == steps.size();
    json::value* slot = object.if_contains(key);
    if (leaf) {
        if (slot != nullptr && slot->is_object()) return false;
        object[key] = value;
        return true;
    }
    if (slot == nullptr) slot = &(object[key] = json::object{});
    if (!slot->is_object()) return false;
    return put(slot->get_object(), steps, at + 1, value);
}

bool numbered(const json::object& object)
{
    return !object.empty() && std::all_of(object.begin(), object.end(), [](const auto& entry) {
        const auto index = parse_int({entry.key().data(), entry.key().size()});
        return index && *index >= 0 && *index < most_rows && std::to_string(*index) == std::string_view(entry.key());
    });
}

/// Objects whose names are all numbers become lists, in the order of the numbers.
json::value listed(json::value value)
{
    if (!value.is_object()) return value;
    json::object& object = value.get_object();
    for (auto& entry : object)
        entry.value() = listed(std::move(entry.value()));
    if (!numbered(object)) return value;
    std::map<std::int64_t, json::value*> rows;
    for (auto& entry : object)
        rows.emplace(*parse_int({entry.key().data(), entry.key().size()}), &entry.value());
    json::array list;
    for (const auto& [index, row] : rows)
        list.push_back(std::move(*row));
    return list;
}

} // namespace

std::optional<json::object> nested(const FormPairs& pairs)
{
    json::object root;
    for (const auto& [name, value] : pairs) {
        const auto steps = steps_of(name);
        if (steps.size() > deepest || !put(root, steps, 0, value)) return std::nullopt;
    }
    for (auto& entry : root)
        entry.value() = listed(std::move(entry.value()));
    return root;
}

} // namespace enstore::http

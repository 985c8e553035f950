#include "platform/core/text.hpp"
#include "platform/http/bracket_names.hpp"
#include "platform/http/forms.hpp"
#include "platform/http/json.hpp"
#include "platform/http/numbers.hpp"
#include "platform/http/refusals.hpp"

#include <algorithm>

namespace enstore::http
{
namespace
{

const Text required_text{"Wajib diisi", "This field is required"};
const Text not_text{"Harus berupa teks", "This must be text"};
const Text not_clean{"Mengandung karakter yang tidak diperbolehkan", "This contains characters that are not allowed"};
const Text not_an_id{"Harus berupa ID yang valid", "This must be a valid id"};
const Text not_an_amount{"Harus berupa jumlah rupiah bulat, tanpa pecahan dan tidak negatif",
                         "This must be a whole, non-negative amount of rupiah"};
const Text not_an_integer{"Harus berupa bilangan bulat", "This must be an integer"};
const Text not_a_flag{"Harus bernilai ya atau tidak (true/false)", "This must be true or false"};
const Text not_an_email{"Format email tidak valid", "This is not a valid e-mail address"};
const Text not_a_choice{"Pilihan tidak valid", "This is not one of the choices"};
const Text not_a_map{"Harus berupa objek berisi teks", "This must be an object of texts"};

Text amount_too_large()
{
    return {"Jumlah paling besar " + rupiah_text(max_amount.rupiah()),
            "The largest amount is " + rupiah_text(max_amount.rupiah())};
}

Text too_short(std::size_t least)
{
    return {"Minimal " + std::to_string(least) + " karakter", "At least " + std::to_string(least) + " characters"};
}

Text too_long(std::size_t most)
{
    return {"Maksimal " + std::to_string(most) + " karakter", "At most " + std::to_string(most) + " characters"};
}

constexpr std::size_t most_map_keys = 20;
constexpr std::size_t longest_map_text = 255;

} // namespace

Result<Fields> Fields::of(const Request& request)
{
    if (trimmed(request.body).empty()) return Fields(json::object{});
    if (body_kind(request.header("content-type")) == BodyKind::json) {
        auto value = TRY(parse_json(request.body));
        if (!value.is_object()) return refuse(body_malformed, "the body is no object");
        return Fields(std::move(value.get_object()));
    }
    const auto pairs = read_form(request);
    if (!pairs) return refuse(body_malformed, "the form cannot be read");
    auto object = nested(*pairs);
    if (!object) return refuse(body_malformed, "the names of the form contradict each other");
    return Fields(std::move(*object));
}

/// The value of a field; null when it is absent, null, or blank text.
const json::value* Fields::find(std::string_view name) const
{
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || value->is_null()) return nullptr;
    if (value->is_string() && trimmed({value->get_string().data(), value->get_string().size()}).empty()) return nullptr;
    return value;
}

const json::value* Fields::raw(std::string_view name) const
{
    return find(name);
}

std::optional<std::string> Fields::maybe_text(std::string_view name, TextRule rule)
{
    // A password of spaces is one: only where nothing is trimmed does blank text count.
    const json::value* value = rule.trim ? find(name) : object_.if_contains(name);
    if (value != nullptr && (value->is_null() || (value->is_string() && value->get_string().empty()))) value = nullptr;
    if (value == nullptr) {
        if (rule.required) note(std::string(name), required_text);
        return std::nullopt;
    }
    auto text = plain_text(*value);
    if (!text) {
        note(std::string(name), not_text);
        return std::nullopt;
    }
    if (rule.trim) *text = std::string(trimmed(*text));
    const std::size_t length = length_in_characters(*text);
    if (!is_clean_utf8(*text))
        note(std::string(name), not_clean);
    else if (length < rule.min)
        note(std::string(name), too_short(rule.min));
    else if (length > rule.max)
        note(std::string(name), too_long(rule.max));
    else
        return text;
    return std::nullopt;
}

std::string Fields::text(std::string_view name, TextRule rule)
{
    return maybe_text(name, rule).value_or(std::string{});
}

std::int64_t Fields::id(std::string_view name)
{
    const json::value* value = find(name);
    if (value == nullptr) {
        note(std::string(name), required_text);
        return 0;
    }
    const auto number = whole_number(*value, false);
    if (number && *number > 0) return *number;
    note(std::string(name), not_an_id);
    return 0;
}

std::optional<std::int64_t> Fields::maybe_integer(std::string_view name)
{
    const json::value* value = find(name);
    if (value == nullptr) return std::nullopt;
    const auto number = whole_number(*value, true);
    if (!number) note(std::string(name), not_an_integer);
    return number;
}

std::optional<Idr> Fields::maybe_rupiah(std::string_view name)
{
    const json::value* value = find(name);
    if (value == nullptr) return std::nullopt;
    const auto amount = rupiah_number(*value);
    if (!amount)
        note(std::string(name), not_an_amount);
    else if (*amount > max_amount.rupiah())
        note(std::string(name), amount_too_large());
    else
        return Idr{*amount};
    return std::nullopt;
}

Idr Fields::rupiah(std::string_view name)
{
    if (find(name) == nullptr) note(std::string(name), required_text);
    return maybe_rupiah(name).value_or(Idr{});
}

bool Fields::flag(std::string_view name, bool otherwise)
{
    const json::value* value = find(name);
    if (value == nullptr) return otherwise;
    if (value->is_bool()) return value->get_bool();
    if (const auto text = plain_text(*value)) {
        const auto word = trimmed(*text);
        if (word == "1" || word == "true") return true;
        if (word == "0" || word == "false") return false;
    }
    note(std::string(name), not_a_flag);
    return otherwise;
}

std::string Fields::email(std::string_view name)
{
    const auto given = maybe_text(name, {});
    if (!given) return {};
    if (is_email(*given)) return lower(*given);
    note(std::string(name), not_an_email);
    return {};
}

std::optional<std::string> Fields::maybe_choice(std::string_view name, std::initializer_list<std::string_view> choices)
{
    auto given = maybe_text(name, {.required = false});
    if (!given) return std::nullopt;
    if (std::find(choices.begin(), choices.end(), *given) != choices.end()) return given;
    note(std::string(name), not_a_choice);
    return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> Fields::text_map(std::string_view name, bool required)
{
    std::vector<std::pair<std::string, std::string>> map;
    const json::value* value = find(name);
    if (value == nullptr) {
        if (required) note(std::string(name), required_text);
        return map;
    }
    // An empty list is what some clients make of an empty object.
    if (value->is_array() && value->get_array().empty()) return map;
    if (!value->is_object()) {
        note(std::string(name), not_a_map);
        return map;
    }
    for (const auto& entry : value->get_object()) {
        const std::string key(entry.key().data(), entry.key().size());
        // A bad key is not repeated in the answer: it may be anything.
        if (key.empty() || length_in_characters(key) > longest_map_text || !is_clean_utf8(key)) {
            note(std::string(name), not_a_map);
            continue;
        }
        const std::string path = std::string(name) + "." + key;
        if (entry.value().is_null()) continue;
        auto text = plain_text(entry.value());
        if (!text) {
            note(path, not_text);
            continue;
        }
        *text = std::string(trimmed(*text));
        if (text->empty()) continue;
        if (!is_clean_utf8(*text))
            note(path, not_clean);
        else if (length_in_characters(*text) > longest_map_text)
            note(path, too_long(longest_map_text));
        else
            map.emplace_back(key, std::move(*text));
    }
    if (map.size() > most_map_keys) {
        note(std::string(name), {"Paling banyak 20 isian", "At most 20 entries"});
        map.clear();
    }
    return map;
}

void Fields::note(std::string field, Text problem)
{
    problems_.push_back(FieldProblem{.field = std::move(field), .text = std::move(problem)});
}

Result<void> Fields::check() const
{
    if (problems_.empty()) return done();
    return refuse_fields(problems_);
}

} // namespace enstore::http

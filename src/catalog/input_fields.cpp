#include "catalog/order_form.hpp"

#include "platform/core/text.hpp"

#include <boost/json.hpp>

namespace enstore::catalog
{
namespace
{

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return {};
    return std::string(value->get_string());
}

bool truth_of(const json::object& object, std::string_view key, bool otherwise)
{
    const auto* value = object.if_contains(key);
    if (value == nullptr || value->is_null()) return otherwise;
    if (value->is_bool()) return value->get_bool();
    if (value->is_int64()) return value->get_int64() != 0;
    if (!value->is_string()) return otherwise;
    const std::string text = lower(std::string_view(value->get_string()));
    return text != "0" && text != "false" && !text.empty();
}

/// Options are kept as text; a list of texts or of label and value (as an admin may send it) is turned into that text.
std::string options_of(const json::object& object)
{
    const auto* value = object.if_contains("options");
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(value->get_string());
    if (!value->is_array()) return {};
    std::vector<std::string> entries;
    for (const auto& entry : value->get_array()) {
        if (entry.is_string()) entries.emplace_back(std::string_view(entry.get_string()));
        if (!entry.is_object()) continue;
        const auto label = text_of(entry.get_object(), "label");
        const auto option = text_of(entry.get_object(), "value");
        if (!label.empty()) entries.push_back(option.empty() ? label : label + ":" + option);
    }
    return joined(entries, ", ");
}

} // namespace

std::string stored_fields(const std::vector<InputField>& fields)
{
    json::array list;
    for (const auto& field : fields) {
        json::object object{
            {"name", field.name}, {"label", field.label}, {"type", field.type}, {"required", field.required}};
        if (!field.placeholder.empty()) object["placeholder"] = field.placeholder;
        if (!field.options.empty()) object["options"] = field.options;
        list.emplace_back(std::move(object));
    }
    return json::serialize(list);
}

std::vector<InputField> read_fields(std::string_view text)
{
    std::vector<InputField> fields;
    boost::system::error_code problem;
    const auto parsed = json::parse(text, problem);
    if (problem || !parsed.is_array()) return fields;
    for (const auto& entry : parsed.get_array()) {
        if (!entry.is_object()) continue;
        const auto& object = entry.get_object();
        InputField field{.name = text_of(object, "name"),
                         .label = text_of(object, "label"),
                         .type = text_of(object, "type"),
                         .required = truth_of(object, "required", true),
                         .placeholder = text_of(object, "placeholder"),
                         .options = options_of(object)};
        if (field.name.empty()) continue;
        if (field.label.empty()) field.label = field.name;
        if (field.type.empty()) field.type = "text";
        fields.push_back(std::move(field));
    }
    return fields;
}

} // namespace enstore::catalog

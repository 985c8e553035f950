#pragma once

#include "catalog/catalog.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The order form of a product (domain 6): its fields, their options, and what is made of the answers.
namespace enstore::catalog
{

struct Option {
    std::string label;
    std::string value;
};
/// The entries of `options`: each `label`, `label:value` or `label|value`, separated by commas.
std::vector<Option> option_items(std::string_view options);

/// The fields a product of this type starts with (domain 6.1).
std::vector<InputField> default_fields(std::string_view type);

/// Fields as the database keeps them: a JSON list.
std::string stored_fields(const std::vector<InputField>& fields);
/// Reads them back. `required` may have been stored in any spelling of a boolean; entries without a name are left out,
/// and text that is no list means no fields.
std::vector<InputField> read_fields(std::string_view json);

} // namespace enstore::catalog

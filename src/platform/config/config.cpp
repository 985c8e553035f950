#include "platform/config/config.hpp"

#include "platform/config/lookup.hpp"
#include "platform/config/table.hpp"
#include "platform/core/text.hpp"

namespace enstore::config
{
namespace
{

/// A value counts as given when it is more than blanks: a compose file sets what it does not know to nothing.
std::optional<std::string> given(const Lookup& lookup, const std::string& name)
{
    auto value = lookup(name);
    if (!value || trimmed(*value).empty()) return std::nullopt;
    return value;
}

/// The content of a secret's file, as editors and `echo` leave it: one line end at its end is not part of it.
std::optional<std::string> from_file(Reading& reading, const std::string& name, const std::string& path)
{
    FileText file = read_small_file(path);
    if (!file.problem.empty()) {
        reading.wrong(name, file.problem, "write the path of a file that the store's account may read");
        return std::nullopt;
    }
    if (!file.text.empty() && file.text.back() == '\n') file.text.pop_back();
    if (!file.text.empty() && file.text.back() == '\r') file.text.pop_back();
    if (trimmed(file.text).empty()) {
        reading.wrong(name, path + " is empty", "write the value into the file, or remove " + name);
        return std::nullopt;
    }
    return file.text;
}

std::optional<std::string> value_of(Reading& reading, const Lookup& lookup, const Variable& variable)
{
    const std::string name(variable.name);
    const std::string file_name = name + "_FILE";
    auto value = given(lookup, name);
    const auto path = given(lookup, file_name);
    if (value && path) {
        reading.wrong(name, "it is set, and so is " + file_name, "remove one of the two");
        return std::nullopt;
    }
    if (path) value = from_file(reading, file_name, *path);
    if (!value) return std::nullopt;
    if (value->find('\0') != std::string::npos || value->find('\n') != std::string::npos ||
        value->find('\r') != std::string::npos) {
        reading.wrong(path ? file_name : name, "the value has more than one line", "write one line");
        return std::nullopt;
    }
    // Blanks around a password may be meant; around anything else they are not.
    return variable.secret ? *value : std::string(trimmed(*value));
}

} // namespace

const std::vector<Variable>& variables()
{
    static const std::vector<Variable> all = [] {
        std::vector<Variable> list;
        for (const auto& entry : entries())
            list.push_back(entry.variable);
        return list;
    }();
    return all;
}

std::variant<Config, std::vector<Mistake>> read(const Lookup& lookup)
{
    Reading reading;
    if (const auto problems = given(lookup, ".env"))
        for (const auto& problem : split(*problems, '\n'))
            reading.wrong(".env", problem, "mend the line; .env.example shows how one looks");
    for (const auto& entry : entries()) {
        const auto value = value_of(reading, lookup, entry.variable);
        if (!value) continue;
        reading.given.emplace(entry.variable.name);
        entry.apply(reading, entry.variable.name, *value);
    }
    check_together(reading);
    if (!reading.mistakes.empty()) return std::move(reading.mistakes);
    return std::move(reading.config);
}

} // namespace enstore::config

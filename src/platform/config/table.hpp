#pragma once

#include "platform/config/config.hpp"

#include <set>
#include <string>
#include <vector>

/// The table of variables: each with its meaning, and with what its value does to the configuration.
namespace enstore::config
{

/// A configuration on its way: what has been read, what is wrong, which names were set.
struct Reading {
    Config config;
    std::vector<Mistake> mistakes;
    std::set<std::string, std::less<>> given;

    bool has(std::string_view name) const { return given.find(name) != given.end(); }
    void wrong(std::string_view name, std::string what, std::string remedy)
    {
        mistakes.push_back({.name = std::string(name), .what = std::move(what), .remedy = std::move(remedy)});
    }
};

struct Entry {
    Variable variable;
    void (*apply)(Reading& reading, std::string_view name, const std::string& value);
};
const std::vector<Entry>& entries();

/// What no variable shows by itself: what belongs together, what production forbids. Also fills in what follows from
/// others.
void check_together(Reading& reading);

} // namespace enstore::config

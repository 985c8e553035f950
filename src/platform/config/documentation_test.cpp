#include "platform/config/config.hpp"
#include "platform/config/dotenv.hpp"
#include "platform/core/text.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

/// `.env.example` and `docs/configuration.md` say what `variables()` says, no more and no less.
namespace enstore::config
{
namespace
{

/// The compiler's cache may make the path of this source relative to the build folder, where this program lies.
std::filesystem::path repository()
{
    const auto program = std::filesystem::read_symlink("/proc/self/exe");
    const auto here = program.parent_path() / std::filesystem::path(__FILE__);
    return here.lexically_normal().parent_path().parent_path().parent_path().parent_path();
}

std::string repository_file(const std::string& name)
{
    const auto root = repository();
    std::ifstream in(root / name);
    EXPECT_TRUE(in) << name << " is missing";
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string row_of(const Variable& variable)
{
    const std::string fallback = variable.fallback.empty() ? "" : " " + std::string(variable.fallback);
    return "| `" + std::string(variable.name) + "` | " + std::string(variable.meaning) +
           (variable.secret ? " (secret)" : "") + " |" + fallback + " |";
}

TEST(Documentation, has_a_row_for_every_variable_and_no_other)
{
    std::set<std::string> rows;
    for (const auto& line : split(repository_file("docs/configuration.md"), '\n'))
        if (line.substr(0, 3) == "| `") rows.insert(line);
    for (const auto& variable : variables())
        EXPECT_EQ(rows.erase(row_of(variable)), 1U) << "docs/configuration.md should have:\n" << row_of(variable);
    for (const auto& row : rows)
        ADD_FAILURE() << "no such variable: " << row;
}

TEST(ExampleFile, names_every_variable_with_its_fallback_and_no_secret)
{
    // Every setting is commented out: the file copied as it is changes nothing.
    const std::string text = repository_file(".env.example");
    const auto as_it_is = parse_dotenv(text);
    EXPECT_TRUE(as_it_is.values.empty() && as_it_is.problems.empty());
    std::string settings;
    for (const auto& line : split(text, '\n'))
        if (line.size() > 1 && line[0] == '#' && line[1] != ' ') settings += line.substr(1) + "\n";
    const auto all = parse_dotenv(settings);
    EXPECT_TRUE(all.problems.empty());
    for (const auto& variable : variables()) {
        const auto found = all.values.find(variable.name);
        if (found == all.values.end()) {
            ADD_FAILURE() << variable.name << " is missing in .env.example";
            continue;
        }
        const bool plain = found->second.empty() || (!variable.secret && found->second == variable.fallback);
        EXPECT_TRUE(plain) << variable.name << " shows something else than its fallback";
    }
    EXPECT_EQ(all.values.size(), variables().size()) << "a variable that nobody reads";
}

} // namespace
} // namespace enstore::config

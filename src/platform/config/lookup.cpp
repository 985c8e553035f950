#include "platform/config/lookup.hpp"

#include "platform/config/config.hpp"
#include "platform/config/dotenv.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

namespace enstore::config
{
namespace
{

constexpr std::size_t longest_file = 1024 * 1024;
constexpr std::string_view about_the_file = ".env";

/// A file that is not there is an empty one.
Dotenv dotenv_at(const std::string& path)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return {};
    const FileText file = read_small_file(path);
    if (!file.problem.empty()) return {.values = {}, .problems = {file.problem}};
    return parse_dotenv(file.text);
}

std::optional<std::string> value_of(const Dotenv& file, std::string_view name)
{
    const auto found = file.values.find(name);
    if (found == file.values.end()) return std::nullopt;
    return found->second;
}

} // namespace

FileText read_small_file(const std::string& path)
{
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return {.text = {}, .problem = path + " is a folder"};
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) return {.text = {}, .problem = path + " cannot be read: " + std::generic_category().message(errno)};
    std::string text(longest_file + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) return {.text = {}, .problem = path + " cannot be read to its end"};
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > longest_file) return {.text = {}, .problem = path + " is longer than 1 MiB"};
    return {.text = std::move(text), .problem = {}};
}

Lookup environment_lookup(const std::string& path)
{
    const auto file = std::make_shared<const Dotenv>(dotenv_at(path));
    return [file](std::string_view name) -> std::optional<std::string> {
        if (name == about_the_file) {
            std::string all;
            for (const auto& problem : file->problems)
                all += (all.empty() ? "" : "\n") + problem;
            return all;
        }
        // An empty variable is how a compose file says "not set": then the file is asked.
        const char* set = std::getenv(std::string(name).c_str()); // NOLINT(concurrency-mt-unsafe): nothing here sets it
        if (set != nullptr && *set != 0) return std::string(set);
        return value_of(*file, name);
    };
}

Lookup file_lookup(const std::string& path)
{
    const auto file = std::make_shared<const Dotenv>(dotenv_at(path));
    return [file](std::string_view name) { return value_of(*file, name); };
}

} // namespace enstore::config

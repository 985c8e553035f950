#include "platform/config/config.hpp"
#include "platform/config/dotenv.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// A `.env` file of any bytes: it is parsed, and what it says is read as a configuration, without a crash and without a
/// secret in what is complained about.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    namespace config = enstore::config;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const config::Dotenv parsed = config::parse_dotenv(text);
    for (const auto& [name, value] : parsed.values)
        if (name.empty() || name.find('=') != std::string::npos) std::abort();
    const auto read = config::read([&](std::string_view name) -> std::optional<std::string> {
        if (name.size() > 5 && name.substr(name.size() - 5) == "_FILE") return std::nullopt; // no files of this machine
        const auto found = parsed.values.find(name);
        if (found == parsed.values.end()) return std::nullopt;
        return found->second;
    });
    if (const auto* mistakes = std::get_if<std::vector<config::Mistake>>(&read))
        for (const auto& mistake : *mistakes)
            if (mistake.name.empty() || mistake.what.empty() || mistake.remedy.empty()) std::abort();
    return 0;
}

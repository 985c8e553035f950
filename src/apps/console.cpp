#include "apps/console.hpp"

#include "platform/log/log.hpp"

#include <iostream>
#include <memory>

#include <unistd.h>

namespace enstore::apps
{

void say(const std::string& line)
{
    std::cerr << line << "\n" << std::flush;
}

void open_log(const config::Config& config)
{
    log::Level level = log::Level::info;
    if (config.log_level == "debug") level = log::Level::debug;
    if (config.log_level == "warning") level = log::Level::warning;
    if (config.log_level == "error") level = log::Level::error;
    if (config.log_level == "off") level = log::Level::off;
    const bool human = config.log_format == "human" || (config.log_format.empty() && ::isatty(STDERR_FILENO) == 1);
    log::open(level, human ? log::Format::human : log::Format::json);
}

std::function<void(std::int64_t, std::int64_t)> progress_bar(const std::string& what)
{
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    const auto shown = std::make_shared<std::int64_t>(-1);
    return [what, terminal, shown](std::int64_t done, std::int64_t all) {
        const std::int64_t percent = all == 0 ? 100 : done * 100 / all;
        const std::int64_t step = terminal ? percent : percent / 10 * 10;
        if (step == *shown) return;
        *shown = step;
        if (!terminal) {
            std::cerr << what << " " << step << "% (" << done << " of " << all << ")\n";
            return;
        }
        const auto filled = static_cast<std::size_t>(percent * 30 / 100);
        std::cerr << "\r" << what << " [" << std::string(filled, '#') << std::string(30 - filled, ' ') << "] "
                  << percent << "%" << (percent == 100 ? "\n" : "") << std::flush;
    };
}

void say_refusal(const Error& error)
{
    say("enstore: " + std::string(error.text ? error.text->en : std::string(error.refusal.en)) + " (" +
        std::string(error.refusal.code) + ")");
    for (const auto& problem : error.fields)
        say("  " + problem.field + ": " + problem.text.en);
    if (!error.detail.empty()) say("  " + error.detail);
}

} // namespace enstore::apps

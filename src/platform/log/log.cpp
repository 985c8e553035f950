#include "platform/log/log.hpp"

#include "platform/log/line.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <unistd.h>
#include <vector>

namespace enstore::log
{
namespace
{

struct Target {
    spdlog::logger logger;
    Format format;
    bool colours;
};

std::atomic<int> threshold{static_cast<int>(Level::off)};
std::atomic<Target*> current{nullptr};

/// Earlier targets stay alive: a thread may still be writing to one while another opens the next. A process opens one
/// or two in its life, and they are never destroyed, so that destructors of statics may still log.
void aim(Level level, std::unique_ptr<Target> target)
{
    static std::mutex mutex;
    static auto* const kept = new std::vector<std::unique_ptr<Target>>();
    const std::lock_guard lock(mutex);
    target->logger.set_pattern("%v");
    target->logger.set_level(spdlog::level::trace);
    // A full disk must not stop a sale, and there is nowhere left to complain.
    target->logger.set_error_handler([](const std::string&) {});
    flush();
    current.store(target.get(), std::memory_order_release);
    threshold.store(static_cast<int>(level), std::memory_order_release);
    kept->push_back(std::move(target));
}

void write(Level level, std::string_view message, Fields fields) noexcept
{
    if (static_cast<int>(level) < threshold.load(std::memory_order_acquire)) return;
    Target* const target = current.load(std::memory_order_acquire);
    if (target == nullptr) return;
    try {
        static const SystemClock clock;
        thread_local std::string line; // keeps its memory from line to line
        line.clear();
        if (target->format == Format::json)
            write_json(line, clock.now(), level, message, fields);
        else
            write_human(line, clock.now(), level, message, fields, target->colours);
        target->logger.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
    } catch (...) { // NOLINT(bugprone-empty-catch): out of memory; what was to be logged matters more than its log line
    }
}

} // namespace

std::optional<Level> level_named(std::string_view name)
{
    if (name == "debug") return Level::debug;
    if (name == "info") return Level::info;
    if (name == "warning") return Level::warning;
    if (name == "error") return Level::error;
    if (name == "off") return Level::off;
    return std::nullopt;
}

void open(Level level, Format format)
{
    const bool colours = ::isatty(STDERR_FILENO) != 0;
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    aim(level, std::make_unique<Target>(Target{spdlog::logger("enstore", std::move(sink)), format, colours}));
}

void open_file(Level level, const std::string& path)
{
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
    aim(level, std::make_unique<Target>(Target{spdlog::logger("enstore", std::move(sink)), Format::json, false}));
}

void flush()
{
    if (Target* const target = current.load(std::memory_order_acquire)) target->logger.flush();
}

void debug(std::string_view message, Fields fields) noexcept
{
    write(Level::debug, message, fields);
}
void info(std::string_view message, Fields fields) noexcept
{
    write(Level::info, message, fields);
}
void warning(std::string_view message, Fields fields) noexcept
{
    write(Level::warning, message, fields);
}
void error(std::string_view message, Fields fields) noexcept
{
    write(Level::error, message, fields);
}

} // namespace enstore::log

#pragma once

#include "platform/config/config.hpp"
#include "platform/core/result.hpp"

#include <cstdint>
#include <functional>
#include <string>

/// Talk of the commands: to stderr, so that stdout holds data only.
namespace enstore::apps
{

void say(const std::string& line);
/// Opens the log as configured; `human` on a terminal unless LOG_FORMAT says otherwise.
void open_log(const config::Config& config);
/// A progress bar on a terminal, a line every ten percent elsewhere.
std::function<void(std::int64_t done, std::int64_t all)> progress_bar(const std::string& what);
/// Prints a refusal with its fields.
void say_refusal(const Error& error);

} // namespace enstore::apps

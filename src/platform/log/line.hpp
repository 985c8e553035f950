#pragma once

#include "platform/core/time.hpp"
#include "platform/log/log.hpp"

#include <string>
#include <string_view>

/// How a line is written: pure functions of what is logged, apart from where it goes.
namespace enstore::log
{

/// `{"ts":"…Z","level":"info","msg":"…","field":…}`, without the line end.
void write_json(std::string& out, Timestamp now, Level level, std::string_view message, Fields fields);
/// `03:15:42.123 INFO  message  field=value field="two words"`, for a person at a terminal.
void write_human(std::string& out, Timestamp now, Level level, std::string_view message, Fields fields, bool colours);

/// Whether a field of this name is never to be written: the net under the rule that nobody logs secrets.
bool is_secret_name(std::string_view key);

} // namespace enstore::log

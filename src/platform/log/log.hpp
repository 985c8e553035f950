#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// Logs are data: a constant message (searchable) and fields. One JSON object a line on stderr, UTC. Field names:
/// `req user order payment job attempt supplier query code ms`. Never a token, key, password or whole phone number; as
/// a net under that rule, a field named like a secret (`password`, `api_key`, `…_token`, `sn`) is written as `***`.
/// Whatever a value holds, a line stays one line: control characters and bytes that are no UTF-8 are escaped.
namespace enstore::log
{

enum class Level { debug, info, warning, error, off };
enum class Format { json, human };

/// `debug`, `info`, `warning`, `error`, `off`; nothing for another word.
std::optional<Level> level_named(std::string_view name);

class Value
{
public:
    Value(const char* text) : value_(std::string(text)) {}
    Value(std::string text) : value_(std::move(text)) {}
    Value(std::string_view text) : value_(std::string(text)) {}
    Value(bool flag) : value_(flag) {}
    Value(int number) : value_(std::int64_t{number}) {}
    Value(unsigned int number) : value_(std::int64_t{number}) {}
    Value(long number) : value_(static_cast<std::int64_t>(number)) {}
    Value(long long number) : value_(static_cast<std::int64_t>(number)) {}
    Value(unsigned long number) : value_(static_cast<std::int64_t>(number)) {}
    Value(unsigned long long number) : value_(static_cast<std::int64_t>(number)) {}
    Value(double number) : value_(number) {}

    const std::variant<std::int64_t, double, bool, std::string>& value() const { return value_; }

private:
    std::variant<std::int64_t, double, bool, std::string> value_;
};

using Fields = std::initializer_list<std::pair<std::string_view, Value>>;

/// Starts logging to stderr; before it, and in tests that do not call it, nothing is written.
void open(Level level, Format format);
/// Sends lines to `path` instead (tests that grep for canaries).
void open_file(Level level, const std::string& path);
void flush();

/// Logging never throws and is thread-safe; what is below the level costs one comparison and the making of its fields.
void debug(std::string_view message, Fields fields = {}) noexcept;
void info(std::string_view message, Fields fields = {}) noexcept;
void warning(std::string_view message, Fields fields = {}) noexcept;
void error(std::string_view message, Fields fields = {}) noexcept;

/// `0812****789`, `b***@example.com`: enough to recognise, not enough to use.
std::string masked(std::string_view phone_or_email);
/// `ENS-20260220-7KQ2…`: an order code that a guest's access hangs on is never logged in full.
std::string masked_code(std::string_view order_code);

} // namespace enstore::log

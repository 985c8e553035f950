#include "platform/log/line.hpp"

#include "platform/core/text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace enstore::log
{
namespace
{

// A value that an outsider filled (a supplier's answer, a header) must not fill the disk as well.
constexpr std::size_t longest_value = 4096;

constexpr std::string_view hidden = "***";

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t bytes = 1;
    bool valid = false;
};

/// The code point at the start of `text`, which is not empty. Overlong forms, surrogates and cut-off sequences are not
/// valid.
CodePoint first_code_point(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) return {.value = lead, .bytes = 1, .valid = true};
    std::size_t length = 0;
    if (lead >= 0xC2 && lead <= 0xDF) length = 2;
    if (lead >= 0xE0 && lead <= 0xEF) length = 3;
    if (lead >= 0xF0 && lead <= 0xF4) length = 4;
    if (length == 0 || text.size() < length) return {};
    std::uint32_t value = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return {};
        value = (value << 6) | (byte(i) & 0x3FU);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (overlong || surrogate || value > 0x10FFFF) return {};
    return {.value = value, .bytes = length, .valid = true};
}

/// Characters that move a terminal's cursor, break a line in some viewer, or turn the reading direction.
bool is_unprintable(std::uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void append_escape(std::string& out, std::uint32_t c)
{
    constexpr std::string_view digits = "0123456789abcdef";
    switch (c) {
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        break;
    }
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += digits[(c >> shift) & 0xFU];
}

void append_escaped(std::string& out, std::string_view text)
{
    const bool cut = text.size() > longest_value;
    if (cut) text = text.substr(0, longest_value);
    while (!text.empty()) {
        const CodePoint point = first_code_point(text);
        if (!point.valid) {
            out += "\\ufffd";
        } else if (point.value == '"' || point.value == '\\') {
            out += '\\';
            out += text.front();
        } else if (is_unprintable(point.value)) {
            append_escape(out, point.value);
        } else {
            out.append(text.substr(0, point.bytes));
        }
        text.remove_prefix(point.bytes);
    }
    if (cut) out += "…";
}

void append_quoted(std::string& out, std::string_view text)
{
    out += '"';
    append_escaped(out, text);
    out += '"';
}

template <class Number>
void append_number(std::string& out, Number number)
{
    std::array<char, 32> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), written.ptr);
}

/// Everything but text.
void append_plain(std::string& out, const Value& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value.value())) append_number(out, *integer);
    if (const auto* flag = std::get_if<bool>(&value.value())) out += *flag ? "true" : "false";
    if (const auto* number = std::get_if<double>(&value.value())) {
        if (std::isfinite(*number))
            append_number(out, *number);
        else
            out += "null"; // JSON has no word for it
    }
}

std::string_view word(Level level)
{
    switch (level) {
    case Level::debug:
        return "debug";
    case Level::info:
        return "info";
    case Level::warning:
        return "warning";
    case Level::error:
        return "error";
    case Level::off:
        break;
    }
    return "off";
}

bool needs_quotes(std::string_view text)
{
    return text.empty() || text.find_first_of(" =\"\\") != std::string_view::npos;
}

} // namespace

bool is_secret_name(std::string_view key)
{
    const std::string name = lower(key);
    for (const std::string_view part : {"password", "api_key", "apikey", "private_key", "app_key"})
        if (name.find(part) != std::string::npos) return true;
    // Short words only as whole parts: `design` is no `sign`, `pinned` no `pin`.
    std::string spaced = replaced(replaced(name, "-", "_"), ".", "_");
    for (const std::string& part : split(spaced, '_'))
        for (const std::string_view secret : {"token", "secret", "authorization", "sign", "signature", "pin", "sn"})
            if (part == secret) return true;
    return false;
}

void write_json(std::string& out, Timestamp now, Level level, std::string_view message, Fields fields)
{
    out += R"({"ts":")";
    out += wire_time(now);
    out += R"(","level":")";
    out += word(level);
    out += R"(","msg":)";
    append_quoted(out, message);
    for (const auto& [key, value] : fields) {
        out += ',';
        append_quoted(out, key);
        out += ':';
        if (is_secret_name(key))
            append_quoted(out, hidden);
        else if (const auto* text = std::get_if<std::string>(&value.value()))
            append_quoted(out, *text);
        else
            append_plain(out, value);
    }
    out += '}';
}

void write_human(std::string& out, Timestamp now, Level level, std::string_view message, Fields fields, bool colours)
{
    constexpr std::string_view plain = "\x1b[0m";
    const std::string_view colour = level == Level::error     ? "\x1b[31m"
                                    : level == Level::warning ? "\x1b[33m"
                                    : level == Level::debug   ? "\x1b[2m"
                                                              : "";
    out += stored_time(now).substr(11, 12);
    out += ' ';
    if (colours) out += colour;
    std::string name = upper(word(level));
    name.resize(8, ' ');
    out += name;
    append_escaped(out, message);
    if (colours && !colour.empty()) out += plain;
    for (const auto& [key, value] : fields) {
        out += "  ";
        append_escaped(out, key);
        out += '=';
        if (is_secret_name(key)) {
            out += hidden;
        } else if (const auto* text = std::get_if<std::string>(&value.value())) {
            if (needs_quotes(*text))
                append_quoted(out, *text);
            else
                append_escaped(out, *text);
        } else {
            append_plain(out, value);
        }
    }
}

} // namespace enstore::log

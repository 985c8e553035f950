#include "platform/config/dotenv.hpp"

#include "platform/core/text.hpp"

#include <optional>

namespace enstore::config
{
namespace
{

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_name(std::string_view text)
{
    if (text.empty() || (text.front() >= '0' && text.front() <= '9')) return false;
    for (const char c : text)
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
    return true;
}

struct Value {
    std::string text;
    std::string problem; ///< empty: good
};

char unescaped(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c;
    }
}

/// What may stand behind a closing quote: blanks and a comment.
bool is_nothing(std::string_view rest)
{
    rest = trimmed(rest);
    return rest.empty() || rest.front() == '#';
}

Value quoted(std::string_view text)
{
    const char quote = text.front();
    Value value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == quote) {
            if (!is_nothing(text.substr(i + 1))) value.problem = "there is text behind the closing quote";
            return value;
        }
        const bool escape = quote == '"' && text[i] == '\\' && i + 1 < text.size();
        value.text += escape ? unescaped(text[++i]) : text[i];
    }
    value.problem = "the quote is not closed on the same line";
    return value;
}

/// Up to a `#` that stands behind a blank: `pass#word` is a password, `pass #word` has a comment.
Value bare(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) {
            text = text.substr(0, i);
            break;
        }
    return {.text = std::string(trimmed(text)), .problem = {}};
}

/// What is wrong with the line; nothing when it was taken or holds nothing.
std::optional<std::string> take_line(std::string_view line, Dotenv& into)
{
    if (line.find('\0') != std::string_view::npos) return "there is a NUL byte in it";
    line = trimmed(line);
    if (line.empty() || line.front() == '#') return std::nullopt;
    if (line.substr(0, 7) == "export " || line.substr(0, 7) == "export\t") line = trimmed(line.substr(7));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return "there is no '='; write NAME=value";
    const auto name = trimmed(line.substr(0, equals));
    if (!is_name(name)) return "what stands before '=' is no name of letters, digits and '_'";
    const auto text = trimmed(line.substr(equals + 1));
    const bool in_quotes = !text.empty() && (text.front() == '"' || text.front() == '\'');
    Value value = in_quotes ? quoted(text) : bare(text);
    if (!value.problem.empty()) return std::string(name) + ": " + value.problem;
    if (!into.values.emplace(std::string(name), std::move(value.text)).second)
        return std::string(name) + " is there twice; remove one";
    return std::nullopt;
}

} // namespace

Dotenv parse_dotenv(std::string_view text)
{
    Dotenv all;
    if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.remove_prefix(byte_order_mark.size());
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto problem = take_line(text.substr(0, end), all);
        if (problem) all.problems.push_back("line " + std::to_string(number) + ": " + *problem);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return all;
}

} // namespace enstore::config

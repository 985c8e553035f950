#include "platform/db/dialect.hpp"

#include <stdexcept>

namespace enstore::db
{
namespace
{

/// Copies `sql` with each `{token}` replaced by what `expand(word, argument)` returns; `{code:40}` and `{new(col)}`
/// have an argument.
template <class Expand>
std::string replace_tokens(std::string_view sql, const Expand& expand)
{
    std::string out;
    out.reserve(sql.size() + 64);
    while (true) {
        const auto open = sql.find('{');
        out += sql.substr(0, open);
        if (open == std::string_view::npos) return out;
        const auto close = sql.find('}', open);
        if (close == std::string_view::npos) throw std::logic_error("a token in SQL is not closed");
        const auto token = sql.substr(open + 1, close - open - 1);
        const auto cut = token.find_first_of("(:");
        auto argument = cut == std::string_view::npos ? std::string_view() : token.substr(cut + 1);
        if (!argument.empty() && argument.back() == ')') argument.remove_suffix(1);
        out += expand(token.substr(0, cut), argument);
        sql.remove_prefix(close + 1);
    }
}

[[noreturn]] void unknown_token(std::string_view word)
{
    throw std::logic_error("unknown token {" + std::string(word) + "} in SQL");
}

std::string groups(std::size_t rows, std::size_t per_row)
{
    std::string group = "(";
    for (std::size_t i = 0; i < per_row; ++i)
        group += i == 0 ? "?" : ",?";
    group += ')';
    std::string all;
    all.reserve(rows * (group.size() + 1));
    for (std::size_t i = 0; i < rows; ++i) {
        if (i != 0) all += ',';
        all += group;
    }
    return all;
}

std::string quoted_name(Dialect dialect, std::string_view name)
{
    const char quote = dialect == Dialect::mysql ? '`' : '"';
    return quote + std::string(name) + quote;
}

std::string with_named_placeholders(std::string_view sql)
{
    std::string out;
    out.reserve(sql.size() + 32);
    int number = 0;
    bool in_text = false;
    for (const char c : sql) {
        if (c == '\'') in_text = !in_text;
        if (c == '?' && !in_text)
            out += ":p" + std::to_string(++number);
        else
            out += c;
    }
    return out;
}

} // namespace

std::string expanded(Dialect dialect, std::string_view sql, std::size_t rows, std::size_t per_row)
{
    const bool mysql = dialect == Dialect::mysql;
    const auto expand = [&](std::string_view word, std::string_view argument) -> std::string {
        if (word == "for_update") return mysql ? " FOR UPDATE" : "";
        if (word == "skip_locked") return mysql ? " FOR UPDATE SKIP LOCKED" : "";
        if (word == "on_duplicate")
            return mysql ? " ON DUPLICATE KEY UPDATE " : " ON CONFLICT(" + std::string(argument) + ") DO UPDATE SET ";
        if (word == "new") return mysql ? "VALUES(" + std::string(argument) + ")" : "excluded." + std::string(argument);
        if (word == "rows") return groups(rows, per_row);
        if (word == "group" || word == "key") return quoted_name(dialect, word);
        unknown_token(word);
    };
    auto text = replace_tokens(sql, expand);
    return mysql ? with_named_placeholders(text) : text;
}

std::string expanded_ddl(Dialect dialect, std::string_view sql)
{
    const bool mysql = dialect == Dialect::mysql;
    const auto expand = [&](std::string_view word, std::string_view argument) -> std::string {
        if (word == "id")
            return mysql ? "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY" : "INTEGER PRIMARY KEY AUTOINCREMENT";
        if (word == "time") return mysql ? "DATETIME(6)" : "TEXT";
        if (word == "json" || word == "text") return mysql ? "LONGTEXT" : "TEXT";
        const std::string width(argument);
        if (word == "code") return mysql ? "VARCHAR(" + width + ") CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "TEXT";
        if (word == "ci")
            return mysql ? "VARCHAR(" + width + ") CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
                         : "TEXT COLLATE NOCASE";
        if (word == "options") return mysql ? " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin" : "";
        if (word == "group" || word == "key") return quoted_name(dialect, word);
        unknown_token(word);
    };
    return replace_tokens(sql, expand);
}

} // namespace enstore::db

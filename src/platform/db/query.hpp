#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace enstore::db
{

/// One SQL statement, a literal in the source, so that gluing a customer's text into it does not compile.
///
/// The text is what both databases share: `?` placeholders, no comments, no `"`, no `:`. A SELECT names its columns (no
/// `*`); they are counted here. A few tokens are expanded per dialect:
///
/// | token | MySQL / MariaDB | SQLite |
/// | --- | --- | --- |
/// | `{for_update}` | ` FOR UPDATE` | nothing (one writer) |
/// | `{skip_locked}` | ` FOR UPDATE SKIP LOCKED` | nothing |
/// | `{on_duplicate(a,b)}` | ` ON DUPLICATE KEY UPDATE ` | ` ON CONFLICT(a,b) DO UPDATE SET ` |
/// | `{new(col)}` | `VALUES(col)` | `excluded.col` |
/// | `{rows}` | after VALUES, in `insert_rows`: `(?,…),(?,…)`, one group per row | same |
/// | `{group}` | `` `group` `` | `"group"` (a reserved word that the domain uses as a column; likewise `{key}`) |
class Query
{
public:
    /// `fragment`: a piece of a `Filter`, whose brackets may close in a later piece.
    consteval Query(const char* name, const char* sql, bool fragment = false) : name_(name), sql_(sql)
    {
        int depth = 0;
        bool in_text = false;
        bool in_columns = starts_with(sql, "SELECT ");
        if (in_columns) columns_ = 1;
        for (const char* c = sql; *c != 0; ++c) {
            if (*c == '\'') in_text = !in_text;
            if (in_text) {
                if (*c == ':' || *c == '?') refused("no colon or question mark inside SQL text: bind it");
                continue;
            }
            if (*c == '"' || *c == ':' || *c == ';' || (*c == '-' && c[1] == '-') || (*c == '/' && c[1] == '*'))
                refused("no quotes, colons, semicolons or comments in SQL");
            if (*c == '*' && c == sql + 7 && in_columns) refused("name the columns");
            if (*c == '(' || *c == '{') ++depth;
            if (*c == ')' || *c == '}') --depth;
            if (*c == '?') ++placeholders_;
            if (in_columns && depth == 0 && *c == ',') ++columns_;
            if (in_columns && depth == 0 && starts_with(c, " FROM ")) in_columns = false;
        }
        if (in_text || (depth != 0 && !fragment)) refused("unbalanced quotes or brackets in SQL");
    }

    constexpr std::string_view name() const { return name_; } ///< label in logs and metrics, e.g. `wallet.take`
    constexpr std::string_view sql() const { return sql_; }
    constexpr int placeholders() const { return placeholders_; }
    constexpr int columns() const { return columns_; } ///< 0 for anything but a SELECT

private:
    static constexpr bool starts_with(const char* text, const char* start)
    {
        for (; *start != 0; ++start, ++text)
            if (*text != *start) return false;
        return true;
    }
    static void refused(const char*) {} // not constexpr: reaching it stops the compilation, with its message in sight

    const char* name_;
    const char* sql_;
    int placeholders_ = 0;
    int columns_ = 0;
};

} // namespace enstore::db

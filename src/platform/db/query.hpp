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
///
/// Sessions of both databases agree on: `||` joins texts, a backslash in a text is a backslash. They differ in the
/// division of integers: do it in C++.
class Query
{
public:
    /// `fragment`: a piece of a `Filter`, whose brackets may close in a later piece.
    consteval Query(const char* name, const char* sql, bool fragment = false) : name_(name), sql_(sql)
    {
        const Facts facts = facts_of(sql, fragment);
        if (facts.problem != nullptr) refused(facts.problem);
        placeholders_ = facts.placeholders;
        columns_ = facts.columns;
        upsert_ = facts.upsert;
    }

    constexpr std::string_view name() const { return name_; } ///< label in logs and metrics, e.g. `wallet.take`
    constexpr std::string_view sql() const { return sql_; }
    constexpr int placeholders() const { return placeholders_; }
    constexpr int columns() const { return columns_; } ///< 0 for anything but a SELECT
    constexpr bool upsert() const { return upsert_; }  ///< has `{on_duplicate(…)}`

    /// What the text holds, or what is wrong with it. Public for the tests, which cannot test what does not compile.
    struct Facts {
        const char* problem = nullptr;
        int placeholders = 0;
        int columns = 0;
        bool upsert = false;
    };
    static constexpr Facts facts_of(const char* sql, bool fragment);

private:
    static constexpr bool starts_with(const char* text, const char* start)
    {
        for (; *start != 0; ++start, ++text)
            if (*text != *start) return false;
        return true;
    }
    static constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }
    /// Whether `word` stands at `text`, with something else than a letter after it.
    static constexpr bool word_at(const char* text, const char* word)
    {
        if (!starts_with(text, word)) return false;
        while (*word != 0)
            ++word, ++text;
        return is_space(*text) || *text == 0;
    }
    /// A star that stands for columns, not for a product or inside `COUNT(*)`.
    static constexpr bool is_column_star(const char* sql, const char* star)
    {
        const char* before = star;
        while (before > sql && is_space(before[-1]))
            --before;
        if (before == sql) return true;
        if (before[-1] == '.' || before[-1] == ',') return true;
        return (before - sql >= 6 && starts_with(before - 6, "SELECT")) ||
               (before - sql >= 8 && starts_with(before - 8, "DISTINCT"));
    }
    static constexpr const char* forbidden(const char* sql, const char* c);
    static void refused(const char*) {} // not constexpr: reaching it stops the compilation, with its message in sight

    std::string_view name_;
    std::string_view sql_;
    int placeholders_ = 0;
    int columns_ = 0;
    bool upsert_ = false;
};

constexpr const char* Query::forbidden(const char* sql, const char* c)
{
    if (*c == '"' || *c == '`') return "no quoted names in SQL: use the tokens {group} and {key}";
    if (*c == ':' || *c == ';' || *c == '#') return "no colons, semicolons or hashes in SQL";
    if ((*c == '-' && c[1] == '-') || (*c == '/' && c[1] == '*')) return "no comments in SQL";
    if (*c == '*' && is_column_star(sql, c)) return "name the columns: no SELECT *";
    return nullptr;
}

constexpr Query::Facts Query::facts_of(const char* sql, bool fragment)
{
    Facts facts;
    int depth = 0;
    bool in_text = false;
    bool in_columns = false;
    const char* start = sql;
    while (is_space(*start))
        ++start;
    bool selects = word_at(start, "SELECT") || word_at(start, "WITH"); // its columns are still to be counted
    for (const char* c = start; *c != 0; ++c) {
        if (*c == '\'') in_text = !in_text;
        if (in_text) {
            if (*c == ':' || *c == '?') facts.problem = "no colon or question mark inside SQL text: bind it";
            continue;
        }
        if (const char* problem = forbidden(sql, c)) facts.problem = problem;
        if (*c == '(' || *c == '{') ++depth;
        if (*c == ')' || *c == '}') --depth;
        if (depth < 0 && !fragment) facts.problem = "a bracket closes that was never opened";
        if (*c == '?') ++facts.placeholders;
        if (starts_with(c, "{on_duplicate(")) facts.upsert = true;
        if (depth != 0) continue;
        if (selects && word_at(c, "SELECT") && (c == start || is_space(c[-1]) || c[-1] == ')')) {
            in_columns = true;
            selects = false;
            facts.columns = 1;
        }
        if (in_columns && *c == ',') ++facts.columns;
        if (in_columns && is_space(*c) && word_at(c + 1, "FROM")) in_columns = false;
    }
    if (in_text || (depth != 0 && !fragment)) facts.problem = "unbalanced quotes or brackets in SQL";
    return facts;
}

} // namespace enstore::db

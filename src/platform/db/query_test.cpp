#include "platform/db/db.hpp"
#include "platform/db/dialect.hpp"
#include "platform/db/migrator.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace enstore::db
{
namespace
{

// What is refused here would not compile as a Query.
constexpr bool refused(const char* sql, bool fragment = false)
{
    return Query::facts_of(sql, fragment).problem != nullptr;
}
static_assert(refused("SELECT \"name\" FROM t"));
static_assert(refused("SELECT `name` FROM t"));
static_assert(refused("SELECT a FROM t WHERE b = :b"));
static_assert(refused("SELECT a FROM t; DROP TABLE t"));
static_assert(refused("SELECT a FROM t -- why"));
static_assert(refused("SELECT a FROM t # why"));
static_assert(refused("SELECT a /* why */ FROM t"));
static_assert(refused("SELECT * FROM t"));
static_assert(refused("SELECT DISTINCT * FROM t"));
static_assert(refused("SELECT a, t.* FROM t"));
static_assert(refused("SELECT a FROM t WHERE EXISTS (SELECT * FROM u)"));
static_assert(refused("SELECT a FROM t WHERE b IN (1, 2"));
static_assert(refused("SELECT a FROM t) WHERE (b = 1"));
static_assert(refused("SELECT a FROM t WHERE b = 'open"));
static_assert(refused("SELECT a FROM t WHERE b = 'what?'"));
static_assert(refused("AND b = :b", true));
static_assert(!refused("AND b IN (", true));
static_assert(!refused(")", true));
static_assert(!refused("SELECT COUNT(*), a * 2 FROM t WHERE b LIKE ? ESCAPE '\\'"));

constexpr Query three{"three", "SELECT a, COALESCE(b, 0), (SELECT MAX(c) FROM u WHERE x IN (?, ?)) FROM t WHERE d = ?"};
static_assert(three.columns() == 3 && three.placeholders() == 3 && !three.upsert());
constexpr Query with{"with", "WITH x AS (SELECT a, b, c FROM t) SELECT a, b FROM x"};
static_assert(with.columns() == 2);
constexpr Query insert{"insert", "INSERT INTO t (a, b) VALUES (?, ?){on_duplicate(a)}b = {new(b)}"};
static_assert(insert.columns() == 0 && insert.placeholders() == 2 && insert.upsert());
constexpr Query lines{"lines", "SELECT a,\n  b\nFROM t"};
static_assert(lines.columns() == 2);

TEST(ExpandingTokens, writes_each_dialect)
{
    EXPECT_EQ(expanded(Dialect::sqlite, insert.sql()),
              "INSERT INTO t (a, b) VALUES (?, ?) ON CONFLICT(a) DO UPDATE SET b = excluded.b");
    EXPECT_EQ(expanded(Dialect::mysql, insert.sql()),
              "INSERT INTO t (a, b) VALUES (:p1, :p2) ON DUPLICATE KEY UPDATE b = VALUES(b)");
    EXPECT_EQ(expanded(Dialect::sqlite, "SELECT {group} FROM t{for_update}"), "SELECT \"group\" FROM t");
    EXPECT_EQ(expanded(Dialect::mysql, "SELECT {group} FROM t{skip_locked}"),
              "SELECT `group` FROM t FOR UPDATE SKIP LOCKED");
    EXPECT_EQ(expanded(Dialect::mysql, "VALUES {rows}", 2, 2), "VALUES (:p1,:p2),(:p3,:p4)");
}

TEST(ExpandingTokens, refuses_a_token_it_does_not_know)
{
    EXPECT_THROW(expanded(Dialect::sqlite, "SELECT {nonsense}"), std::logic_error);
    EXPECT_THROW(expanded_ddl(Dialect::sqlite, "CREATE TABLE t (a {varchar:3})"), std::logic_error);
}

TEST(ReadingARow, says_no_to_another_type_than_the_column_holds)
{
    const Row row({"12", std::nullopt, "abc", "2026-02-20 03:15:42.000007"});
    EXPECT_EQ(row.integer(0), 12);
    EXPECT_TRUE(row.null(1));
    EXPECT_EQ(row.maybe_integer(1), std::nullopt);
    EXPECT_EQ(row.time(3), parse_time("2026-02-20T03:15:42.000007Z"));
    EXPECT_THROW(row.integer(1), std::logic_error);
    EXPECT_THROW(row.integer(2), std::logic_error);
    EXPECT_THROW(row.time(2), std::logic_error);
    EXPECT_THROW(row.text(4), std::logic_error);
}

TEST(CuttingAMigration, drops_comments_and_cuts_at_line_ends)
{
    EXPECT_THAT(
        statements_of("-- Why; really.\nCREATE TABLE t (\n  a TEXT, -- a;b\n  b TEXT\n);\n\nINSERT INTO t VALUES\n"
                      "  ('x;y', 'z');\n"),
        testing::ElementsAre("CREATE TABLE t (\na TEXT, -- a;b\nb TEXT\n)", "INSERT INTO t VALUES\n('x;y', 'z')"));
    EXPECT_TRUE(statements_of("-- nothing\n").empty());
}

} // namespace
} // namespace enstore::db

#include "platform/db/ddl.hpp"
#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"

#include <gmock/gmock.h>

#include <mutex>

namespace enstore::db
{
namespace
{

constexpr Query count_a{"a.count", "SELECT COUNT(*) FROM a"};

constexpr Migration two[] = {
    {.number = 1,
     .name = "0001_a",
     .sql = "-- Everything begins somewhere.\n"
            "CREATE TABLE a (id {id}, name {code:40} NOT NULL,\n  doc {json}){options};\n"
            "CREATE INDEX a_name ON a (name);\n"
            "INSERT INTO a (name) VALUES ('seed; with a semicolon');\n"},
    {.number = 2, .name = "0002_b", .sql = "CREATE TABLE b (id {id}, a_id BIGINT, at {time}){options};\n"}};

class Migrating : public testing::TestWithParam<support::Backend>
{
protected:
    support::TestDatabase store{GetParam(), support::Schema::empty};
    Database& db = store.db();
};

TEST_P(Migrating, applies_what_is_missing_and_nothing_twice)
{
    EXPECT_EQ(schema_version(db), 0);
    const auto first = migrate(db, std::span(two).first(1));
    EXPECT_THAT(first.applied, testing::ElementsAre("0001_a"));
    EXPECT_EQ(first.version, 1);
    std::vector<int> seen;
    const auto second = migrate(db, two, [&](const Migration& migration) { seen.push_back(migration.number); });
    EXPECT_THAT(second.applied, testing::ElementsAre("0002_b"));
    EXPECT_THAT(seen, testing::ElementsAre(2));
    EXPECT_TRUE(migrate(db, two).applied.empty());
    EXPECT_EQ(schema_version(db), 2);
    EXPECT_EQ(db.read([](Tx& tx) { return tx.number(count_a); }), 1);
}

TEST_P(Migrating, lets_only_one_of_several_processes_migrate)
{
    std::mutex mutex;
    std::vector<std::string> applied;
    support::run_threads(4, [&](int) {
        const auto mine = Database::open(store.config());
        const auto report = migrate(*mine, two);
        EXPECT_EQ(report.version, 2);
        const std::lock_guard lock(mutex);
        applied.insert(applied.end(), report.applied.begin(), report.applied.end());
    });
    EXPECT_THAT(applied, testing::UnorderedElementsAre("0001_a", "0002_b"));
    EXPECT_EQ(db.read([](Tx& tx) { return tx.number(count_a); }), 1);
}

TEST_P(Migrating, says_which_statement_of_which_file_failed)
{
    constexpr Migration broken[] = {
        {.number = 1,
         .name = "0001_broken",
         .sql = "CREATE TABLE a (id {id}){options};\nCREATE TABLE twice (x BIGINT, x BIGINT);\n"}};
    try {
        migrate(db, broken);
        FAIL() << "a broken migration was accepted";
    } catch (const Failure& failure) {
        EXPECT_THAT(failure.what(), testing::HasSubstr("0001_broken, statement 2 (CREATE TABLE twice"));
        EXPECT_THAT(failure.what(), testing::HasSubstr("uplicate column"));
    }
    EXPECT_EQ(schema_version(db), 0);
}

TEST_P(Migrating, refuses_two_files_with_one_number)
{
    constexpr Migration same[] = {{.number = 1, .name = "0001_a", .sql = ""},
                                  {.number = 1, .name = "0001_b", .sql = ""}};
    EXPECT_THROW(migrate(db, same), std::logic_error);
}

TEST_P(Migrating, brings_a_new_database_to_the_last_version)
{
    const auto report = migrate(db);
    EXPECT_EQ(report.applied.size(), migrations().size());
    EXPECT_EQ(report.version, migrations().empty() ? 0 : migrations().back().number);
    EXPECT_TRUE(migrate(db).applied.empty());
}

ENSTORE_ON_BOTH_BACKENDS(Migrating);

TEST(MigratingSqlite, undoes_a_broken_file_whole)
{
    support::TestDatabase store(support::Backend::sqlite, support::Schema::empty);
    constexpr Migration broken[] = {
        {.number = 1, .name = "0001_broken", .sql = "CREATE TABLE a (id {id}){options};\nCREATE TABLE oops;\n"}};
    EXPECT_THROW(migrate(store.db(), broken), Failure);
    EXPECT_EQ(migrate(store.db(), two).version, 2);
}

TEST(MigratingSqlite, refuses_a_file_that_leaves_broken_keys_behind)
{
    support::TestDatabase store(support::Backend::sqlite, support::Schema::empty);
    constexpr Migration broken[] = {
        {.number = 1,
         .name = "0001_orphan",
         .sql = "CREATE TABLE a (id {id});\nCREATE TABLE b (id {id}, a_id BIGINT REFERENCES a(id));\n"
                "INSERT INTO b (a_id) VALUES (7);\n"}};
    EXPECT_THROW(migrate(store.db(), broken), Failure);
    EXPECT_EQ(schema_version(store.db()), 0);
}

/// `table.column`, in order.
std::vector<std::string> columns_of(Database& db)
{
    constexpr Query sqlite{"columns.sqlite", "SELECT m.name || '.' || c.name FROM sqlite_master m "
                                             "JOIN pragma_table_info(m.name) c WHERE m.type = 'table' "
                                             "AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'"};
    constexpr Query mysql{"columns.mysql", "SELECT table_name || '.' || column_name FROM information_schema.columns "
                                           "WHERE table_schema = DATABASE()"};
    return db.read([&](Tx& tx) {
        std::vector<std::string> names;
        for (const auto& row : tx.all(tx.dialect() == Dialect::sqlite ? sqlite : mysql))
            names.push_back(row.text(0));
        std::sort(names.begin(), names.end());
        return names;
    });
}

TEST(MigratingBoth, gives_both_backends_the_same_tables_and_columns)
{
    support::TestDatabase sqlite(support::Backend::sqlite);
    support::TestDatabase mariadb(support::Backend::mariadb);
    EXPECT_EQ(columns_of(sqlite.db()), columns_of(mariadb.db()));
    EXPECT_FALSE(columns_of(sqlite.db()).empty());
}

} // namespace
} // namespace enstore::db

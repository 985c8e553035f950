#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace enstore::db
{
namespace
{

constexpr Query insert_note{"note.insert", "INSERT INTO notes (name, amount) VALUES (?, ?)"};
constexpr Query read_note{"note.read", "SELECT id, name, amount FROM notes WHERE id = ?"};
constexpr Query count_notes{"note.count", "SELECT COUNT(*) FROM notes"};

constexpr Migration tables[] = {
    {.number = 1,
     .name = "0001_notes",
     .sql = "CREATE TABLE notes (id {id}, name {code:40} NOT NULL UNIQUE, amount BIGINT){options};\n"}};

class Transacting : public testing::TestWithParam<support::Backend>
{
protected:
    void SetUp() override { migrate(db, tables); }
    support::TestDatabase store{GetParam(), support::Schema::empty};
    Database& db = store.db();
};

TEST_P(Transacting, keeps_what_a_body_wrote)
{
    const auto id = db.transact([](Tx& tx) { return tx.insert(insert_note, "a", 5'000'000'000); });
    const auto row = db.read([&](Tx& tx) { return tx.one(read_note, id); });
    ASSERT_TRUE(row);
    EXPECT_EQ(row->text(1), "a");
    EXPECT_EQ(row->integer(2), 5'000'000'000);
}

TEST_P(Transacting, undoes_only_the_bodies_that_fail)
{
    std::atomic<int> thrown = 0;
    support::run_threads(64, [&](int thread) {
        for (int i = 0; i < 10; ++i) {
            try {
                db.transact([&](Tx& tx) {
                    tx.insert(insert_note, std::to_string(thread) + "/" + std::to_string(i), i);
                    if ((thread * 10 + i) % 5 == 0) throw std::runtime_error("every fifth");
                });
            } catch (const std::runtime_error&) {
                ++thrown;
            }
        }
    });
    EXPECT_EQ(thrown, 128);
    EXPECT_EQ(db.read([](Tx& tx) { return tx.number(count_notes); }), 512);
}

ENSTORE_ON_BOTH_BACKENDS(Transacting);

} // namespace
} // namespace enstore::db

#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <latch>

namespace enstore::db
{
namespace
{

constexpr Refusal not_today{Kind::business_rule, "not_today", "Tidak hari ini", "Not today"};

constexpr Query insert_note{"note.insert", "INSERT INTO notes (name, amount) VALUES (?, ?)"};
constexpr Query amount_of{"note.amount", "SELECT amount FROM notes WHERE name = ?"};
constexpr Query count_notes{"note.count", "SELECT COUNT(*) FROM notes"};
constexpr Query take{"note.take", "UPDATE notes SET amount = amount - ? WHERE name = ? AND amount >= ?"};
constexpr Query insert_entry{"entry.insert", "INSERT INTO entries (note, amount) VALUES (?, ?)"};
constexpr Query sum_entries{"entry.sum", "SELECT SUM(amount) FROM entries"};

constexpr Migration tables[] = {
    {.number = 1,
     .name = "0001_notes",
     .sql = "CREATE TABLE notes (id {id}, name {code:40} NOT NULL UNIQUE, amount BIGINT){options};\n"
            "CREATE TABLE entries (id {id}, note {code:40} NOT NULL, amount BIGINT NOT NULL){options};\n"}};

class Transacting : public testing::TestWithParam<support::Backend>
{
protected:
    void SetUp() override { migrate(db, tables); }
    std::int64_t notes()
    {
        return db.read([](Tx& tx) { return tx.number(count_notes); });
    }
    support::TestDatabase store{GetParam(), support::Schema::empty};
    Database& db = store.db();
};

TEST_P(Transacting, keeps_what_a_body_with_a_value_wrote)
{
    const auto made = db.transact([](Tx& tx) -> Result<std::int64_t> { return tx.insert(insert_note, "a", 5); });
    ASSERT_TRUE(made.ok());
    EXPECT_EQ(notes(), 1);
    const auto reopened = Database::open(store.config());
    EXPECT_EQ(reopened->read([](Tx& tx) { return tx.number(amount_of, "a"); }), 5);
}

TEST_P(Transacting, undoes_a_body_that_refuses)
{
    const auto refused = db.transact([](Tx& tx) -> Result<void> {
        tx.insert(insert_note, "a", 5);
        return refuse(not_today);
    });
    ASSERT_FALSE(refused.ok());
    EXPECT_TRUE(refused.error().is(not_today));
    EXPECT_EQ(notes(), 0);
}

TEST_P(Transacting, undoes_a_body_that_throws_and_throws_the_same)
{
    EXPECT_THROW(db.transact([](Tx& tx) {
        tx.insert(insert_note, "a", 5);
        throw std::domain_error("mine");
    }),
                 std::domain_error);
    EXPECT_EQ(notes(), 0);
    db.transact([](Tx& tx) { tx.insert(insert_note, "a", 5); });
    EXPECT_EQ(notes(), 1);
}

TEST_P(Transacting, undoes_only_the_bodies_that_fail)
{
    std::atomic<int> thrown = 0;
    support::run_threads(64, [&](int thread) {
        for (int i = 0; i < 10; ++i) {
            try {
                db.transact([&](Tx& tx) {
                    const auto name = std::to_string(thread) + "/" + std::to_string(i);
                    tx.insert(insert_note, name, i);
                    tx.insert(insert_entry, name, 100);
                    tx.insert(insert_entry, name, -100);
                    if ((thread * 10 + i) % 5 == 0) throw std::runtime_error("every fifth");
                    tx.insert(insert_entry, name, 1);
                });
            } catch (const std::runtime_error&) {
                ++thrown;
            }
        }
    });
    EXPECT_EQ(thrown, 128);
    EXPECT_EQ(notes(), 512);
    EXPECT_EQ(db.read([](Tx& tx) { return tx.number(sum_entries); }), 512);
}

TEST_P(Transacting, F22_lets_exactly_one_of_64_buyers_take_the_last_money)
{
    db.transact([](Tx& tx) { tx.insert(insert_note, "wallet", 100); });
    std::atomic<int> bought = 0;
    std::atomic<int> refusals = 0;
    support::run_threads(64, [&](int) {
        const auto bought_it = db.transact([](Tx& tx) -> Result<void> {
            tx.insert(insert_entry, "wallet", 100);
            if (tx.execute(take, 100, "wallet", 100) == 0) return refuse(not_today);
            return done();
        });
        ++(bought_it.ok() ? bought : refusals);
    });
    EXPECT_EQ(bought, 1);
    EXPECT_EQ(refusals, 63);
    EXPECT_EQ(db.read([](Tx& tx) { return tx.number(amount_of, "wallet"); }), 0);
    EXPECT_EQ(db.read([](Tx& tx) { return tx.number(sum_entries); }), 100);
}

TEST_P(Transacting, refuses_a_transaction_inside_a_transaction)
{
    EXPECT_FALSE(Database::inside_transaction());
    EXPECT_THROW(db.transact([&](Tx&) { db.transact([](Tx&) {}); }), std::logic_error);
    EXPECT_THROW(db.transact([&](Tx&) { db.read([](Tx&) {}); }), std::logic_error);
    EXPECT_THROW(db.read([&](Tx&) { db.transact([](Tx&) {}); }), std::logic_error);
    EXPECT_TRUE(db.transact([](Tx&) { return Database::inside_transaction(); }));
    EXPECT_TRUE(db.read([](Tx&) { return Database::inside_transaction(); }));
    EXPECT_FALSE(Database::inside_transaction());
}

TEST_P(Transacting, refuses_to_write_in_a_read)
{
    EXPECT_THROW(db.read([](Tx& tx) { tx.insert(insert_note, "a", 1); }), std::logic_error);
    EXPECT_THROW(db.read([](Tx& tx) { tx.execute(take, 1, "a", 1); }), std::logic_error);
    EXPECT_EQ(notes(), 0);
}

TEST_P(Transacting, reads_one_snapshot)
{
    db.transact([](Tx& tx) { tx.insert(insert_note, "a", 1); });
    db.read([&](Tx& tx) {
        EXPECT_EQ(tx.number(count_notes), 1);
        std::thread([&] { db.transact([](Tx& other) { other.insert(insert_note, "b", 2); }); }).join();
        EXPECT_EQ(tx.number(count_notes), 1);
    });
    EXPECT_EQ(notes(), 2);
}

TEST_P(Transacting, announces_jobs_after_the_commit_and_only_then)
{
    std::vector<std::int64_t> heard;
    std::int64_t notes_then = -1;
    db.on_announced([&](const std::vector<std::int64_t>& jobs) {
        heard.insert(heard.end(), jobs.begin(), jobs.end());
        notes_then = notes(); // not inside the transaction any more: a read is allowed, and sees the commit
    });
    db.transact([](Tx& tx) {
        tx.insert(insert_note, "a", 1);
        tx.announce(7);
        tx.announce(8);
    });
    EXPECT_THAT(heard, testing::ElementsAre(7, 8));
    EXPECT_EQ(notes_then, 1);
    static_cast<void>(db.transact([](Tx& tx) -> Result<void> {
        tx.announce(9);
        return refuse(not_today);
    }));
    EXPECT_THROW(db.transact([](Tx& tx) {
        tx.announce(10);
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    EXPECT_THAT(heard, testing::ElementsAre(7, 8));
}

TEST_P(Transacting, keeps_the_commit_when_the_listener_throws)
{
    db.on_announced([](const std::vector<std::int64_t>&) { throw std::runtime_error("deaf"); });
    db.transact([](Tx& tx) {
        tx.insert(insert_note, "a", 1);
        tx.announce(7);
    });
    EXPECT_EQ(notes(), 1);
}

TEST_P(Transacting, serves_readers_while_a_writer_is_busy)
{
    std::latch inside(1);
    std::latch finish(1);
    std::thread writer([&] {
        db.transact([&](Tx& tx) {
            tx.insert(insert_note, "a", 1);
            inside.count_down();
            finish.wait();
        });
    });
    inside.wait();
    EXPECT_EQ(notes(), 0);
    finish.count_down();
    writer.join();
    EXPECT_EQ(notes(), 1);
}

TEST_P(Transacting, lets_many_read_and_write_at_once)
{
    support::run_threads(32, [&](int thread) {
        for (int i = 0; i < 5; ++i) {
            db.transact([&](Tx& tx) { tx.insert(insert_note, std::to_string(thread * 5 + i), i); });
            EXPECT_EQ(db.read([&](Tx& tx) { return tx.number(amount_of, std::to_string(thread * 5 + i)); }), i);
        }
    });
    EXPECT_EQ(notes(), 160);
}

TEST_P(Transacting, answers_the_check)
{
    EXPECT_NO_THROW(db.check());
    EXPECT_THROW(db.transact([&](Tx&) { db.check(); }), std::logic_error);
}

ENSTORE_ON_BOTH_BACKENDS(Transacting);

TEST(MemoryDatabase, behaves_like_a_file)
{
    const auto db = Database::open({.sqlite_path = ":memory:"});
    migrate(*db, tables);
    support::run_threads(
        8, [&](int thread) { db->transact([&](Tx& tx) { tx.insert(insert_note, std::to_string(thread), 1); }); });
    EXPECT_THROW(db->transact([](Tx& tx) {
        tx.insert(insert_note, "a", 1);
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    EXPECT_THROW(db->read([](Tx& tx) { tx.insert(insert_note, "a", 1); }), std::logic_error);
    EXPECT_EQ(db->read([](Tx& tx) { return tx.number(count_notes); }), 8);
    db->check();
}

} // namespace
} // namespace enstore::db

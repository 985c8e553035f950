#include "platform/db/mysql_connection.hpp"
#include "tests/support/dropping_proxy.hpp"
#include "tests/support/mariadb.hpp"
#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <latch>

namespace enstore::db
{
namespace
{

constexpr Query insert_note{"note.insert", "INSERT INTO notes (name, amount) VALUES (?, ?)"};
constexpr Query amount_of{"note.amount", "SELECT amount FROM notes WHERE name = ?"};
constexpr Query add{"note.add", "UPDATE notes SET amount = amount + ? WHERE name = ?"};
constexpr Query count_notes{"note.count", "SELECT COUNT(*) FROM notes"};
constexpr Query connection_id{"connection.id", "SELECT CONNECTION_ID()"};
constexpr Query wait_briefly{"session.wait", "SET innodb_lock_wait_timeout = 1"};

constexpr Migration tables[] = {
    {.number = 1,
     .name = "0001_notes",
     .sql = "CREATE TABLE notes (id {id}, name {code:40} NOT NULL UNIQUE, amount BIGINT){options};\n"}};

class MariaDb : public testing::Test
{
protected:
    void SetUp() override
    {
        migrate(db, tables);
        db.transact([](Tx& tx) {
            tx.insert(insert_note, "a", 0);
            tx.insert(insert_note, "b", 0);
        });
    }
    std::int64_t amount(const char* name)
    {
        return db.read([&](Tx& tx) { return tx.number(amount_of, name); });
    }
    std::int64_t notes()
    {
        return db.read([](Tx& tx) { return tx.number(count_notes); });
    }

    support::TestDatabase store{support::Backend::mariadb, support::Schema::empty};
    Database& db = store.db();
    support::MariaDbServer server;
};

TEST_F(MariaDb, runs_the_victim_of_a_deadlock_again)
{
    std::latch both_hold_one(2);
    std::atomic<int> runs = 0;
    support::run_threads(2, [&](int thread) {
        int mine = 0;
        db.transact([&](Tx& tx) {
            ++runs;
            tx.execute(add, 1, thread == 0 ? "a" : "b");
            if (++mine == 1) both_hold_one.arrive_and_wait();
            tx.execute(add, 1, thread == 0 ? "b" : "a");
        });
    });
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(amount("a"), 2);
    EXPECT_EQ(amount("b"), 2);
}

TEST_F(MariaDb, rolls_back_and_runs_again_after_a_lock_timeout)
{
    server.run("USE " + store.config().database);
    server.run("BEGIN");
    server.run("UPDATE notes SET amount = 5 WHERE name = 'b'");
    int runs = 0;
    db.transact([&](Tx& tx) {
        if (++runs == 2) server.run("COMMIT");
        tx.execute(wait_briefly);
        tx.execute(add, 1, "a");
        tx.execute(add, 1, "b");
    });
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(amount("a"), 1);
    EXPECT_EQ(amount("b"), 6);
}

TEST_F(MariaDb, runs_a_body_again_that_swallowed_the_deadlock)
{
    std::latch both_hold_one(2);
    support::run_threads(2, [&](int thread) {
        int mine = 0;
        db.transact([&](Tx& tx) {
            tx.execute(add, 1, thread == 0 ? "a" : "b");
            if (++mine == 1) both_hold_one.arrive_and_wait();
            try {
                tx.execute(add, 1, thread == 0 ? "b" : "a");
            } catch (const Failure&) { // NOLINT(bugprone-empty-catch): what must not lead to half a commit
            }
        });
    });
    EXPECT_EQ(amount("a"), 2);
    EXPECT_EQ(amount("b"), 2);
}

TEST_F(MariaDb, gives_up_after_five_runs)
{
    int runs = 0;
    try {
        db.transact([&](Tx& tx) {
            ++runs;
            server.run("KILL " + std::to_string(tx.number(connection_id)));
            tx.execute(add, 1, "a");
        });
        FAIL() << "committed on a killed connection";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.fault(), Fault::gone);
    }
    EXPECT_EQ(runs, 5);
    EXPECT_EQ(amount("a"), 0);
}

TEST_F(MariaDb, runs_a_body_again_whose_connection_was_killed_before_the_commit)
{
    int runs = 0;
    db.transact([&](Tx& tx) {
        tx.execute(add, 1, "a");
        if (++runs == 1) server.run("KILL " + std::to_string(tx.number(connection_id)));
        tx.execute(add, 1, "b");
    });
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(amount("a"), 1);
    EXPECT_EQ(amount("b"), 1);
}

TEST_F(MariaDb, replaces_idle_connections_that_the_server_dropped)
{
    support::run_threads(8, [&](int) { db.transact([](Tx& tx) { tx.execute(add, 1, "a"); }); });
    for (const auto& id :
         server.column("SELECT id FROM information_schema.processlist WHERE db = '" + store.config().database + "'"))
        server.run("KILL " + id);
    db.transact([](Tx& tx) { tx.execute(add, 1, "a"); });
    EXPECT_EQ(amount("a"), 9);
}

TEST_F(MariaDb, F25_says_unknown_when_the_answer_to_commit_is_lost_and_runs_the_body_once)
{
    for (const bool committed : {true, false}) {
        support::DroppingProxy proxy(store.config().port);
        auto through = store.config();
        through.port = proxy.port();
        const auto remote = Database::open(through);
        const auto before = notes();
        int runs = 0;
        proxy.drop_at("COMMIT", committed);
        EXPECT_THROW(remote->transact([&](Tx& tx) {
            ++runs;
            tx.insert(insert_note, committed ? "reached" : "lost", 1);
        }),
                     CommitUnknown);
        EXPECT_EQ(runs, 1);
        EXPECT_EQ(notes(), before + (committed ? 1 : 0));
        EXPECT_EQ(remote->read([](Tx& tx) { return tx.number(count_notes); }), notes());
    }
}

TEST_F(MariaDb, sets_its_sessions_up)
{
    constexpr Query settings{"session.settings",
                             "SELECT @@autocommit, @@time_zone, @@character_set_connection, @@tx_isolation, "
                             "@@innodb_lock_wait_timeout"};
    const auto row = db.transact([&](Tx& tx) { return tx.one(settings).value(); });
    EXPECT_EQ(row.integer(0), 0);
    EXPECT_EQ(row.text(1), "+00:00");
    EXPECT_EQ(row.text(2), "utf8mb4");
    EXPECT_EQ(row.text(3), "READ-COMMITTED");
    EXPECT_EQ(row.integer(4), 10);
    EXPECT_EQ(db.read([&](Tx& tx) { return tx.one(settings)->text(3); }), "REPEATABLE-READ");
}

TEST_F(MariaDb, waits_for_a_free_connection_and_then_says_so)
{
    auto narrow = store.config();
    narrow.pool_size = 1;
    narrow.pool_wait_s = 1;
    const auto one = Database::open(narrow);
    std::latch inside(1);
    std::latch finish(1);
    std::thread holder([&] {
        one->transact([&](Tx&) {
            inside.count_down();
            finish.wait();
        });
    });
    inside.wait();
    EXPECT_THROW(one->read([](Tx& tx) { return tx.number(count_notes); }), Failure);
    finish.count_down();
    holder.join();
    EXPECT_EQ(one->read([](Tx& tx) { return tx.number(count_notes); }), 2);
}

TEST_F(MariaDb, says_gone_without_the_password_when_it_cannot_connect)
{
    auto wrong = store.config();
    wrong.password = Secret("it's \\ wrong");
    try {
        Database::open(wrong);
        FAIL() << "connected with a wrong password";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.fault(), Fault::gone);
        EXPECT_EQ(failure.native_code(), 1045);
        EXPECT_THAT(failure.what(), testing::Not(testing::HasSubstr("wrong")));
    }
}

TEST_F(MariaDb, refuses_a_server_that_does_not_encrypt_when_tls_is_asked_for)
{
    auto encrypted = store.config();
    encrypted.ssl_ca = "/etc/ssl/certs/ca-certificates.crt";
    EXPECT_THROW(Database::open(encrypted), Failure);
}

TEST_F(MariaDb, accepts_a_password_with_quotes)
{
    server.run("CREATE OR REPLACE USER 'quoted'@'127.0.0.1' IDENTIFIED BY 'it''s a \"p\\\\w=1'");
    server.run("GRANT ALL ON " + store.config().database + ".* TO 'quoted'@'127.0.0.1'");
    auto config = store.config();
    config.username = "quoted";
    config.password = Secret("it's a \"p\\w=1");
    EXPECT_EQ(Database::open(config)->read([](Tx& tx) { return tx.number(count_notes); }), 2);
    server.run("DROP USER 'quoted'@'127.0.0.1'");
}

} // namespace
} // namespace enstore::db

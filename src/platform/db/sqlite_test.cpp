#include "platform/db/ddl.hpp"
#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <latch>

namespace enstore::db
{
namespace
{

constexpr Query insert_note{"note.insert", "INSERT INTO notes (name, body) VALUES (?, ?)"};
constexpr Query first_note{"note.first", "SELECT name FROM notes ORDER BY id"};
constexpr Query count_notes{"note.count", "SELECT COUNT(*) FROM notes"};
constexpr Query allow_40_pages{"pages.few", "PRAGMA max_page_count = 40"};
constexpr Query allow_many_pages{"pages.many", "PRAGMA max_page_count = 100000"};

constexpr Migration tables[] = {
    {.number = 1,
     .name = "0001_notes",
     .sql = "CREATE TABLE notes (id {id}, name {code:40} NOT NULL UNIQUE, body {text}){options};\n"}};

class SqliteFile : public testing::Test
{
protected:
    void SetUp() override { migrate(db, tables); }
    std::int64_t notes()
    {
        return db.read([](Tx& tx) { return tx.number(count_notes); });
    }
    /// 0 when all of the log could be written back and cut.
    std::int64_t checkpoint()
    {
        std::int64_t busy = -1;
        db.alter([&](Ddl& ddl) { busy = ddl.number("PRAGMA wal_checkpoint(TRUNCATE)"); });
        return busy;
    }
    std::int64_t log_size() const
    {
        struct stat file = {};
        return ::stat((store.config().sqlite_path + "-wal").c_str(), &file) == 0 ? file.st_size : 0;
    }

    support::TestDatabase store{support::Backend::sqlite, support::Schema::empty};
    Database& db = store.db();
};

TEST_F(SqliteFile, F32_fails_the_whole_batch_when_the_disk_is_full_and_recovers)
{
    db.transact([](Tx& tx) {
        tx.insert(insert_note, "before", "x");
        tx.execute(allow_40_pages);
    });
    const std::string big(64 * 1024, 'x');
    std::atomic<int> stored = 0;
    std::atomic<int> full = 0;
    support::run_threads(16, [&](int thread) {
        try {
            db.transact([&](Tx& tx) {
                tx.insert(insert_note, std::to_string(thread), thread % 4 == 0 ? big : "small");
                try {
                    tx.insert(insert_note, std::to_string(thread) + "+", big);
                } catch (const Failure&) { // NOLINT(bugprone-empty-catch): a body that swallows it gets it all the same
                }
            });
            ++stored;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.fault(), Fault::full);
            ++full;
        }
    });
    EXPECT_GT(full, 0);
    EXPECT_EQ(stored + full, 16);
    EXPECT_EQ(notes(), 1 + 2 * stored);
    db.transact([&](Tx& tx) { tx.execute(allow_many_pages); });
    db.transact([&](Tx& tx) { tx.insert(insert_note, "after", big); });
    EXPECT_EQ(notes(), 2 + 2 * stored);
}

TEST_F(SqliteFile, waits_for_another_process_that_holds_the_lock)
{
    const auto other = Database::open(store.config());
    std::latch holding(1);
    std::latch release(1);
    std::thread holder([&] {
        other->transact([&](Tx& tx) {
            tx.insert(insert_note, "theirs", "x");
            holding.count_down();
            release.wait();
        });
    });
    holding.wait();
    auto mine =
        std::async(std::launch::async, [&] { db.transact([](Tx& tx) { tx.insert(insert_note, "mine", "x"); }); });
    EXPECT_EQ(mine.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
    release.count_down();
    holder.join();
    EXPECT_NO_THROW(mine.get());
    EXPECT_EQ(notes(), 2);
}

TEST_F(SqliteFile, gives_up_with_retryable_when_the_lock_is_never_free)
{
    auto impatient = store.config();
    impatient.busy_timeout_s = 0;
    const auto other = Database::open(impatient);
    std::latch holding(1);
    std::latch release(1);
    std::thread holder([&] {
        db.transact([&](Tx& tx) {
            tx.insert(insert_note, "theirs", "x");
            holding.count_down();
            release.wait();
        });
    });
    holding.wait();
    try {
        other->transact([](Tx& tx) { tx.insert(insert_note, "mine", "x"); });
        ADD_FAILURE() << "wrote beside another writer";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.fault(), Fault::retryable);
    }
    release.count_down();
    holder.join();
    EXPECT_EQ(notes(), 1);
}

TEST_F(SqliteFile, two_processes_count_together)
{
    const auto other = Database::open(store.config());
    support::run_threads(8, [&](int thread) {
        auto& mine = thread % 2 == 0 ? db : *other;
        for (int i = 0; i < 20; ++i)
            mine.transact([&](Tx& tx) {
                const auto before = tx.number(count_notes); // read, then write: refused at once without IMMEDIATE
                tx.insert(insert_note, std::to_string(before), "x");
            });
    });
    EXPECT_EQ(notes(), 160);
}

TEST_F(SqliteFile, leaves_no_statement_open_that_would_hold_the_log)
{
    for (int i = 0; i < 20; ++i) {
        db.transact([&](Tx& tx) {
            tx.insert(insert_note, std::to_string(i), "x");
            EXPECT_TRUE(tx.one(first_note)); // not read to its end
        });
        EXPECT_TRUE(db.read([](Tx& tx) { return tx.one(first_note); }));
        EXPECT_EQ(checkpoint(), 0);
    }
}

TEST_F(SqliteFile, keeps_its_log_small_under_load)
{
    const std::string page(4'000, 'x');
    support::run_threads(8, [&](int thread) {
        for (int i = 0; i < 1'000; ++i)
            db.transact([&](Tx& tx) { tx.insert(insert_note, std::to_string(thread * 1'000 + i), page); });
    });
    EXPECT_EQ(notes(), 8'000);
    EXPECT_LT(log_size(), 64 << 20);
}

TEST_F(SqliteFile, is_readable_by_its_owner_only)
{
    db.transact([](Tx& tx) { tx.insert(insert_note, "a", "x"); });
    for (const char* ending : {"", "-wal"}) {
        struct stat file = {};
        ASSERT_EQ(::stat((store.config().sqlite_path + ending).c_str(), &file), 0);
        EXPECT_EQ(file.st_mode & 0777, 0600u) << ending;
    }
}

TEST_F(SqliteFile, says_gone_when_it_cannot_be_opened)
{
    Config config;
    config.sqlite_path = "/proc/nowhere/enstore.db";
    EXPECT_THROW(Database::open(config), Failure);
    const support::TempFolder folder;
    config.sqlite_path = folder.file("text.db");
    std::FILE* file = std::fopen(config.sqlite_path.c_str(), "w");
    ASSERT_NE(file, nullptr);
    std::fputs("this is no database, however long it is made to look to be one by words", file);
    std::fclose(file);
    EXPECT_THROW(Database::open(config), Failure);
}

/// What another process sees: whether someone holds SQLite's lock on the file (its 510 shared bytes).
bool locked_for_others(const std::string& path)
{
    const pid_t child = ::fork();
    if (child == 0) {
        struct flock wanted = {};
        wanted.l_type = F_WRLCK;
        wanted.l_whence = SEEK_SET;
        wanted.l_start = 0x40000002;
        wanted.l_len = 510;
        const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        const bool held = file >= 0 && ::fcntl(file, F_GETLK, &wanted) == 0 && wanted.l_type != F_UNLCK;
        ::_exit(held ? 1 : 0);
    }
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

TEST_F(SqliteFile, opening_it_again_keeps_the_locks_that_keep_its_log_alive)
{
    EXPECT_TRUE(locked_for_others(store.config().sqlite_path));
    const auto again = Database::open(store.config());
    EXPECT_TRUE(locked_for_others(store.config().sqlite_path));
}

TEST_F(SqliteFile, opens_a_path_with_spaces_and_signs)
{
    const support::TempFolder folder;
    Config config;
    config.sqlite_path = folder.file("new folder/my = store.db");
    const auto named = Database::open(config);
    migrate(*named, tables);
    struct stat file = {};
    EXPECT_EQ(::stat(config.sqlite_path.c_str(), &file), 0);
}

} // namespace
} // namespace enstore::db

// No-op jobs through the database queue, with plain inserts and deletes of one row beside them:
//     queue_bench sqlite FILE | mariadb HOST:PORT:USER:PASSWORD:DATABASE
// Both go through `platform/db`, with 32 threads and each row in a transaction of its own. Prints `jobs/s rows/s`.

#include "platform/core/text.hpp"
#include "platform/queue/queue.hpp"

#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>
#include <vector>

namespace
{

using namespace enstore;
using Steady = std::chrono::steady_clock;

constexpr int threads = 32;
constexpr int jobs = 20'000;

constexpr db::Query insert_row{"bench.insert", "INSERT INTO bench_rows (note, created_at) VALUES (?, ?)"};
constexpr db::Query delete_row{"bench.delete", "DELETE FROM bench_rows WHERE id = ?"};
constexpr db::Migration table[] = {
    {.number = 9'000,
     .name = "9000_bench",
     .sql = "CREATE TABLE bench_rows (id {id}, note {code:64} NOT NULL, created_at {time} NOT NULL){options};\n"}};

double rate(int count, Steady::time_point began)
{
    return static_cast<double>(count) / std::chrono::duration<double>(Steady::now() - began).count();
}

double jobs_a_second(db::Database& database, const Clock& clock)
{
    std::atomic<int> ran{0};
    const queue::Kinds kinds = {{.name = "Nothing", .run = [&](const queue::Job&, Timestamp) {
                                     ++ran;
                                     return queue::done();
                                 }}};
    for (int i = 0; i < jobs; i += 500)
        database.transact([&](db::Tx& tx) {
            for (int j = 0; j < 500; ++j)
                queue::enqueue(tx, {.kind = "Nothing", .subject = i + j + 1, .run_at = clock.now()}, clock.now());
        });
    const auto driver = queue::database_driver(database, kinds);
    queue::Worker worker(*driver, kinds, clock, threads);
    const auto began = Steady::now();
    worker.start();
    while (ran < jobs)
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    const double out = rate(jobs, began);
    worker.drain();
    return out;
}

double rows_a_second(db::Database& database, const Clock& clock)
{
    constexpr int each = jobs / threads / 4;
    const auto began = Steady::now();
    std::vector<std::thread> writers;
    for (int i = 0; i < threads; ++i)
        writers.emplace_back([&] {
            for (int j = 0; j < each; ++j) {
                const auto id =
                    database.transact([&](db::Tx& tx) { return tx.insert(insert_row, "row", clock.now()); });
                database.transact([&](db::Tx& tx) { return tx.execute(delete_row, id); });
            }
        });
    for (auto& writer : writers)
        writer.join();
    return rate(each * threads, began);
}

} // namespace

int main(int count, char** words)
{
    if (count != 3) {
        std::cerr << "usage: queue_bench sqlite|mariadb WHERE\n";
        return 2;
    }
    db::Config config;
    if (std::string(words[1]) == "sqlite") {
        config.sqlite_path = words[2];
    } else {
        const auto at = split(words[2], ':');
        config.dialect = db::Dialect::mysql;
        config.host = at.at(0);
        config.port = static_cast<int>(parse_int(at.at(1)).value());
        config.username = at.at(2);
        config.password = Secret{at.at(3)};
        config.database = at.at(4);
    }
    const SystemClock clock;
    const auto database = db::Database::open(config);
    db::migrate(*database);
    db::migrate(*database, table);
    const double job_rate = jobs_a_second(*database, clock);
    std::cout << static_cast<std::int64_t>(job_rate) << " "
              << static_cast<std::int64_t>(rows_a_second(*database, clock)) << "\n";
    return 0;
}

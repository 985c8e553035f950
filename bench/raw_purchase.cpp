// The statements of a wallet purchase without the store around them, the yardstick of `purchase_load`:
//     raw_purchase sqlite FILE ITEM THREADS SECONDS
//     raw_purchase mariadb HOST:PORT:USER:PASSWORD:DATABASE ITEM THREADS SECONDS
// One transaction per order, durable as the store's own. SQLite: the C API, one connection, statements kept, the
// threads wait in line. MariaDB: the C client, one connection a thread, each statement as text. Buyers are those of the
// database. Prints orders a second.

#include "platform/core/time.hpp"

#include <mysql.h>
#include <sqlite3.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace
{

using Value = std::variant<std::int64_t, std::string>;
using Values = std::vector<Value>;
using Steady = std::chrono::steady_clock;

// As they stand in catalog/store.cpp, orders/store.cpp, orders/attempt_store.cpp, wallet/store.cpp and queue/store.cpp.
constexpr const char* item_query =
    "SELECT i.id, p.id, p.name, p.slug, i.name, i.digiflazz_code, p.brand, p.type, p.provider, p.payment_type, "
    "i.base_price, "
    "i.retail_price, i.reseller_price, i.multi, i.cut_off_start, i.cut_off_end, p.input_fields, i.is_active, "
    "i.stock_status, "
    "p.is_active, c.is_active FROM product_items i JOIN products p ON p.id = i.product_id JOIN product_categories c "
    "ON c.id = p.category_id WHERE i.id = ?";
constexpr const char* paused_query = "SELECT COUNT(*) FROM supplier_pauses WHERE supplier = 'digiflazz'";
constexpr const char* order_insert = "INSERT INTO transactions (transaction_code, user_id, product_item_id, "
                                     "customer_type, payment_method_type, transaction_type, "
                                     "prepaid_postpaid_type, product_name, product_code, product_price, "
                                     "discount_amount, admin_fee, total_price, base_price, "
                                     "customer_data, customer_no, payment_method, payment_status, status, request_id, "
                                     "paid_at, processed_at, created_at, updated_at) "
                                     "VALUES (?, ?, ?, ?, 'balance', 'purchase', 'prepaid', ?, ?, ?, 0, 0, ?, ?, ?, ?, "
                                     "'balance', 'paid', 'processing', ?, ?, ?, ?, ?)";
constexpr const char* order_query =
    "SELECT id, transaction_code, user_id, product_item_id, customer_type, payment_method_type, transaction_type, "
    "prepaid_postpaid_type, product_name, product_code, product_price, discount_amount, admin_fee, total_price, "
    "base_price, "
    "customer_data, customer_no, payment_method, payment_status, status, failed_reason, digiflazz_serial_number, "
    "refund_method, "
    "needs_attention, request_id, paid_at, processed_at, completed_at, failed_at, refunded_at, expired_at, created_at, "
    "updated_at "
    "FROM transactions WHERE id = ?";
constexpr const char* log_insert =
    "INSERT INTO transaction_logs (transaction_id, status_from, status_to, action, message, created_by, "
    "created_at, updated_at) VALUES (?, NULL, ?, ?, ?, NULL, ?, ?)";
constexpr const char* entry_insert =
    "INSERT INTO ledger_entries (kind, source, source_ref, transaction_id, created_by, memo, created_at) "
    "VALUES (?, ?, ?, ?, NULL, ?, ?)";
constexpr const char* take_update = "UPDATE balances SET balance = balance - ?, updated_at = ? WHERE user_id = ? AND "
                                    "balance - hold_balance >= ?";
constexpr const char* wallet_query = "SELECT id, account_id, balance FROM balances WHERE user_id = ?";
constexpr const char* mutation_insert = "INSERT INTO balance_mutations (balance_id, posting_entry_id, transaction_id, "
                                        "type, amount, balance_before, balance_after, "
                                        "description, reference_type, reference_id, once_key, created_at, updated_at) "
                                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* postings_insert =
    "INSERT INTO ledger_postings (entry_id, account_id, amount) VALUES (?, ?, ?), (?, ?, ?)";
constexpr const char* job_insert =
    "INSERT INTO jobs (kind, subject_id, status, attempts, fence, run_at, request_id, created_at, updated_at) "
    "VALUES (?, ?, 'ready', 0, 0, ?, ?, ?, ?)";
constexpr const char* buyers_query =
    "SELECT user_id FROM balances WHERE balance > 1000000 AND user_id > 1 ORDER BY user_id";

class Connection
{
public:
    virtual ~Connection() = default;
    virtual std::int64_t run(const char* sql, const Values& values) = 0; ///< the last inserted id
    virtual std::vector<std::string> row(const char* sql, const Values& values) = 0;
    virtual std::vector<std::int64_t> column(const char* sql) = 0;
    virtual void begin() = 0;
    virtual void commit() = 0;
};

class Sqlite final : public Connection
{
public:
    explicit Sqlite(const char* file)
    {
        if (sqlite3_open(file, &db_) != SQLITE_OK) throw std::runtime_error("cannot open the database");
        exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000; "
             "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=2000");
    }
    std::int64_t run(const char* sql, const Values& values) override
    {
        sqlite3_stmt* statement = bound(sql, values);
        const int code = sqlite3_step(statement);
        sqlite3_reset(statement);
        if (code != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db_));
        return sqlite3_last_insert_rowid(db_);
    }
    std::vector<std::string> row(const char* sql, const Values& values) override
    {
        sqlite3_stmt* statement = bound(sql, values);
        std::vector<std::string> out;
        if (sqlite3_step(statement) == SQLITE_ROW)
            for (int i = 0; i < sqlite3_column_count(statement); ++i) {
                const auto* text = sqlite3_column_text(statement, i);
                out.emplace_back(text == nullptr ? "" : reinterpret_cast<const char*>(text));
            }
        sqlite3_reset(statement);
        return out;
    }
    std::vector<std::int64_t> column(const char* sql) override
    {
        sqlite3_stmt* statement = bound(sql, {});
        std::vector<std::int64_t> out;
        while (sqlite3_step(statement) == SQLITE_ROW)
            out.push_back(sqlite3_column_int64(statement, 0));
        sqlite3_reset(statement);
        return out;
    }
    void begin() override { exec("BEGIN IMMEDIATE"); }
    void commit() override { exec("COMMIT"); }

private:
    void exec(const char* sql)
    {
        if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(db_));
    }
    sqlite3_stmt* bound(const char* sql, const Values& values)
    {
        sqlite3_stmt*& statement = kept_[sql];
        if (statement == nullptr && sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(db_));
        for (std::size_t i = 0; i < values.size(); ++i) {
            const int at = static_cast<int>(i) + 1;
            if (const auto* number = std::get_if<std::int64_t>(&values[i]))
                sqlite3_bind_int64(statement, at, *number);
            else
                sqlite3_bind_text(statement, at, std::get<std::string>(values[i]).c_str(), -1, SQLITE_TRANSIENT);
        }
        return statement;
    }

    sqlite3* db_ = nullptr;
    std::map<const char*, sqlite3_stmt*> kept_;
};

class MariaDb final : public Connection
{
public:
    explicit MariaDb(const std::vector<std::string>& at) : db_(mysql_init(nullptr))
    {
        if (mysql_real_connect(db_, at[0].c_str(), at[2].c_str(), at[3].c_str(), at[4].c_str(),
                               static_cast<unsigned>(std::strtoul(at[1].c_str(), nullptr, 10)), nullptr, 0) == nullptr)
            throw std::runtime_error(mysql_error(db_));
        mysql_set_character_set(db_, "utf8mb4");
        query("SET SESSION autocommit=0, tx_isolation='READ-COMMITTED'");
    }
    ~MariaDb() override { mysql_close(db_); }
    MariaDb(const MariaDb&) = delete;
    MariaDb& operator=(const MariaDb&) = delete;

    std::int64_t run(const char* sql, const Values& values) override
    {
        query(written(sql, values));
        return static_cast<std::int64_t>(mysql_insert_id(db_));
    }
    std::vector<std::string> row(const char* sql, const Values& values) override
    {
        query(written(sql, values));
        const std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)> result(mysql_store_result(db_), mysql_free_result);
        std::vector<std::string> out;
        if (MYSQL_ROW cells = mysql_fetch_row(result.get()); cells != nullptr)
            for (unsigned i = 0; i < mysql_num_fields(result.get()); ++i)
                out.emplace_back(cells[i] == nullptr ? "" : cells[i]);
        return out;
    }
    std::vector<std::int64_t> column(const char* sql) override
    {
        query(sql);
        const std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)> result(mysql_store_result(db_), mysql_free_result);
        std::vector<std::int64_t> out;
        while (MYSQL_ROW cells = mysql_fetch_row(result.get()))
            out.push_back(std::strtol(cells[0], nullptr, 10));
        return out;
    }
    void begin() override {} // autocommit is off
    void commit() override { query("COMMIT"); }

private:
    void query(const std::string& sql)
    {
        if (mysql_real_query(db_, sql.data(), sql.size()) != 0) throw std::runtime_error(mysql_error(db_));
    }
    std::string written(const char* sql, const Values& values)
    {
        std::string out;
        std::size_t at = 0;
        for (const char* c = sql; *c != 0; ++c) {
            if (*c != '?') {
                out += *c;
            } else if (const auto* number = std::get_if<std::int64_t>(&values[at])) {
                out += std::to_string(*number);
                ++at;
            } else {
                const auto& text = std::get<std::string>(values[at++]);
                std::string escaped(text.size() * 2 + 1, '\0');
                escaped.resize(mysql_real_escape_string(db_, escaped.data(), text.data(), text.size()));
                out += '\'';
                out += escaped;
                out += '\'';
            }
        }
        return out;
    }

    MYSQL* db_;
};

/// One order, as `place_order` writes it.
void order(Connection& db, std::int64_t buyer, std::int64_t item_id)
{
    const enstore::Timestamp moment = enstore::SystemClock{}.now();
    const std::string now = enstore::stored_time(moment);
    static std::atomic<std::int64_t> orders_made{0};
    const std::string code =
        "ENS-20260101-" + std::to_string(moment.us % 10'000'000'000) + std::to_string(++orders_made % 1'000'000);
    db.begin();
    const auto item = db.row(item_query, {item_id});
    if (item.size() != 21) throw std::runtime_error("no such item");
    db.row(paused_query, {});
    const std::int64_t price = std::strtol(item[11].c_str(), nullptr, 10);
    const std::int64_t base = std::strtol(item[10].c_str(), nullptr, 10);
    const std::int64_t id =
        db.run(order_insert, {code, buyer, item_id, std::string("retail"), item[2] + " - " + item[4], item[5], price,
                              price, base, std::string(R"({"phone":"081234567890"})"), std::string("081234567890"),
                              std::string("0123456789abcdef"), now, now, now, now});
    db.row(order_query, {id});
    db.run(log_insert, {id, std::string("processing"), std::string("created"),
                        std::string("Pesanan dibuat dan dibayar dari saldo"), now, now});
    const std::int64_t entry =
        db.run(entry_insert, {std::string("purchase"), std::string("order"), code, id, "Pembelian " + item[2], now});
    db.run(take_update, {price, now, buyer, price});
    const auto wallet = db.row(wallet_query, {buyer});
    const std::int64_t after = std::strtol(wallet[2].c_str(), nullptr, 10);
    db.run(mutation_insert,
           {wallet[0], entry, id, std::string("debit"), price, after + price, after, "Pembelian " + item[2],
            std::string("purchase"), id, "purchase:" + std::to_string(id) + ":debit", now, now});
    db.run(postings_insert, {entry, wallet[1], price, entry, std::int64_t{1}, -price});
    db.run(job_insert, {std::string("FulfilOrder"), id, now, std::string("0123456789abcdef"), now, now});
    db.commit();
}

std::vector<std::string> split(const std::string& text)
{
    std::vector<std::string> parts(1);
    for (const char c : text)
        if (c == ':')
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

} // namespace

int main(int count, char** words)
{
    if (count != 6) {
        std::cerr << "usage: raw_purchase sqlite|mariadb WHERE ITEM THREADS SECONDS\n";
        return 2;
    }
    const bool sqlite = std::string(words[1]) == "sqlite";
    const std::int64_t item = std::strtol(words[3], nullptr, 10);
    const auto threads = static_cast<std::size_t>(std::strtol(words[4], nullptr, 10));
    const std::chrono::seconds time{std::strtol(words[5], nullptr, 10)};
    std::vector<std::unique_ptr<Connection>> connections;
    if (sqlite)
        connections.push_back(std::make_unique<Sqlite>(words[2]));
    else
        for (std::size_t i = 0; i < threads; ++i)
            connections.push_back(std::make_unique<MariaDb>(split(words[2])));
    const auto buyers = connections.front()->column(buyers_query);
    if (!sqlite) connections.front()->commit();
    std::mutex line;
    std::atomic<std::int64_t> orders{0};
    const auto began = Steady::now();
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < threads; ++i)
        workers.emplace_back([&, i] {
            while (Steady::now() - began < time) {
                std::unique_lock<std::mutex> turn(line, std::defer_lock);
                if (sqlite) turn.lock();
                order(*connections[sqlite ? 0 : i], buyers[i % buyers.size()], item);
                ++orders;
            }
        });
    for (auto& worker : workers)
        worker.join();
    std::cout << static_cast<std::int64_t>(static_cast<double>(orders) /
                                           std::chrono::duration<double>(Steady::now() - began).count())
              << "\n";
    return 0;
}

#pragma once

#include "platform/core/id.hpp"
#include "platform/core/money.hpp"
#include "platform/core/result.hpp"
#include "platform/core/secret.hpp"
#include "platform/core/time.hpp"
#include "platform/db/query.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// The database behind one interface: SQLite with group commit, MySQL/MariaDB with retries. This is the one place that
/// knows the dialects, and the only one that sees SOCI.
namespace enstore::db
{

enum class Dialect { sqlite, mysql };

class Filter;

struct Config {
    Dialect dialect = Dialect::sqlite;
    std::string sqlite_path; ///< file, or `:memory:` (tests)
    int busy_timeout_s = 5;  ///< how long SQLite waits for another process's write lock
    std::string host = "127.0.0.1";
    int port = 3306;
    std::string database = {};
    std::string username = {};
    Secret password = {};
    /// Path of the authority; empty: no TLS. When set, a server that does not encrypt, or whose certificate this
    /// authority has not signed, is refused. The name in the certificate is not compared (SOCI cannot ask for it): use
    /// a private one.
    std::string ssl_ca = {};
    int pool_size = 24;   ///< MySQL connections, 16 to 32 are sensible
    int pool_wait_s = 10; ///< how long a thread waits for a free connection before it is told `gone`
    int readers = 4;      ///< SQLite reading connections
    int connect_timeout_s = 5;
    int statement_timeout_s = 30;
};

// ── what goes wrong ────────────────────────────────────────────────────────────────────────────────────────────────

enum class Fault {
    unique, ///< a unique key is taken
    foreign_key,
    constraint,     ///< CHECK or NOT NULL
    retryable,      ///< deadlock, lock timeout, busy: retried here; leaves only when the retries are spent
    gone,           ///< the database cannot be reached
    full,           ///< no space left, or read-only
    commit_unknown, ///< COMMIT was sent and its answer lost: re-read by the unique key, do not run the body again
    other,
};

/// Any failure of the database. `what()` holds the query's name and the native code and never a value: the drivers'
/// own texts quote customers' data.
class Failure : public std::runtime_error
{
public:
    Failure(Fault fault, std::string_view query, int native_code);
    Fault fault() const { return fault_; }
    int native_code() const { return code_; }

private:
    Fault fault_;
    int code_;
};

/// A unique key was already taken. Thrown by the statement; the transaction is still usable, so a use case may catch it
/// and answer with what is there.
class UniqueViolation : public Failure
{
public:
    explicit UniqueViolation(std::string_view query, int native_code) : Failure(Fault::unique, query, native_code) {}
};

/// COMMIT was sent, its answer was lost. Money code re-reads by its unique key.
class CommitUnknown : public Failure
{
public:
    explicit CommitUnknown(int native_code) : Failure(Fault::commit_unknown, "COMMIT", native_code) {}
};

// ── values in and out ──────────────────────────────────────────────────────────────────────────────────────────────

/// One bound value: NULL, an integer or text. Built from the house types, so no call site converts by hand. A text with
/// a NUL byte is refused when it is bound: neither database stores it faithfully.
class Param
{
public:
    Param(std::nullopt_t) {}
    Param(bool value) : value_(std::int64_t{value}) {}
    template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) Param(T value)
        : value_(static_cast<std::int64_t>(value))
    {
    }
    Param(Idr value) : value_(value.rupiah()) {}
    template <class Tag>
    Param(Id<Tag> id) : value_(id.value)
    {
    }
    Param(std::string value) : value_(std::move(value)) {}
    Param(std::string_view value) : value_(std::string(value)) {}
    Param(const char* value) : value_(std::string(value)) {}
    Param(Timestamp value) : value_(stored_time(value)) {}
    template <class T>
    Param(const std::optional<T>& value)
    {
        if (value) value_ = Param(*value).value_;
    }

    const std::variant<std::monostate, std::int64_t, std::string>& value() const { return value_; }

private:
    std::variant<std::monostate, std::int64_t, std::string> value_;
};

/// One row of an answer. Columns are read by position, in the order the SELECT names them; asking for a type that the
/// text does not hold, or for a value where there is NULL, is a bug and throws `std::logic_error`.
class Row
{
public:
    explicit Row(std::vector<std::optional<std::string>> columns) : columns_(std::move(columns)) {}

    bool null(std::size_t column) const { return !columns_.at(column).has_value(); }
    const std::string& text(std::size_t column) const;
    std::int64_t integer(std::size_t column) const;
    bool boolean(std::size_t column) const { return integer(column) != 0; }
    Idr idr(std::size_t column) const { return Idr{integer(column)}; }
    Timestamp time(std::size_t column) const;
    template <class T> ///< an `Id<…>`
    T id(std::size_t column) const
    {
        return T{integer(column)};
    }
    std::optional<std::string> maybe_text(std::size_t column) const { return columns_.at(column); }
    std::optional<std::int64_t> maybe_integer(std::size_t column) const;
    std::optional<Idr> maybe_idr(std::size_t column) const;
    std::optional<Timestamp> maybe_time(std::size_t column) const;
    template <class T>
    std::optional<T> maybe_id(std::size_t column) const
    {
        if (null(column)) return std::nullopt;
        return id<T>(column);
    }
    std::size_t size() const { return columns_.size(); }

private:
    std::vector<std::optional<std::string>> columns_;
};

// ── transactions ───────────────────────────────────────────────────────────────────────────────────────────────────

/// What a backend does for one open transaction (or one reading session). Used through `Tx`.
class Statements
{
public:
    virtual ~Statements() = default;
    virtual std::int64_t execute(const Query& query, std::span<const Param> params) = 0; ///< affected (found) rows
    virtual std::int64_t insert(const Query& query, std::span<const Param> params) = 0;  ///< the new id
    virtual std::vector<Row> select(const Query& query, std::span<const Param> params, std::size_t at_most) = 0;
    virtual std::vector<Row> select(const Filter& filter, std::size_t at_most) = 0;
    virtual std::int64_t insert_rows(const Query& query, std::span<const std::vector<Param>> rows) = 0;
    virtual Dialect dialect() const = 0;
};

/// One transaction, open for as long as its body runs. A body touches nothing but its `Tx`: it may be run again after a
/// deadlock or a repeated batch, and its results count only after the commit.
class Tx
{
public:
    explicit Tx(Statements& statements) : statements_(statements) {}
    Tx(const Tx&) = delete;
    Tx& operator=(const Tx&) = delete;

    /// Rows found by an UPDATE or DELETE (also those an UPDATE leaves as they were), rows inserted by an INSERT. An
    /// upsert counts 1, whether it inserted or updated.
    template <class... Args>
    std::int64_t execute(const Query& query, Args&&... args)
    {
        const auto params = bound(query, std::forward<Args>(args)...);
        return statements_.execute(query, params);
    }
    /// Runs an INSERT of one row and returns its auto-numbered id.
    template <class... Args>
    std::int64_t insert(const Query& query, Args&&... args)
    {
        const auto params = bound(query, std::forward<Args>(args)...);
        return statements_.insert(query, params);
    }
    /// The first row, or nothing.
    template <class... Args>
    std::optional<Row> one(const Query& query, Args&&... args)
    {
        const auto params = bound(query, std::forward<Args>(args)...);
        auto rows = statements_.select(query, params, 1);
        if (rows.empty()) return std::nullopt;
        return std::move(rows.front());
    }
    template <class... Args>
    std::vector<Row> all(const Query& query, Args&&... args)
    {
        const auto params = bound(query, std::forward<Args>(args)...);
        return statements_.select(query, params, SIZE_MAX);
    }
    /// The integer in the first column of the first row; 0 when there is no row or it is NULL (`SUM` of nothing).
    template <class... Args>
    std::int64_t number(const Query& query, Args&&... args)
    {
        const auto row = one(query, std::forward<Args>(args)...);
        return row && !row->null(0) ? row->integer(0) : 0;
    }
    /// An INSERT whose text has `{rows}`: all rows in one statement. Every row has the same number of values.
    std::int64_t insert_rows(const Query& query, std::span<const std::vector<Param>> rows)
    {
        return rows.empty() ? 0 : statements_.insert_rows(query, rows);
    }
    /// All rows of a SELECT whose filters were put together at run time (lists and searches). The text still consists
    /// of literals only: see `Filter`.
    std::vector<Row> all(const Filter& filter) { return statements_.select(filter, SIZE_MAX); }
    std::int64_t number(const Filter& filter);

    Dialect dialect() const { return statements_.dialect(); }

    /// Tells the database's listener about `job` once this transaction has committed (see `Database::on_announced`).
    void announce(std::int64_t job) { announced_.push_back(job); }
    const std::vector<std::int64_t>& announced() const { return announced_; }

private:
    template <class... Args>
    static std::array<Param, sizeof...(Args)> bound(const Query& query, Args&&... args)
    {
        if (static_cast<int>(sizeof...(args)) != query.placeholders())
            throw std::logic_error("wrong number of values for " + std::string(query.name()));
        return {Param(std::forward<Args>(args))...};
    }

    Statements& statements_;
    std::vector<std::int64_t> announced_;
};

/// A SELECT put together from literal pieces, for lists with optional filters. Pieces are compile-time texts (each
/// checked like a `Query`), values are bound.
class Filter
{
public:
    class Piece
    {
    public:
        consteval Piece(const char* sql) : query_("piece", sql, true) {}
        const Query& query() const { return query_; }

    private:
        Query query_;
    };

    /// `Filter{"orders.list", "SELECT id, status FROM transactions WHERE user_id = ?", user}`: the first piece says how
    /// many columns there are.
    template <class... Args>
    Filter(const char* name, Piece start, Args&&... args) : name_(name), columns_(start.query().columns())
    {
        add(start, std::forward<Args>(args)...);
    }
    template <class... Args>
    Filter& add(Piece piece, Args&&... args)
    {
        if (static_cast<int>(sizeof...(args)) != piece.query().placeholders())
            throw std::logic_error(std::string("wrong number of values for a piece of ") + name_);
        if (!sql_.empty()) sql_ += ' ';
        sql_ += piece.query().sql();
        (params_.emplace_back(std::forward<Args>(args)), ...);
        return *this;
    }
    /// Adds `?, ?, …` and binds one value each; for `IN (` … `)`. An empty list adds `NULL`, which matches nothing.
    Filter& add_list(std::vector<Param> values);

    const char* name() const { return name_; }
    const std::string& sql() const { return sql_; }
    int columns() const { return columns_; }
    const std::vector<Param>& params() const { return params_; }

private:
    const char* name_;
    int columns_;
    std::string sql_;
    std::vector<Param> params_;
};

namespace detail
{
template <class T>
struct IsResult : std::false_type {
};
template <class T>
struct IsResult<Result<T>> : std::true_type {
};
} // namespace detail

class Ddl; // ddl.hpp, for the migrator and the backends

/// A database: a writer (or a pool of them) and readers. Thread-safe.
class Database
{
public:
    /// Opens and checks the connection. Throws `Failure` when it cannot.
    static std::unique_ptr<Database> open(const Config& config);
    virtual ~Database() = default;

    /// Runs `body(Tx&)` in one durable transaction: **a value commits; an error or an exception rolls back**.
    /// Deadlocks, lock timeouts and busy locks run the body again (at most 5 times). Returns after the commit is on
    /// disk. A call from inside a body throws `std::logic_error`. The body may run on another thread (SQLite's writer).
    template <class Body>
    auto transact(Body&& body) -> std::invoke_result_t<Body&, Tx&>
    {
        return run(std::forward<Body>(body), true);
    }

    /// Runs a reading `body(Tx&)` over one consistent snapshot; writing in it throws. Money decisions are not read
    /// here but inside `transact`.
    template <class Body>
    auto read(Body&& body) -> std::invoke_result_t<Body&, Tx&>
    {
        return run(std::forward<Body>(body), false);
    }

    virtual Dialect dialect() const = 0;
    /// Throws `Failure` when the database cannot serve: it does not answer, cannot be written, or its disk is full.
    virtual void check() = 0;
    /// A connection for changing the schema, held by one process at a time; only the migrator asks for it.
    virtual void alter(const std::function<void(Ddl&)>& body) = 0;

    /// Who is told, on the thread that called `transact` and after the commit, which jobs a transaction announced. Set
    /// once, before any traffic; it must not block.
    void on_announced(std::function<void(const std::vector<std::int64_t>&)> listener)
    {
        listener_ = std::move(listener);
    }

    /// Whether this thread is inside a transaction body; `platform/outbound` asserts that it is not.
    static bool inside_transaction();

protected:
    /// Backends call this after each commit, on the thread that called `transact`. News may be lost, a commit may not:
    /// a listener that throws is not heard (the sweep of the queue finds what it missed).
    void committed(const std::vector<std::int64_t>& announced) const noexcept;
    /// `body` returns whether to commit. The backend throws what the body throws, after rolling back.
    virtual void transact_body(const std::function<bool(Tx&)>& body) = 0;
    virtual void read_body(const std::function<void(Tx&)>& body) = 0;

private:
    template <class Body>
    auto run(Body&& body, bool writing) -> std::invoke_result_t<Body&, Tx&>
    {
        using R = std::invoke_result_t<Body&, Tx&>;
        if constexpr (std::is_void_v<R>) {
            const auto once = [&](Tx& tx) {
                body(tx);
                return true;
            };
            if (writing)
                transact_body(once);
            else
                read_body([&](Tx& tx) { once(tx); });
        } else {
            std::optional<R> result;
            const auto once = [&](Tx& tx) {
                result.emplace(body(tx));
                if constexpr (detail::IsResult<R>::value)
                    return result->ok();
                else
                    return true;
            };
            if (writing)
                transact_body(once);
            else
                read_body([&](Tx& tx) { once(tx); });
            return std::move(*result);
        }
    }

    std::function<void(const std::vector<std::int64_t>&)> listener_;
};

// ── migrations ─────────────────────────────────────────────────────────────────────────────────────────────────────

/// One numbered file of `migrations/`, compiled into the program. Its SQL may use the tokens of `migrator.cpp`
/// (`{id}`, `{time}`, …), which each dialect expands.
struct Migration {
    int number;
    std::string_view name;
    std::string_view sql;
};

/// All migrations, in order.
std::span<const Migration> migrations();

struct MigrationReport {
    std::vector<std::string> applied; ///< names, in order; empty when there was nothing to do
    int version = 0;                  ///< the number of the last migration in the database
};

/// Brings the database to the last migration. Idempotent; two processes at once are safe (one waits for the other).
MigrationReport migrate(Database& database, std::span<const Migration> list = migrations(),
                        const std::function<void(const Migration&)>& progress = {});
/// The number of the last applied migration; 0 on an empty database.
int schema_version(Database& database);

} // namespace enstore::db

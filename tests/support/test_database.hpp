#pragma once

#include "platform/db/db.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>

namespace enstore::support
{

enum class Backend { sqlite, mariadb };
enum class Schema {
    migrated, ///< all of `migrations/`
    empty,    ///< no tables at all
};

/// A database of one test's own. SQLite's lies in a temporary folder. MariaDB's is on the server that
/// `scripts/with-mariadb` has started; without it the constructor throws (a missing server fails tests, it skips none).
class TestDatabase
{
public:
    explicit TestDatabase(Backend backend = Backend::sqlite, Schema schema = Schema::migrated);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    db::Database& db() { return *database_; }
    /// To open the same database a second time, as another process would.
    const db::Config& config() const { return config_; }
    Backend backend() const { return backend_; }

private:
    void take_sqlite(Schema schema);
    void take_mariadb(Schema schema);

    Backend backend_;
    std::unique_ptr<TempFolder> folder_;
    std::unique_ptr<class MariaDbLoan> loan_;
    db::Config config_;
    std::unique_ptr<db::Database> database_;
};

std::string name_of(Backend backend); ///< `Sqlite`, `MariaDB`
inline void PrintTo(Backend backend, std::ostream* out)
{
    *out << name_of(backend);
}

inline auto both_backends()
{
    return testing::Values(Backend::sqlite, Backend::mariadb);
}
inline std::string backend_name(const testing::TestParamInfo<Backend>& info)
{
    return name_of(info.param);
}

} // namespace enstore::support

/// Runs every TEST_P of the suite (a `testing::TestWithParam<support::Backend>`) once per backend.
#define ENSTORE_ON_BOTH_BACKENDS(suite)                                                                                \
    INSTANTIATE_TEST_SUITE_P(On, suite, enstore::support::both_backends(), enstore::support::backend_name)

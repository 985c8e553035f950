#pragma once

#include "platform/db/db.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace enstore::support
{

/// A plain connection to the server of `scripts/with-mariadb`, for what a store never does itself: making databases,
/// killing connections.
class MariaDbServer
{
public:
    /// Throws when there is no server, naming `scripts/with-mariadb`.
    MariaDbServer();
    ~MariaDbServer();
    MariaDbServer(const MariaDbServer&) = delete;
    MariaDbServer& operator=(const MariaDbServer&) = delete;

    void run(const std::string& sql);
    /// The first column of all rows.
    std::vector<std::string> column(const std::string& sql);
    std::int64_t number(const std::string& sql);
    /// How the store would reach `database` on this server.
    db::Config config(const std::string& database) const;

private:
    class Connection;
    std::unique_ptr<Connection> connection_;
};

/// A database for one test. Migrating takes a second, so migrated ones are lent out: each is cleaned when it is taken,
/// by copying what the migrations had put there. Empty ones are made and dropped.
class MariaDbLoan
{
public:
    explicit MariaDbLoan(bool migrated);
    ~MariaDbLoan();
    MariaDbLoan(const MariaDbLoan&) = delete;
    MariaDbLoan& operator=(const MariaDbLoan&) = delete;

    db::Config config() const { return server_.config(name_); }

private:
    void make_seed(const std::string& family);
    void take_from(const std::string& family);
    void clean(const std::string& seed);

    MariaDbServer server_; ///< holds the lock on the name for as long as the loan lasts
    std::string name_;
    bool drop_ = false;
};

} // namespace enstore::support

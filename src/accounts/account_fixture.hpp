#pragma once

#include "accounts/use_cases.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/http/json.hpp"
#include "platform/metrics/metrics.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

/// What the tests of this room stand on: a database, a clock, and the room's routes called as functions.
namespace enstore::accounts
{

namespace json = boost::json;

inline const std::string good_password = "kuda baterai staples";

struct Person {
    std::string email = "budi@example.com";
    std::optional<std::string> phone = "081234567891";
    bool admin = false;
    std::optional<std::string> hash = {}; ///< none: of `good_password`
};

class AccountFixture : public testing::Test
{
protected:
    explicit AccountFixture(support::Backend backend = support::Backend::sqlite)
        : database_(backend),
          guard_(guard(database_.db(), clock_)), deps_{.database = database_.db(),
                                                       .clock = clock_,
                                                       .public_url = "http://store",
                                                       .on_created = [](db::Tx& tx, UserId user,
                                                                        Timestamp now) { open_wallet(tx, user, now); },
                                                       .balance_of =
                                                           [](db::Tx&, UserId user) {
                                                               return Deps::BalanceView{.id = user.value,
                                                                                        .balance = 250'000_idr,
                                                                                        .bonus = {},
                                                                                        .hold = {},
                                                                                        .created = {},
                                                                                        .updated = {}};
                                                           }}
    {
    }

    /// Stands for the wallet, which is a higher room: one row per account that asks for one.
    static void open_wallet(db::Tx& tx, UserId user, Timestamp now)
    {
        static constexpr db::Query row{"test.wallet",
                                       "INSERT INTO settings ({key}, created_at, updated_at) VALUES (?, ?, ?)"};
        tx.execute(row, "wallet." + std::to_string(user.value), now, now);
    }
    std::int64_t wallets()
    {
        static constexpr db::Query count{"test.wallets", "SELECT COUNT(*) FROM settings WHERE {key} LIKE 'wallet.%'"};
        return number(count);
    }

    template <class... Args>
    std::int64_t number(const db::Query& query, const Args&... args)
    {
        return database_.db().read([&](db::Tx& tx) { return tx.number(query, args...); });
    }
    template <class... Args>
    std::string text(const db::Query& query, const Args&... args)
    {
        return database_.db().read([&](db::Tx& tx) {
            const auto row = tx.one(query, args...);
            return row ? row->maybe_text(0).value_or("NULL") : std::string("no row");
        });
    }
    template <class... Args>
    void write(const db::Query& query, const Args&... args)
    {
        database_.db().transact([&](db::Tx& tx) { tx.execute(query, args...); });
    }

    /// An account in the database; one hash serves all of them, because hashing is slow on purpose.
    UserId a_person(const Person& person = {})
    {
        static const std::string hash = crypto::hash_password(Secret{good_password});
        return database_.db().transact([&](db::Tx& tx) {
            return store::insert_user(tx,
                                      {.name = "Budi",
                                       .email = person.email,
                                       .phone = person.phone,
                                       .password_hash = person.hash.value_or(hash),
                                       .admin = person.admin,
                                       .referral_code = crypto::random_text(8, "ABCDEFGH"),
                                       .referred_by = {}},
                                      clock_.now());
        });
    }
    std::string a_session(UserId user)
    {
        return database_.db().transact(
            [&](db::Tx& tx) { return open_session(tx, *find(tx, user), "test", clock_.now()); });
    }

    struct Answer {
        int status = 0;
        json::value body;
        std::vector<std::pair<std::string, std::string>> headers;

        std::string message() const { return std::string(body.at("message").as_string()); }
        std::string code() const { return std::string(body.at("code").as_string()); }
        const json::object& data() const { return body.at("data").as_object(); }
        /// The names of the fields with problems, in order.
        std::vector<std::string> bad_fields() const
        {
            std::vector<std::string> names;
            for (const auto& field : body.at("errors").as_object())
                names.emplace_back(field.key());
            return names;
        }
    };

    static http::Request with_body(const json::value& body)
    {
        http::Request request;
        request.headers = {{"content-type", "application/json"}, {"user-agent", "test-agent"}};
        request.client_ip = "203.0.113.9";
        request.body = json::serialize(body);
        return request;
    }

    /// What the server would answer, its guard included.
    http::Response respond(http::Method method, const std::string& pattern, http::Request request,
                           const std::string& token = {})
    {
        request.method = method;
        request.path = pattern;
        request.caller = guard_(token);
        for (const auto& route : routes(deps_)) {
            if (route.method != method || route.pattern != pattern) continue;
            if (!request.caller && route.role != http::Role::anyone) return http::problem(refuse(signed_out), {});
            auto answer = route.handler(request);
            return answer ? std::move(answer).value() : http::problem(answer.error(), request.language);
        }
        throw std::logic_error("no route " + pattern);
    }
    Answer call(http::Method method, const std::string& pattern, const http::Request& request,
                const std::string& token = {})
    {
        auto response = respond(method, pattern, request, token);
        return {.status = response.status,
                .body = response.body.empty() ? json::value{} : json::parse(response.body),
                .headers = response.headers};
    }
    Answer post(const std::string& pattern, const json::value& body, const std::string& token = {})
    {
        return call(http::Method::post, pattern, with_body(body), token);
    }
    Answer get(const std::string& pattern, const std::string& token)
    {
        return call(http::Method::get, pattern, with_body(json::object{}), token);
    }

    static std::int64_t hashes() { return metrics::counter_value("enstore_password_work_total", {{"work", "hash"}}); }
    static std::int64_t checks() { return metrics::counter_value("enstore_password_work_total", {{"work", "verify"}}); }

    static constexpr db::Query count_users{"test.users", "SELECT COUNT(*) FROM users"};
    static constexpr db::Query count_sessions{"test.sessions", "SELECT COUNT(*) FROM access_tokens"};
    static constexpr db::Query count_actions{"test.actions", "SELECT COUNT(*) FROM activity_logs WHERE action = ?"};
    static constexpr db::Query set_status{"test.set_status", "UPDATE users SET status = ? WHERE id = ?"};

    support::TestDatabase database_;
    ManualClock clock_;
    http::Guard guard_;
    Deps deps_;
};

/// The same, once per database.
class AccountsOnBoth : public AccountFixture, public testing::WithParamInterface<support::Backend>
{
protected:
    AccountsOnBoth() : AccountFixture(GetParam()) {}
};

} // namespace enstore::accounts

#include "accounts/account_fixture.hpp"

#include "platform/core/text.hpp"
#include "tests/support/threads.hpp"

#include <atomic>
#include <chrono>

namespace enstore::accounts
{
namespace
{

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr db::Query last_used{"test.last_used", "SELECT last_used_at FROM access_tokens WHERE user_id = ?"};
constexpr db::Query stored_hash{"test.stored_hash", "SELECT token_hash FROM access_tokens WHERE user_id = ?"};
constexpr db::Query set_role{"test.set_role", "UPDATE users SET role = ? WHERE id = ?"};

class Sessions : public AccountsOnBoth
{
protected:
    /// Uses the session every `step` until it dies; how long it lived.
    Microseconds life_of(const std::string& token, Microseconds step, int most)
    {
        const auto start = clock_.now();
        for (int i = 0; i < most && guard_(token); ++i)
            clock_.advance(step);
        return clock_.now() - start;
    }
};
ENSTORE_ON_BOTH_BACKENDS(Sessions);

TEST_P(Sessions, the_guard_knows_the_caller_and_their_tier)
{
    const auto user = a_person();
    const auto token = a_session(user);

    const auto caller = guard_(token);

    ASSERT_TRUE(caller.has_value());
    EXPECT_EQ(caller->user, user);
    EXPECT_FALSE(caller->admin);
    EXPECT_FALSE(caller->reseller);
    EXPECT_EQ(std::to_string(caller->token.value), token.substr(0, token.find('|')));
}

TEST_P(Sessions, S27_a_token_is_long_new_each_time_and_stored_hashed)
{
    const auto user = a_person();
    const auto first = a_session(user);
    const auto secret = first.substr(first.find('|') + 1);

    EXPECT_EQ(secret.size(), 48u);
    EXPECT_EQ(text(stored_hash, user), crypto::sha256(secret));
    EXPECT_NE(a_session(user).substr(first.find('|')), first.substr(first.find('|')));
}

TEST_P(Sessions, garbage_is_nobody)
{
    const auto token = a_session(a_person());
    const auto bar = token.find('|');
    auto wrong_secret = token;
    wrong_secret.back() = wrong_secret.back() == 'A' ? 'B' : 'A';

    EXPECT_TRUE(guard_(token).has_value());
    for (const std::string& bad :
         {std::string(), std::string("|"), wrong_secret, token + "x", token.substr(bar), "999999" + token.substr(bar),
          "-1" + token.substr(bar), "99999999999999999999" + token.substr(bar), std::string(5'000, '9')})
        EXPECT_FALSE(guard_(bad).has_value()) << bad.substr(0, 80);
}

TEST_P(Sessions, S26_suspending_an_account_ends_its_sessions_at_once)
{
    const auto user = a_person();
    const auto token = a_session(user);
    ASSERT_TRUE(guard_(token).has_value());

    write(set_status, "suspended", user);

    EXPECT_FALSE(guard_(token).has_value());
}

TEST_P(Sessions, S27_signing_out_ends_this_session_only)
{
    const auto user = a_person();
    const auto token = a_session(user);
    const auto other = a_session(user);

    EXPECT_EQ(post("/api/auth/logout", json::object{}, token).status, 200);

    EXPECT_FALSE(guard_(token).has_value());
    EXPECT_TRUE(guard_(other).has_value());
    EXPECT_EQ(post("/api/auth/logout", json::object{}, token).status, 401);
    EXPECT_EQ(number(count_actions, "logout"), 1);
}

TEST_P(Sessions, S27_refreshing_gives_a_new_token_and_ends_the_old)
{
    const auto user = a_person();
    const auto token = a_session(user);

    const auto answer = post("/api/auth/refresh-token", json::object{}, token);

    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.data().at("token_type").as_string(), "Bearer");
    const std::string fresh(answer.data().at("access_token").as_string());
    EXPECT_NE(fresh, token);
    EXPECT_FALSE(guard_(token).has_value());
    EXPECT_EQ(guard_(fresh)->user, user);
}

TEST_P(Sessions, of_two_refreshes_at_once_one_wins)
{
    const auto caller = *guard_(a_session(a_person()));
    std::atomic<int> refreshed = 0;

    support::run_threads(2, [&](int) {
        const auto token =
            database_.db().transact([&](db::Tx& tx) { return refresh_session(tx, caller, clock_.now()); });
        if (token) ++refreshed;
    });

    EXPECT_EQ(refreshed, 1);
    EXPECT_EQ(number(count_sessions), 1);
}

TEST_P(Sessions, S28_a_customers_session_ends_after_thirty_idle_days)
{
    const auto user = a_person();
    const auto token = a_session(user);

    clock_.advance(days{30} - seconds{1});
    EXPECT_TRUE(guard_(token).has_value());
    clock_.advance(days{30});
    EXPECT_FALSE(guard_(token).has_value());
}

TEST_P(Sessions, S28_a_customers_session_ends_after_a_year_however_used)
{
    EXPECT_EQ(life_of(a_session(a_person()), days{5}, 100), days{365});
}

TEST_P(Sessions, S28_an_admins_session_ends_after_thirty_idle_minutes)
{
    const auto token = a_session(a_person({.admin = true}));

    clock_.advance(minutes{30} - seconds{1});
    EXPECT_TRUE(guard_(token)->admin);
    clock_.advance(minutes{30});
    EXPECT_FALSE(guard_(token).has_value());
}

TEST_P(Sessions, S28_an_admins_session_ends_after_eight_hours_even_when_refreshed)
{
    auto token = a_session(a_person({.admin = true}));
    const auto start = clock_.now();
    for (int i = 0; i < 100; ++i) {
        clock_.advance(minutes{20});
        const auto answer = post("/api/auth/refresh-token", json::object{}, token);
        if (answer.status != 200) break;
        token = std::string(answer.data().at("access_token").as_string());
    }

    EXPECT_EQ(clock_.now() - start, hours{8});
}

TEST_P(Sessions, S28_a_customer_who_becomes_admin_gets_the_shorter_limits)
{
    const auto user = a_person();
    const auto token = a_session(user);
    write(set_role, "admin", user);

    clock_.advance(minutes{31});

    EXPECT_FALSE(guard_(token).has_value());
}

TEST_P(Sessions, a_use_is_written_at_most_once_a_minute)
{
    const auto user = a_person();
    const auto token = a_session(user);
    const auto opened = text(last_used, user);

    clock_.advance(seconds{59});
    EXPECT_TRUE(guard_(token).has_value());
    EXPECT_EQ(text(last_used, user), opened);
    clock_.advance(seconds{2});
    EXPECT_TRUE(guard_(token).has_value());
    EXPECT_NE(text(last_used, user), opened);
}

TEST_P(Sessions, pruning_removes_the_expired_and_nothing_else)
{
    const auto user = a_person();
    a_session(user);
    clock_.advance(days{20});
    const auto kept = a_session(user);
    clock_.advance(days{11});

    const auto removed = database_.db().transact([&](db::Tx& tx) { return prune_sessions(tx, clock_.now()); });

    EXPECT_EQ(removed, 1);
    EXPECT_TRUE(guard_(kept).has_value());
}

} // namespace
} // namespace enstore::accounts

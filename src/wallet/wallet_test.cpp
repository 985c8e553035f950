#include "wallet/wallet.hpp"

#include "tests/support/people.hpp"
#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <sstream>

namespace enstore::wallet
{
namespace
{

constexpr db::Query count_entries{"test.entries", "SELECT COUNT(*) FROM ledger_entries"};
constexpr db::Query count_postings{"test.postings", "SELECT COUNT(*) FROM ledger_postings"};
constexpr db::Query count_mutations{"test.mutations", "SELECT COUNT(*) FROM balance_mutations"};
constexpr db::Query sum_of_account{"test.account_sum", "SELECT SUM(amount) FROM ledger_postings WHERE account_id = ?"};
constexpr db::Query book{"test.book", "SELECT SUM(amount) FROM ledger_postings"};
constexpr db::Query chain{
    "test.chain",
    "SELECT type, amount, balance_before, balance_after FROM balance_mutations WHERE balance_id = ? ORDER BY id"};

class Wallets : public testing::TestWithParam<support::Backend>
{
protected:
    void SetUp() override
    {
        db.transact([&](db::Tx& tx) { support::be_a_sandbox(tx, now); });
    }
    UserId with_wallet(const std::string& name)
    {
        return db.transact([&](db::Tx& tx) {
            const UserId user = support::a_user(tx, name, now);
            open_wallet(tx, user, now);
            return user;
        });
    }
    Result<void> credit(UserId user, Idr amount, const std::string& ref)
    {
        return db.transact([&](db::Tx& tx) { return demo_credit(tx, user, amount, ref, now); });
    }
    Result<void> debit(UserId user, Idr amount, const std::string& ref)
    {
        return db.transact([&](db::Tx& tx) {
            return post(tx,
                        {.kind = "purchase",
                         .source = "order",
                         .source_ref = ref,
                         .memo = "Pembelian",
                         .reference_type = "purchase",
                         .postings = {Posting::out_of_wallet(user, amount),
                                      Posting::credit(Account::orders_in_progress, amount)}},
                        now);
        });
    }
    Idr balance(UserId user)
    {
        return db.read([&](db::Tx& tx) { return balance_of(tx, user).balance; });
    }
    std::int64_t number(const db::Query& query)
    {
        return db.read([&](db::Tx& tx) { return tx.number(query); });
    }
    /// Plays `credit|debit who amount ref -> answer balance` lines.
    void plays(const std::string& story)
    {
        std::map<std::string, UserId> people;
        std::istringstream lines(story);
        std::string line;
        while (std::getline(lines, line)) {
            std::istringstream words(line.substr(0, line.find('#')));
            std::string verb, who, ref, arrow, answer;
            std::int64_t amount = 0;
            std::int64_t after = 0;
            if (!(words >> verb >> who >> amount >> ref >> arrow >> answer >> after)) continue;
            if (people.find(who) == people.end())
                people.emplace(who, who == "nobody" ? UserId{999'999} : with_wallet(who));
            const UserId user = people.at(who);
            const auto result = verb == "credit" ? credit(user, Idr{amount}, ref) : debit(user, Idr{amount}, ref);
            EXPECT_EQ(result ? "ok" : std::string(result.error().refusal.code), answer) << line;
            EXPECT_EQ(balance(user), Idr{after}) << line;
        }
    }

    const Timestamp now{1'771'556'400'000'000};
    support::TestDatabase store{GetParam()};
    db::Database& db = store.db();
};

TEST_P(Wallets, I4_a_reference_moves_money_once)
{
    plays(R"(
        credit  alice   100000  PAY-1  -> ok                    100000
        debit   alice    75000  ENS-1  -> ok                     25000
        debit   alice    75000  ENS-1  -> already_applied        25000   # the retry of a lost reply
        debit   alice    30000  ENS-2  -> insufficient_balance   25000
        debit   alice    25000  ENS-2  -> ok                         0   # a refused debit leaves its reference free
        debit   alice        1  ENS-3  -> insufficient_balance       0
        credit  alice        0  PAY-2  -> validation_failed          0
        credit  alice       -5  PAY-2  -> validation_failed          0
        credit  alice   999999999999999  PAY-2  -> validation_failed  0
        credit  nobody     100  PAY-3  -> wallet_not_found           0
        debit   nobody     100  ENS-4  -> wallet_not_found           0
        credit  bob      10000  PAY-4  -> ok                     10000
        debit   bob      10000  ENS-5  -> ok                         0
    )");
    EXPECT_EQ(number(book), 0);
    EXPECT_EQ(number(count_mutations), 5);
    EXPECT_EQ(number(count_postings), 10);
}

TEST_P(Wallets, refuses_demo_money_in_a_live_store)
{
    support::TestDatabase live{GetParam()};
    const auto refused = live.db().transact([&](db::Tx& tx) {
        const UserId user = support::a_user(tx, "live", now);
        open_wallet(tx, user, now);
        return demo_credit(tx, user, 1'000_idr, "x", now);
    });
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().is(not_in_live_store));
}

TEST_P(Wallets, writes_nothing_for_an_entry_of_zeros)
{
    const UserId user = with_wallet("alice");
    EXPECT_TRUE(debit(user, 0_idr, "ENS-FREE"));
    EXPECT_EQ(number(count_entries), 0);
    EXPECT_EQ(number(count_mutations), 0);
}

TEST_P(Wallets, I1_breaks_on_lines_that_do_not_sum_to_zero)
{
    const UserId user = with_wallet("alice");
    EXPECT_THROW((void)db.transact([&](db::Tx& tx) {
        return post(tx,
                    {.kind = "purchase",
                     .source = "order",
                     .source_ref = "X",
                     .postings = {Posting::into_wallet(user, 5_idr), Posting::debit(Account::bank, 4_idr)}},
                    now);
    }),
                 std::logic_error);
    EXPECT_EQ(number(count_entries), 0);
}

TEST_P(Wallets, keeps_an_unbroken_chain_of_balances)
{
    const UserId user = with_wallet("alice");
    std::mt19937 random{11};
    std::int64_t expected = 0;
    for (int i = 0; i < 60; ++i) {
        const std::int64_t amount = static_cast<std::int64_t>(random() % 5'000) + 1;
        if (random() % 2 == 0) {
            ASSERT_TRUE(credit(user, Idr{amount}, "C" + std::to_string(i)));
            expected += amount;
        } else if (debit(user, Idr{amount}, "D" + std::to_string(i))) {
            expected -= amount;
        }
        ASSERT_GE(expected, 0);
        ASSERT_EQ(balance(user), Idr{expected});
    }
    const auto wallet = db.read([&](db::Tx& tx) { return balance_of(tx, user); });
    std::int64_t at = 0;
    for (const auto& row : db.read([&](db::Tx& tx) { return tx.all(chain, wallet.id); })) {
        EXPECT_EQ(row.integer(2), at);
        at += row.text(0) == "credit" ? row.integer(1) : -row.integer(1);
        EXPECT_EQ(row.integer(3), at);
    }
    EXPECT_EQ(at, expected);
    EXPECT_EQ(number(book), 0);
}

TEST_P(Wallets, F22_races_of_64_debits_with_funds_for_one_end_with_one)
{
    const UserId user = with_wallet("alice");
    ASSERT_TRUE(credit(user, 25'000_idr, "PAY-1"));
    std::atomic<int> bought{0};
    std::atomic<int> refused{0};
    support::run_threads(64, [&](int thread) {
        const auto result = debit(user, 25'000_idr, "ENS-" + std::to_string(thread));
        if (result)
            ++bought;
        else if (result.error().is(insufficient_balance))
            ++refused;
    });
    EXPECT_EQ(bought, 1);
    EXPECT_EQ(refused, 63);
    EXPECT_EQ(balance(user), 0_idr);
    EXPECT_EQ(number(count_mutations), 2);
    EXPECT_EQ(number(book), 0);
}

TEST_P(Wallets, I4_races_of_one_event_book_it_once)
{
    const UserId user = with_wallet("alice");
    std::atomic<int> booked{0};
    support::run_threads(32, [&](int) {
        if (credit(user, 1'000_idr, "PAY-SAME")) ++booked;
    });
    EXPECT_EQ(booked, 1);
    EXPECT_EQ(balance(user), 1'000_idr);
}

TEST_P(Wallets, I2_races_over_many_wallets_keep_every_sum)
{
    std::vector<UserId> people;
    for (int i = 0; i < 4; ++i) {
        people.push_back(with_wallet("user" + std::to_string(i)));
        ASSERT_TRUE(credit(people.back(), 100'000_idr, "start" + std::to_string(i)));
    }
    std::atomic<std::int64_t> spent{0};
    support::run_threads(16, [&](int thread) {
        std::mt19937 random{static_cast<unsigned>(thread)};
        for (int i = 0; i < 25; ++i) {
            const Idr amount{static_cast<std::int64_t>(random() % 3'000) + 1};
            const std::string ref = std::to_string(thread) + "-" + std::to_string(i);
            if (debit(people[random() % people.size()], amount, ref)) spent += amount.rupiah();
        }
    });
    std::int64_t left = 0;
    for (const auto user : people)
        left += balance(user).rupiah();
    EXPECT_EQ(left + spent, 400'000);
    EXPECT_EQ(number(book), 0);
    // House account 1 is orders_in_progress: a liability, so what is held there is the negative sum.
    EXPECT_EQ(db.read([](db::Tx& tx) { return tx.number(sum_of_account, 1); }), -spent);
}

ENSTORE_ON_BOTH_BACKENDS(Wallets);

} // namespace
} // namespace enstore::wallet

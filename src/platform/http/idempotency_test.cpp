#include "platform/db/ddl.hpp"
#include "platform/http/idempotency.hpp"
#include "platform/http/json.hpp"
#include "platform/http/refusals.hpp"
#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"

#include <gmock/gmock.h>

#include <atomic>

namespace enstore::http
{
namespace
{

constexpr db::Query effect{"test.effect", "INSERT INTO test_effects (note) VALUES (?)"};
constexpr db::Query effects{"test.effects", "SELECT COUNT(*) FROM test_effects"};
constexpr Refusal no{Kind::business_rule, "no", "Tidak", "No"};

class AnIdempotencyKey : public testing::TestWithParam<support::Backend>
{
protected:
    void SetUp() override
    {
        base.db().alter([](db::Ddl& ddl) { ddl.execute("CREATE TABLE test_effects (note VARCHAR(20))"); });
    }

    static Request request(std::string key, std::string body = "{}", std::optional<std::int64_t> user = 1)
    {
        Request made;
        made.method = Method::post;
        made.path = "/api/buy";
        made.client_ip = "8.8.8.8";
        made.body = std::move(body);
        if (!key.empty()) made.headers = {{"idempotency-key", std::move(key)}};
        if (user) made.caller = Caller{.user = UserId{*user}, .token = TokenId{1}};
        return made;
    }
    /// Buys something: a row, and an answer that no second run could give.
    Result<Response> buy(const Request& asked)
    {
        return idempotent(base.db(), asked, "buy", now, [&](db::Tx& tx) -> Result<Response> {
            tx.execute(effect, "bought");
            return created(json::object{{"number", tx.number(effects)}}, "OK");
        });
    }
    std::int64_t bought()
    {
        return base.db().read([](db::Tx& tx) { return tx.number(effects); });
    }
    static bool replayed(const Response& response)
    {
        for (const auto& [name, value] : response.headers)
            if (name == "Idempotency-Replayed") return value == "true";
        return false;
    }

    support::TestDatabase base{GetParam()};
    Timestamp now = ManualClock{}.now();
};

TEST_P(AnIdempotencyKey, F21_takes_effect_once_and_answers_the_same)
{
    const auto first = buy(request("k1"));
    const auto second = buy(request("k1"));
    ASSERT_TRUE(first);
    ASSERT_TRUE(second);
    EXPECT_EQ(first->status, 201);
    EXPECT_FALSE(replayed(*first));
    EXPECT_TRUE(replayed(*second));
    EXPECT_EQ(second->status, 201);
    EXPECT_EQ(second->body, first->body);
    EXPECT_EQ(bought(), 1);
}

TEST_P(AnIdempotencyKey, is_the_callers_own)
{
    for (const auto& asked : {request("k1"), request("k1", "{}", 2), request("k1", "{}", std::nullopt), request("k2"),
                              request(""), request("")})
        EXPECT_TRUE(buy(asked));
    EXPECT_EQ(bought(), 6);
}

TEST_P(AnIdempotencyKey, refuses_another_body_and_odd_keys)
{
    ASSERT_TRUE(buy(request("k1")));
    const auto other = buy(request("k1", R"({"a":1})"));
    ASSERT_FALSE(other);
    EXPECT_TRUE(other.error().is(idempotency_key_reused));
    for (const auto& key : {std::string(129, 'k'), std::string("with space"), std::string("\xc3\xa9")}) {
        const auto odd = buy(request(key));
        ASSERT_FALSE(odd);
        EXPECT_EQ(odd.error().refusal.kind, Kind::invalid);
    }
    EXPECT_TRUE(buy(request(std::string(128, 'k'))));
    EXPECT_EQ(bought(), 2);
}

TEST_P(AnIdempotencyKey, is_free_again_after_a_refusal_or_an_exception)
{
    const auto refused = idempotent(base.db(), request("k1"), "buy", now, [](db::Tx& tx) -> Result<Response> {
        tx.execute(effect, "undone");
        return refuse(no);
    });
    EXPECT_FALSE(refused);
    const auto throws = [&] {
        return idempotent(base.db(), request("k1"), "buy", now, [](db::Tx& tx) -> Result<Response> {
            tx.execute(effect, "undone");
            throw std::runtime_error("bug");
        });
    };
    EXPECT_THROW((void)throws(), std::runtime_error);
    EXPECT_EQ(bought(), 0);
    const auto bought_now = buy(request("k1"));
    ASSERT_TRUE(bought_now);
    EXPECT_FALSE(replayed(*bought_now));
}

TEST_P(AnIdempotencyKey, F21_lets_one_of_many_at_once_run_and_the_others_replay)
{
    std::atomic<int> replays{0};
    std::atomic<int> answers{0};
    support::run_threads(8, [&](int) {
        const auto answer = buy(request("k1"));
        if (!answer) return;
        ++answers;
        if (replayed(*answer)) ++replays;
    });
    EXPECT_EQ(answers, 8);
    EXPECT_EQ(replays, 7);
    EXPECT_EQ(bought(), 1);
}

TEST_P(AnIdempotencyKey, is_kept_for_a_day)
{
    ASSERT_TRUE(buy(request("k1")));
    now = now + std::chrono::hours{23};
    EXPECT_TRUE(replayed(*buy(request("k1"))));
    now = now + std::chrono::hours{2};
    EXPECT_FALSE(replayed(*buy(request("k1", R"({"other":1})"))));
    EXPECT_EQ(bought(), 2);
    EXPECT_EQ(base.db().transact([&](db::Tx& tx) { return prune_idempotency(tx, now - std::chrono::hours{24}); }), 0);
    now = now + std::chrono::hours{25};
    EXPECT_EQ(base.db().transact([&](db::Tx& tx) { return prune_idempotency(tx, now - std::chrono::hours{24}); }), 1);
}

ENSTORE_ON_BOTH_BACKENDS(AnIdempotencyKey);

/// A database whose COMMIT sometimes happens, or does not, and whose answer is lost either way.
class LosesAnswers final : public db::Database
{
public:
    LosesAnswers(db::Database& inner, std::vector<bool> happens) : inner_(inner), happens_(std::move(happens)) {}
    db::Dialect dialect() const override { return inner_.dialect(); }
    void check() override { inner_.check(); }
    void alter(const std::function<void(db::Ddl&)>& body) override { inner_.alter(body); }

protected:
    void transact_body(const std::function<bool(db::Tx&)>& body) override
    {
        if (happens_.empty()) {
            inner_.transact([&](db::Tx& tx) { return kept(body(tx)); }).ok();
            return;
        }
        const bool happens = happens_.front();
        happens_.erase(happens_.begin());
        inner_.transact([&](db::Tx& tx) { return kept(body(tx) && happens); }).ok();
        throw db::CommitUnknown(2013);
    }
    void read_body(const std::function<void(db::Tx&)>& body) override
    {
        inner_.read([&](db::Tx& tx) { body(tx); });
    }

private:
    static Result<void> kept(bool keep) { return keep ? done() : Result<void>(refuse(no)); }
    db::Database& inner_;
    std::vector<bool> happens_;
};

class ALostCommit : public AnIdempotencyKey
{
protected:
    Result<Response> buy_through(std::vector<bool> happens, const Request& asked)
    {
        LosesAnswers database(base.db(), std::move(happens));
        return idempotent(database, asked, "buy", now, [&](db::Tx& tx) -> Result<Response> {
            tx.execute(effect, "bought");
            return created(json::object{{"ok", true}}, "OK");
        });
    }
};

TEST_P(ALostCommit, F21_is_found_again_by_its_key)
{
    const auto answer = buy_through({true}, request("k1"));
    ASSERT_TRUE(answer);
    EXPECT_TRUE(replayed(*answer));
    EXPECT_EQ(bought(), 1);
}

TEST_P(ALostCommit, F21_is_run_once_more_when_it_did_not_happen)
{
    const auto answer = buy_through({false}, request("k1"));
    ASSERT_TRUE(answer);
    EXPECT_FALSE(replayed(*answer));
    EXPECT_EQ(bought(), 1);
}

TEST_P(ALostCommit, is_left_to_the_caller_without_a_key)
{
    EXPECT_THROW((void)buy_through({true}, request("")), db::CommitUnknown);
    EXPECT_EQ(bought(), 1);
}

ENSTORE_ON_BOTH_BACKENDS(ALostCommit);

} // namespace
} // namespace enstore::http

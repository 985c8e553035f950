#include "activity/activity.hpp"

#include "tests/support/test_database.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <chrono>

namespace enstore::activity
{
namespace
{

constexpr db::Query all_entries{"test.activity", "SELECT action, log_type, user_id, model_type, model_id, ip_address, "
                                                 "user_agent, meta_data FROM activity_logs ORDER BY id"};

class ActivityLog : public testing::TestWithParam<support::Backend>
{
protected:
    void record_one(const Entry& entry, Timestamp at)
    {
        database_.db().transact([&](db::Tx& tx) { record(tx, entry, at); });
    }
    std::vector<db::Row> entries()
    {
        return database_.db().read([&](db::Tx& tx) { return tx.all(all_entries); });
    }

    support::TestDatabase database_{GetParam()};
    Timestamp now_ = ManualClock().now();
};
ENSTORE_ON_BOTH_BACKENDS(ActivityLog);

TEST_P(ActivityLog, keeps_who_did_what_with_its_facts)
{
    record_one({.type = LogType::auth,
                .action = "login_failed",
                .model_type = "user",
                .model_id = 7,
                .ip_address = "203.0.113.9",
                .user_agent = "Mozilla/5.0",
                .facts = {{"identifier", "b***@example.com"}}},
               now_);

    const auto rows = entries();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].text(0), "login_failed");
    EXPECT_EQ(rows[0].text(1), "auth");
    EXPECT_TRUE(rows[0].null(2));
    EXPECT_EQ(rows[0].text(3), "user");
    EXPECT_EQ(rows[0].integer(4), 7);
    EXPECT_EQ(rows[0].text(5), "203.0.113.9");
    EXPECT_EQ(boost::json::parse(rows[0].text(7)),
              (boost::json::value{{"log_type", "auth"}, {"identifier", "b***@example.com"}}));
}

TEST_P(ActivityLog, a_hostile_user_agent_is_cut_and_made_plain)
{
    record_one(
        {.type = LogType::auth, .action = "login", .user_agent = std::string("\xff\n\"") + std::string(900, 'x')},
        now_);

    const auto kept = entries().at(0).text(6);
    EXPECT_EQ(kept.size(), 500u);
    EXPECT_EQ(kept.substr(0, 4), "??\"x");
}

TEST_P(ActivityLog, pruning_keeps_people_a_year_and_work_ninety_days)
{
    using std::chrono::days;
    record_one({.type = LogType::admin, .action = "too old"}, now_ - days{366});
    record_one({.type = LogType::auth, .action = "a year"}, now_ - days{365});
    record_one({.type = LogType::external_api, .action = "too old"}, now_ - days{91});
    record_one({.type = LogType::error, .action = "ninety days"}, now_ - days{90});

    const auto removed = database_.db().transact([&](db::Tx& tx) { return prune(tx, now_); });

    EXPECT_EQ(removed, 2);
    const auto rows = entries();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].text(0), "a year");
    EXPECT_EQ(rows[1].text(0), "ninety days");
}

} // namespace
} // namespace enstore::activity

#include "platform/metrics/metrics.hpp"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

namespace enstore::metrics
{
namespace
{

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, counts_from_many_threads_without_losing_one)
{
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([] {
            for (int n = 0; n < 10'000; ++n)
                count("test_threads_total", {{"kind", "a"}});
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(counter_value("test_threads_total", {{"kind", "a"}}), 80'000);
    EXPECT_EQ(counter_value("test_threads_total", {{"kind", "b"}}), 0);
}

TEST(Metrics, prints_the_prometheus_text_format)
{
    count("test_page_total", {{"route", "/a\"b"}}, 3);
    gauge("test_depth", {}, 2.5);
    observe_seconds("test_seconds", {{"route", "x"}}, 0.004);
    observe_seconds("test_seconds", {{"route", "x"}}, 120);
    const std::string page = render();
    EXPECT_THAT(page, HasSubstr("# TYPE test_page_total counter\ntest_page_total{route=\"/a\\\"b\"} 3\n"));
    EXPECT_THAT(page, HasSubstr("# TYPE test_depth gauge\ntest_depth 2.5\n"));
    EXPECT_THAT(page, HasSubstr("test_seconds_bucket{route=\"x\",le=\"0.0025\"} 0\n"));
    EXPECT_THAT(page, HasSubstr("test_seconds_bucket{route=\"x\",le=\"0.005\"} 1\n"));
    EXPECT_THAT(page, HasSubstr("test_seconds_bucket{route=\"x\",le=\"60\"} 1\n"));
    EXPECT_THAT(page, HasSubstr("test_seconds_bucket{route=\"x\",le=\"+Inf\"} 2\n"));
    EXPECT_THAT(page, HasSubstr("test_seconds_count{route=\"x\"} 2\n"));
    EXPECT_THAT(page, HasSubstr("process_resident_memory_bytes "));
}

TEST(Metrics, stops_taking_label_sets_at_two_thousand_and_keeps_the_sum)
{
    for (int i = 0; i < 2'500; ++i)
        count("test_flood_total", {{"id", std::to_string(i)}});
    EXPECT_EQ(counter_value("test_flood_total", {{"id", "1999"}}), 1);
    EXPECT_EQ(counter_value("test_flood_total", {{"id", "2400"}}), 0);
    EXPECT_EQ(counter_value("test_flood_total", {{"overflow", "true"}}), 500);
    EXPECT_THAT(render(), Not(HasSubstr("id=\"2400\"")));
}

} // namespace
} // namespace enstore::metrics

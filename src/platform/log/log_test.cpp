#include "platform/log/line.hpp"
#include "platform/log/log.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <thread>
#include <unistd.h>
#include <vector>

namespace enstore::log
{
namespace
{

constexpr Timestamp then{1'771'557'342'000'001};

std::string json(std::string_view message, Fields fields = {})
{
    std::string out;
    write_json(out, then, Level::info, message, fields);
    return out;
}

TEST(JsonLine, has_the_time_the_level_the_message_and_typed_fields)
{
    EXPECT_EQ(json("order settled", {{"order", "ENS-1"}, {"attempt", 2}, {"ms", 1.5}, {"ok", true}}),
              R"({"ts":"2026-02-20T03:15:42.000001Z","level":"info","msg":"order settled",)"
              R"("order":"ENS-1","attempt":2,"ms":1.5,"ok":true})");
    EXPECT_EQ(json("x", {{"n", std::numeric_limits<std::int64_t>::min()}}),
              R"({"ts":"2026-02-20T03:15:42.000001Z","level":"info","msg":"x","n":-9223372036854775808})");
}

TEST(JsonLine, S52_stays_one_escaped_line_whatever_a_value_holds)
{
    const std::string line = json("forged\n{\"level\":\"error\"}", {{"agent", "a\r\nb\x1b[31m\tc\"\\\x7f"}});
    EXPECT_NE(line.find(R"("msg":"forged\n{\"level\":\"error\"}")"), std::string::npos) << line;
    EXPECT_NE(line.find(R"("agent":"a\r\nb\u001b[31m\tc\"\\\u007f")"), std::string::npos) << line;
    for (int c = 0; c < 256; ++c) {
        const std::string hostile = json("x", {{"value", std::string(3, static_cast<char>(c))}});
        for (const char byte : hostile)
            EXPECT_GE(static_cast<unsigned char>(byte), 0x20) << "from byte " << c;
    }
}

TEST(JsonLine, S52_escapes_bytes_that_are_no_utf8_and_keeps_those_that_are)
{
    EXPECT_NE(json("x", {{"v", "Rp 5.000 é 漢 🎮"}}).find("\"Rp 5.000 é 漢 🎮\""), std::string::npos);
    EXPECT_NE(json("x", {{"v", "a\xff\xc3"}}).find(R"("a\ufffd\ufffd")"), std::string::npos);
    EXPECT_NE(json("x", {{"v", "\xed\xa0\x80"}}).find(R"("\ufffd\ufffd\ufffd")"), std::string::npos) << "a surrogate";
    EXPECT_NE(json("x", {{"v", "\xc0\xaf"}}).find(R"("\ufffd\ufffd")"), std::string::npos) << "an overlong slash";
    EXPECT_NE(json("x", {{"v", "\xc2\x9b\x31m"}}).find(R"("\u009b1m")"), std::string::npos) << "an 8-bit escape";
    EXPECT_NE(json("x", {{"v", "\xe2\x80\xae"}}).find(R"("\u202e")"), std::string::npos) << "right-to-left override";
}

TEST(JsonLine, cuts_a_value_that_would_fill_the_disk)
{
    EXPECT_LT(json("x", {{"v", std::string(1'000'000, 'a')}}).size(), 5'000U);
}

TEST(JsonLine, writes_null_for_what_json_cannot_say)
{
    EXPECT_NE(json("x", {{"v", std::numeric_limits<double>::infinity()}}).find(R"("v":null)"), std::string::npos);
}

TEST(Redaction, hides_fields_named_like_secrets_and_no_others)
{
    for (const char* key : {"password", "DB_PASSWORD", "token", "access_token", "secret", "webhook-secret",
                            "Authorization", "api_key", "sign", "signature", "pin", "sn", "APP_KEY"}) {
        EXPECT_TRUE(is_secret_name(key)) << key;
        EXPECT_EQ(json("x", {{key, "canary"}}).find("canary"), std::string::npos) << key;
    }
    for (const char* key : {"req", "user", "order", "design", "pinned", "snapshot", "key", "tokens", "query", "code"})
        EXPECT_FALSE(is_secret_name(key)) << key;
}

TEST(HumanLine, is_short_and_as_safe_as_the_other)
{
    std::string out;
    write_human(out, then, Level::warning, "slow\nstatement",
                {{"query", "wallet.take"}, {"text", "two words"}, {"pin", 1}}, false);
    EXPECT_EQ(out, R"(03:15:42.000 WARNING slow\nstatement  query=wallet.take  text="two words"  pin=***)");
}

TEST(Masking, keeps_enough_to_recognise_and_not_enough_to_use)
{
    EXPECT_EQ(masked("08123456789"), "0812****789");
    EXPECT_EQ(masked("0812345678901"), "0812****901");
    EXPECT_EQ(masked("budi@example.com"), "b***@example.com");
    EXPECT_EQ(masked("b@example.com"), "***@example.com");
    EXPECT_EQ(masked("08123"), "****");
    EXPECT_EQ(masked(""), "****");
}

TEST(Masking, shows_only_the_head_of_an_order_code)
{
    EXPECT_EQ(masked_code("ENS-20260220-7KQ2M8WXYZAB"), "ENS-20260220-7KQ2…");
    EXPECT_EQ(masked_code("ENS-20260220-7KQ2M8WX"), "ENS-20260220-7K…");
    EXPECT_EQ(masked_code("ENS-20260220-7KQ"), "ENS-20260220-…");
    EXPECT_EQ(masked_code("ABCDEFGH"), "AB…");
}

/// A file of its own per test, removed afterwards.
class LogFile : public testing::Test
{
protected:
    LogFile() : path_(std::filesystem::temp_directory_path() / ("enstore-log-" + std::to_string(::getpid()) + ".jsonl"))
    {
        std::filesystem::remove(path_);
    }
    ~LogFile() override
    {
        open(Level::off, Format::json);
        std::filesystem::remove(path_);
    }
    std::vector<std::string> lines() const
    {
        flush();
        std::ifstream in(path_);
        std::vector<std::string> all;
        for (std::string line; std::getline(in, line);)
            all.push_back(line);
        return all;
    }
    std::filesystem::path path_;
};

TEST_F(LogFile, takes_what_is_at_or_above_the_level)
{
    open_file(Level::warning, path_);
    info("below");
    warning("at");
    error("above", {{"code", 7}});
    const auto all = lines();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_NE(all[0].find(R"("level":"warning","msg":"at")"), std::string::npos);
    EXPECT_NE(all[1].find(R"("code":7)"), std::string::npos);
}

TEST_F(LogFile, gives_every_thread_whole_lines)
{
    open_file(Level::debug, path_);
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([t] {
            for (int i = 0; i < 200; ++i)
                debug("line {} %s", {{"thread", t}, {"i", i}});
        });
    for (auto& thread : threads)
        thread.join();
    const auto all = lines();
    ASSERT_EQ(all.size(), 1'600U);
    for (const auto& line : all) {
        EXPECT_EQ(line.rfind(R"({"ts":")", 0), 0U) << line;
        EXPECT_EQ(line.back(), '}') << line;
    }
}

TEST_F(LogFile, says_nothing_on_a_full_disk_and_carries_on)
{
    open_file(Level::debug, "/dev/full");
    for (int i = 0; i < 100; ++i)
        info("nowhere to go");
    flush();
    open_file(Level::debug, path_);
    info("back again");
    EXPECT_EQ(lines().size(), 1U);
}

TEST(Levels, are_known_by_their_words)
{
    EXPECT_EQ(level_named("warning"), Level::warning);
    EXPECT_EQ(level_named("off"), Level::off);
    EXPECT_EQ(level_named("warn"), std::nullopt);
}

} // namespace
} // namespace enstore::log

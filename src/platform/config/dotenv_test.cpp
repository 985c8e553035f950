#include "platform/config/dotenv.hpp"

#include <gtest/gtest.h>

namespace enstore::config
{
namespace
{

/// The value of `A` in a file of one line.
std::string value_of(const std::string& line)
{
    const auto parsed = parse_dotenv(line);
    for (const auto& problem : parsed.problems)
        ADD_FAILURE() << line << ": " << problem;
    const auto found = parsed.values.find("A");
    return found == parsed.values.end() ? "(nothing)" : found->second;
}

TEST(Dotenv, takes_plain_values)
{
    EXPECT_EQ(value_of("A=b"), "b");
    EXPECT_EQ(value_of("A=b\r\n"), "b");
    EXPECT_EQ(value_of("  export A = two words  "), "two words");
    EXPECT_EQ(value_of("A="), "");
    EXPECT_EQ(value_of("A=a=b=c"), "a=b=c");
    EXPECT_EQ(value_of("\xEF\xBB\xBF"
                       "A=b"),
              "b");
}

TEST(Dotenv, knows_a_comment_from_a_hash_in_a_value)
{
    EXPECT_EQ(value_of("A=pass#word"), "pass#word");
    EXPECT_EQ(value_of("A=pass #word"), "pass");
    EXPECT_EQ(value_of("A= # nothing"), "");
    EXPECT_EQ(value_of("A=\"pass #word\" # a comment"), "pass #word");
    EXPECT_EQ(value_of("A='pass #word'"), "pass #word");
    EXPECT_EQ(value_of("# A=b"), "(nothing)");
}

TEST(Dotenv, takes_quoted_values)
{
    EXPECT_EQ(value_of(R"(A="a \"quoted\" \\ word\n")"), "a \"quoted\" \\ word\n");
    EXPECT_EQ(value_of(R"(A='as it is \n "x"')"), R"(as it is \n "x")");
    EXPECT_EQ(value_of(R"(A="")"), "");
    EXPECT_EQ(value_of(R"(A="$HOME ${X} `id`")"), "$HOME ${X} `id`") << "nothing is expanded";
}

TEST(Dotenv, names_the_line_of_a_mistake_and_takes_the_others)
{
    const auto parsed = parse_dotenv("A=1\nno equals\n9X=1\nB=\"open\nC='x' y\nA=2\n\n# fine\nD=4");
    ASSERT_EQ(parsed.problems.size(), 5U);
    EXPECT_EQ(parsed.problems[0].substr(0, 7), "line 2:");
    EXPECT_EQ(parsed.problems[1].substr(0, 7), "line 3:");
    EXPECT_EQ(parsed.problems[2].substr(0, 7), "line 4:");
    EXPECT_EQ(parsed.problems[3].substr(0, 7), "line 5:");
    EXPECT_EQ(parsed.problems[4].substr(0, 7), "line 6:");
    EXPECT_EQ(parsed.values.at("A"), "1");
    EXPECT_EQ(parsed.values.at("D"), "4");
}

TEST(Dotenv, never_repeats_a_value_in_a_complaint)
{
    const auto parsed = parse_dotenv("SECRET='canary\nX=\"canary\" canary\ncanary canary\n");
    ASSERT_EQ(parsed.problems.size(), 3U);
    for (const auto& problem : parsed.problems)
        EXPECT_EQ(problem.find("canary"), std::string::npos) << problem;
}

} // namespace
} // namespace enstore::config

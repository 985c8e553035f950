#include "accounts/password_rules.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace enstore::accounts
{
namespace
{

bool good(const std::string& password, const PasswordOwner& owner = {})
{
    return !password_problem(Secret{password}, owner).has_value();
}

std::string times(int count, const std::string& text)
{
    std::string out;
    for (int i = 0; i < count; ++i)
        out += text;
    return out;
}

TEST(ChoosingAPassword, S3_takes_eight_characters_and_more_of_any_kind)
{
    EXPECT_TRUE(good("x7#kQ p2"));
    EXPECT_FALSE(good("x7#kQp2"));
    EXPECT_TRUE(good("пароль-é-密碼"));
    EXPECT_TRUE(good("  spaces stay  "));
    EXPECT_TRUE(good("a\nb\tc\x01 d!e"));
}

TEST(ChoosingAPassword, S3_counts_characters_and_not_bytes)
{
    EXPECT_FALSE(good("密碼密碼密碼密")); // seven characters, 21 bytes
    EXPECT_TRUE(good("密碼一二三四五六"));
}

TEST(ChoosingAPassword, S3_allows_long_ones_up_to_a_kilobyte)
{
    EXPECT_TRUE(good(times(100, "é~")));
    EXPECT_TRUE(good(times(512, "x7")));
    EXPECT_FALSE(good(times(512, "x7") + "y"));
}

TEST(ChoosingAPassword, S3_asks_fifteen_characters_of_an_admin)
{
    EXPECT_FALSE(good("x7#kQ p2 zz 9!", {.admin = true, .email = "", .phone = ""}));
    EXPECT_TRUE(good("x7#kQ p2 zz 9!w", {.admin = true, .email = "", .phone = ""}));
}

TEST(ChoosingAPassword, S4_refuses_fifty_words_of_the_list_of_this_machine)
{
    std::ifstream file("/usr/share/dict/cracklib-small");
    ASSERT_TRUE(file) << "install cracklib-runtime";
    int seen = 0;
    int tried = 0;
    for (std::string word; std::getline(file, word) && tried < 50;) {
        if (word.size() < 8 || ++seen % 500 != 0) continue;
        ++tried;
        EXPECT_FALSE(good(word)) << word;
    }
    EXPECT_EQ(tried, 50);
}

TEST(ChoosingAPassword, S4_refuses_what_everybody_chooses_in_any_case)
{
    for (const char* word :
         {"password123", "12345678", "Qwertyuiop", "P@ssw0rd", "bismillah", "Indonesia123", "sayang123"})
        EXPECT_FALSE(good(word)) << word;
}

TEST(ChoosingAPassword, S4_refuses_runs_and_repetitions)
{
    for (const char* word : {"zzzzzzzzz", "23456789", "defghijklm", "76543210"})
        EXPECT_FALSE(good(word)) << word;
}

TEST(ChoosingAPassword, refuses_the_owners_address_and_number)
{
    const PasswordOwner owner{.admin = false, .email = "budisantoso@example.com", .phone = "0812-3456-7891"};

    EXPECT_FALSE(good("BudiSantoso", owner));
    EXPECT_FALSE(good("budisantoso@example.com", owner));
    EXPECT_FALSE(good("+6281234567891", owner));
    EXPECT_TRUE(good("budisantoso & ayam", owner));
}

TEST(ChoosingAPassword, is_not_compared_with_a_number_that_is_none)
{
    EXPECT_TRUE(good("kuda baterai staples", {.admin = false, .email = "", .phone = "no digits"}));
}

TEST(CommonPasswordsList, reads_a_list_whatever_its_case_and_line_ends)
{
    const support::TempFolder folder;
    std::ofstream(folder.file("list")) << "#!comment: a list\r\nCorrectHorse\r\nshort\nlast-line-here";
    const CommonPasswords list({folder.file("list")});

    EXPECT_TRUE(list.contains("correcthorse"));
    EXPECT_TRUE(list.contains("LAST-line-here"));
    EXPECT_FALSE(list.contains("short"));
    EXPECT_FALSE(list.contains("#!comment: a list"));
}

TEST(CommonPasswordsList, without_a_file_still_knows_the_usual_ones)
{
    const CommonPasswords list({"/nowhere/at/all"});

    EXPECT_TRUE(list.contains("password1"));
    EXPECT_FALSE(list.contains("zyzzyvas!"));
    EXPECT_GT(list.size(), 80u);
}

} // namespace
} // namespace enstore::accounts

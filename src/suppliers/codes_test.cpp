#include "suppliers/codes.hpp"

#include "platform/core/text.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

namespace enstore::digiflazz
{
namespace
{

/// The supplier's table, written out a second time: rc, its status, class, formed, second look, pauses sales.
constexpr const char* expected_table = R"(
    00 Sukses  ok         yes     -    -
    01 Gagal   fail_route yes     look -
    02 Gagal   fail_route yes     -    -
    03 Pending wait       yes     -    -
    40 Gagal   config     no      -    pause
    41 Gagal   config     no      -    pause
    42 Gagal   config     no      -    pause
    43 Gagal   fail_route no      -    -
    44 Gagal   hold       no      -    pause
    45 Gagal   config     no      -    pause
    46 Gagal   wait       unclear -    -
    47 Gagal   person     no      -    -
    49 Gagal   wait       no      -    -
    50 Gagal   person     yes     -    -
    51 Gagal   fail_input yes     -    -
    52 Gagal   fail_input yes     -    -
    53 Gagal   fail_route yes     -    -
    54 Gagal   fail_input yes     -    -
    55 Gagal   fail_route yes     -    -
    56 Gagal   fail_route no      -    -
    57 Gagal   fail_input yes     -    -
    58 Gagal   fail_route yes     -    -
    59 Gagal   fail_input yes     -    -
    60 Gagal   fail_input yes     -    -
    61 Gagal   config     no      -    pause
    62 Gagal   hold       no      -    -
    63 Gagal   fail_route no      -    -
    64 Gagal   person     no      -    -
    65 Gagal   fail_route no      -    -
    66 Gagal   hold       no      -    -
    67 Gagal   fail_route no      -    -
    68 Gagal   fail_route no      -    -
    69 Gagal   hold       no      -    -
    70 Gagal   fail_route yes     look -
    71 Gagal   fail_route yes     -    -
    72 Gagal   fail_input yes     -    -
    73 Gagal   fail_input yes     -    -
    74 Gagal   person     yes     -    -
    80 Gagal   person     no      -    -
    81 Gagal   person     no      -    -
    82 Gagal   config     no      -    pause
    83 Gagal   hold       no      -    -
    84 Gagal   fail_input yes     -    -
    85 Gagal   fail_route yes     -    -
    86 Gagal   hold       yes     -    -
    87 Gagal   fail_input no      -    -
    88 Gagal   config     no      -    pause
    99 Pending wait       yes     -    -
)";

std::string_view name_of(Formed formed)
{
    if (formed == Formed::unclear) return "unclear";
    return formed == Formed::yes ? "yes" : "no";
}

TEST(ResponseCodes, every_row_of_the_table_means_what_the_supplier_documents)
{
    std::istringstream rows(expected_table);
    std::string rc, status, meaning, formed, look, pause;
    std::size_t count = 0;
    while (rows >> rc >> status >> meaning >> formed >> look >> pause) {
        SCOPED_TRACE(rc);
        ++count;
        const Code* code = find_code(rc);
        ASSERT_NE(code, nullptr);
        EXPECT_EQ(code->status, status);
        EXPECT_EQ(name(code->meaning), meaning);
        EXPECT_EQ(name_of(code->formed), formed);
        EXPECT_EQ(name(classify(rc, status)), meaning);
        EXPECT_EQ(wants_second_look(rc), look == "look");
        EXPECT_EQ(pauses_sales(rc), pause == "pause");
    }
    EXPECT_EQ(count, codes().size());
}

TEST(ResponseCodes, F12_a_code_and_a_status_that_contradict_each_other_mean_wait)
{
    for (const Code& code : codes())
        for (const auto word : {status::success, status::pending, status::failure})
            if (word != code.status) {
                EXPECT_EQ(classify(code.rc, word), Class::wait) << code.rc << ' ' << word;
            }
    EXPECT_EQ(classify("00", "Gagal"), Class::wait);
    EXPECT_EQ(classify("00", "Pending"), Class::wait);
    EXPECT_EQ(classify("02", "Sukses"), Class::wait);
    EXPECT_EQ(classify("44", "Pending"), Class::wait);
}

TEST(ResponseCodes, F12_a_code_that_is_not_in_the_table_is_unknown_whatever_its_status)
{
    std::set<std::string> listed;
    for (const Code& code : codes())
        EXPECT_TRUE(listed.insert(std::string(code.rc)).second) << code.rc << " is listed twice";
    for (int number = 0; number < 1'000; ++number)
        for (const std::string& rc : {std::to_string(number), "0" + std::to_string(number)})
            if (!listed.contains(rc))
                for (const auto word : {status::success, status::pending, status::failure}) {
                    EXPECT_EQ(classify(rc, word), Class::unknown) << rc;
                }
    for (const auto rc : {"", " 00", "00 ", "0", "2", "OK", "0000000"})
        EXPECT_EQ(classify(rc, "Sukses"), Class::unknown) << rc;
}

TEST(ResponseCodes, F14_a_status_of_which_nothing_is_known_calls_a_person)
{
    for (const auto word : {"Partial success", "Validasi", "sukses", "GAGAL", "", "Sukses "}) {
        EXPECT_EQ(classify("00", word), Class::unknown) << word;
        EXPECT_EQ(classify("02", word), Class::unknown) << word;
        EXPECT_EQ(classify("99", word), Class::unknown) << word;
    }
    for (const auto rc : {"47", "50", "64", "74", "80", "81"})
        EXPECT_EQ(classify(rc, "Gagal"), Class::person) << rc;
}

TEST(ResponseCodes, codes_that_are_not_listed_neither_pause_sales_nor_want_a_second_look)
{
    for (const auto rc : {"", "100", "98", "x"}) {
        EXPECT_FALSE(pauses_sales(rc));
        EXPECT_FALSE(wants_second_look(rc));
    }
}

TEST(ResponseCodes, the_customer_reads_a_sentence_of_ours_in_both_languages)
{
    for (const Code& code : codes()) {
        const Text text = reason_for_customer(code.rc);
        EXPECT_GT(text.id.size(), 20U) << code.rc;
        EXPECT_GT(text.en.size(), 20U) << code.rc;
        EXPECT_NE(text.id, text.en) << code.rc;
        EXPECT_EQ(lower(text.id + text.en).find("digiflazz"), std::string::npos) << code.rc;
        // Who typed a wrong number must be told what to correct: no general sentence there.
        if (code.meaning == Class::fail_input) {
            EXPECT_NE(text.id, reason_for_customer("02").id) << code.rc;
        }
    }
    EXPECT_EQ(reason_for_customer("a code of tomorrow").id, reason_for_customer("02").id);
    EXPECT_EQ(reason_for_customer("52").en,
              "The number belongs to another operator. Choose a product of its operator and order again");
}

} // namespace
} // namespace enstore::digiflazz

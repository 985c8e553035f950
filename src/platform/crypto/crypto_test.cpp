#include "platform/crypto/crypto.hpp"
#include "platform/crypto/turnstile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace enstore::crypto
{
namespace
{

constexpr PasswordCost cheap{.passes = 1, .memory_kib = 8};

TEST(Digests, match_the_published_vectors)
{
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(md5(""), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(md5("abc"), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(Digests, match_the_published_hmac_vectors)
{
    // RFC 4231, test case 2 and RFC 2202, test case 2.
    EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hmac_sha1("Jefe", "what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    // RFC 4231, test case 6: a key longer than a block.
    EXPECT_EQ(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_EQ(hmac_sha256({}, {}), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Digests, equal_compares_every_byte_and_the_length)
{
    EXPECT_TRUE(equal("", ""));
    EXPECT_TRUE(equal("abc", "abc"));
    EXPECT_FALSE(equal("abc", "abd"));
    EXPECT_FALSE(equal("abc", "Xbc"));
    EXPECT_FALSE(equal("abc", "abcd"));
    EXPECT_TRUE(equal(std::string_view("a\0b", 3), std::string_view("a\0b", 3)));
    EXPECT_FALSE(equal(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(Random, text_uses_every_symbol_of_its_alphabet_about_equally_often)
{
    std::map<char, int> seen;
    for (const char symbol : random_text(34'000, code_alphabet))
        ++seen[symbol];
    EXPECT_EQ(seen.size(), code_alphabet.size());
    for (const auto& [symbol, times] : seen) {
        EXPECT_NE(code_alphabet.find(symbol), std::string_view::npos);
        EXPECT_GT(times, 800) << symbol; // the mean is 1,062 and the deviation 32: eight of them
        EXPECT_LT(times, 1'330) << symbol;
    }
}

TEST(Random, text_and_bytes_do_not_repeat)
{
    std::set<std::string> texts;
    std::set<std::string> blocks;
    for (int i = 0; i < 1'000; ++i) {
        texts.insert(random_text(16, token_alphabet));
        blocks.insert(random_bytes(16));
    }
    EXPECT_EQ(texts.size(), 1'000U);
    EXPECT_EQ(blocks.size(), 1'000U);
    EXPECT_EQ(random_bytes(0), "");
    EXPECT_THROW((void)random_text(4, ""), std::invalid_argument);
}

TEST(Passwords, S1_are_hashed_with_argon2id_at_the_minimum_or_above)
{
    const auto hash = hash_password(Secret{"kata sandi panjang"});
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
    EXPECT_TRUE(verify_password(hash, Secret{"kata sandi panjang"}));
    EXPECT_FALSE(verify_password(hash, Secret{"kata sandi panjanG"}));
    EXPECT_FALSE(wants_rehash(hash));
}

TEST(Passwords, S1_older_parameters_verify_and_want_a_rehash)
{
    const auto hash = hash_password(Secret{"kata sandi"}, cheap);
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << hash;
    EXPECT_TRUE(verify_password(hash, Secret{"kata sandi"}));
    EXPECT_FALSE(verify_password(hash, Secret{"kata sandi "}));
    EXPECT_TRUE(wants_rehash(hash));
}

TEST(Passwords, two_hashes_of_one_password_differ)
{
    EXPECT_NE(hash_password(Secret{"sama"}, cheap), hash_password(Secret{"sama"}, cheap));
}

TEST(Passwords, an_imported_bcrypt_hash_verifies_and_wants_a_rehash)
{
    // The test vector of the bcrypt authors: cost 5, password "U*U".
    const std::string old = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    EXPECT_TRUE(verify_password(old, Secret{"U*U"}));
    EXPECT_FALSE(verify_password(old, Secret{"U*V"}));
    EXPECT_FALSE(verify_password(old, Secret{""}));
    EXPECT_TRUE(wants_rehash(old));

    auto php = old;
    php[2] = 'y';
    EXPECT_TRUE(verify_password(php, Secret{"U*U"}));
    EXPECT_FALSE(verify_password(php, Secret{std::string("U*U\0more", 8)}));
}

TEST(Passwords, no_other_text_in_the_place_of_a_hash_lets_anyone_in)
{
    const std::vector<std::string> texts = {"",
                                            "*0",
                                            "*1",
                                            "x",
                                            "plain",
                                            "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
                                            "$argon2id$",
                                            "$argon2id$v=19$m=8,t=1,p=1$AAAA",
                                            "$2y$05$",
                                            "$2y$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                                            std::string(4'000, '$')};
    for (const auto& text : texts) {
        EXPECT_FALSE(verify_password(text, Secret{"plain"})) << text;
        EXPECT_FALSE(verify_password(text, Secret{""})) << text;
        EXPECT_FALSE(verify_password(text, Secret{text})) << text;
        EXPECT_TRUE(wants_rehash(text)) << text;
    }
}

TEST(Passwords, S2_at_most_four_are_hashed_at_a_time)
{
    Turnstile turnstile{4};
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    threads.reserve(12);
    for (int i = 0; i < 12; ++i)
        threads.emplace_back([&] {
            const Turnstile::Pass pass(turnstile);
            while (!go)
                std::this_thread::yield();
        });
    while (turnstile.inside() + turnstile.waiting() < 12)
        std::this_thread::yield();
    EXPECT_EQ(turnstile.inside(), 4);
    EXPECT_EQ(turnstile.waiting(), 8);
    go = true;
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(turnstile.peak(), 4);
    EXPECT_EQ(turnstile.inside(), 0);
}

TEST(Passwords, S2_a_flood_of_logins_passes_the_turnstile_and_everyone_is_served)
{
    const auto hash = hash_password(Secret{"benar"}, PasswordCost{.passes = 1, .memory_kib = 1'024});
    std::atomic<int> let_in{0};
    std::vector<std::thread> threads;
    threads.reserve(24);
    for (int i = 0; i < 24; ++i)
        threads.emplace_back([&, i] {
            if (verify_password(hash, Secret{i % 2 == 0 ? "benar" : "salah"})) ++let_in;
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(let_in, 12);
    EXPECT_LE(password_turnstile().peak(), 4);
    EXPECT_EQ(password_turnstile().inside(), 0);
}

/// The fastest of several runs: what the work costs when nothing else has the processor.
template <class Work>
double fastest_ms(Work&& work)
{
    double fastest = 1e9;
    for (int i = 0; i < 7; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
        fastest = std::min(fastest, took.count());
    }
    return fastest;
}

TEST(Passwords, S6_an_unknown_account_costs_the_time_of_a_known_one)
{
    const auto hash = hash_password(Secret{"benar"});
    const auto known = fastest_ms([&] { (void)verify_password(hash, Secret{"salah"}); });
    const auto unknown = fastest_ms([&] { verify_nothing(Secret{"salah"}); });
    // Both make one Argon2id hash with the same parameters; the bounds only leave room for a busy machine.
    EXPECT_GT(unknown, known * 0.6);
    EXPECT_LT(unknown, known * 1.7);
}

} // namespace
} // namespace enstore::crypto

#include "platform/crypto/crypto.hpp"
#include "platform/crypto/turnstile.hpp"

#include <crypt.h>
#include <sodium.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace enstore::crypto
{
namespace
{

constexpr PasswordCost production_cost;
static_assert(production_cost.passes >= 2 && production_cost.memory_kib >= 19'456, "S1: OWASP's minimum for Argon2id");

/// 4 × 19 MiB is what password work may take of the process's memory (S2).
constexpr int hashes_at_a_time = 4;

constexpr std::size_t bcrypt_length = 60;

bool is_argon2id(std::string_view hash)
{
    return hash.starts_with("$argon2id$") && hash.size() < crypto_pwhash_STRBYTES;
}

bool is_bcrypt(std::string_view hash)
{
    return hash.size() == bcrypt_length &&
           (hash.starts_with("$2y$") || hash.starts_with("$2a$") || hash.starts_with("$2b$"));
}

bool verify_bcrypt(const std::string& hash, const std::string& password)
{
    // bcrypt reads a C string: behind a NUL any text would do, so such a password never matches.
    if (password.find('\0') != std::string::npos) return false;
    // 32 KiB: too large for a thread's stack to be careless about.
    const auto room = std::make_unique<crypt_data>();
    const char* made = crypt_r(password.c_str(), hash.c_str(), room.get());
    const bool same = made != nullptr && equal(made, hash);
    sodium_memzero(room.get(), sizeof(crypt_data));
    return same;
}

bool verify_argon2id(const std::string& hash, const std::string& password)
{
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

/// A well-formed hash with the parameters of today that belongs to no password anyone knows: salt and digest are all
/// zero bits.
const std::string& decoy()
{
    static const std::string hash = "$argon2id$v=19$m=" + std::to_string(production_cost.memory_kib) +
                                    ",t=" + std::to_string(production_cost.passes) + ",p=1$" + std::string(22, 'A') +
                                    "$" + std::string(43, 'A');
    return hash;
}

} // namespace

Turnstile& password_turnstile()
{
    static Turnstile turnstile{hashes_at_a_time};
    return turnstile;
}

std::string hash_password(const Secret& password, PasswordCost cost)
{
    init();
    const Turnstile::Pass pass(password_turnstile());
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str_alg(hash.data(), password.reveal().data(), password.reveal().size(), cost.passes,
                              cost.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::runtime_error("no memory to hash a password");
    return {hash.data()};
}

bool verify_password(const std::string& hash, const Secret& password)
{
    init();
    if (is_argon2id(hash)) {
        const Turnstile::Pass pass(password_turnstile());
        return verify_argon2id(hash, password.reveal());
    }
    if (is_bcrypt(hash)) {
        const Turnstile::Pass pass(password_turnstile());
        return verify_bcrypt(hash, password.reveal());
    }
    return false;
}

bool wants_rehash(const std::string& hash)
{
    init();
    return !is_argon2id(hash) ||
           crypto_pwhash_str_needs_rehash(hash.c_str(), production_cost.passes, production_cost.memory_kib * 1024) != 0;
}

void verify_nothing(const Secret& password)
{
    (void)verify_password(decoy(), password); // It is spent for its time; nothing can match.
}

} // namespace enstore::crypto

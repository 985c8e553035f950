#include "platform/crypto/crypto.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>
#include <limits>
#include <stdexcept>

namespace enstore::crypto
{
namespace
{

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string hex(const Digest& digest, unsigned length)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(std::size_t{length} * 2);
    for (unsigned i = 0; i < length; ++i) {
        text += digits[digest.at(i) >> 4U];
        text += digits[digest.at(i) & 0x0FU];
    }
    return text;
}

std::string digest_of(const EVP_MD* kind, std::string_view bytes)
{
    Digest digest{};
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, kind, nullptr) != 1)
        throw std::runtime_error("OpenSSL refuses a digest");
    return hex(digest, length);
}

std::string hmac_of(const EVP_MD* kind, std::string_view key, std::string_view bytes)
{
    if (key.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw std::length_error("an HMAC key of this length is a mistake");
    Digest digest{};
    unsigned length = 0;
    // An empty view may hold a null pointer, which HMAC() reads as "no key given".
    const char* key_data = key.empty() ? "" : key.data();
    if (HMAC(kind, key_data, static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
             bytes.size(), digest.data(), &length) == nullptr)
        throw std::runtime_error("OpenSSL refuses an HMAC");
    return hex(digest, length);
}

} // namespace

void init()
{
    // sodium_init() may be called often and from any thread; it is remembered here so that a program that forgot to
    // call init() is slower by one check and not weaker.
    static const bool started = sodium_init() >= 0;
    if (!started) throw std::runtime_error("libsodium cannot start: the system gives no random bytes");
}

std::string random_bytes(std::size_t count)
{
    init();
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string random_text(std::size_t count, std::string_view alphabet)
{
    if (alphabet.empty() || alphabet.size() > 256) throw std::invalid_argument("an alphabet has 1 to 256 symbols");
    init();
    std::string text(count, '\0');
    // randombytes_uniform() rejects what a plain remainder would make more likely.
    for (char& symbol : text)
        symbol = alphabet[randombytes_uniform(static_cast<std::uint32_t>(alphabet.size()))];
    return text;
}

std::string sha256(std::string_view bytes)
{
    return digest_of(EVP_sha256(), bytes);
}

std::string hmac_sha256(std::string_view key, std::string_view bytes)
{
    return hmac_of(EVP_sha256(), key, bytes);
}

std::string hmac_sha1(std::string_view key, std::string_view bytes)
{
    return hmac_of(EVP_sha1(), key, bytes);
}

std::string md5(std::string_view bytes)
{
    return digest_of(EVP_md5(), bytes);
}

bool equal(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace enstore::crypto

#pragma once

#include "platform/core/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// libsodium and OpenSSL behind plain functions. `init()` once at start.
namespace enstore::crypto
{

void init(); ///< throws when libsodium cannot start

// ── random ─────────────────────────────────────────────────────────────────────────────────────────────────────────
std::string random_bytes(std::size_t count);
/// `count` symbols of `alphabet`, uniformly, from the system's source.
std::string random_text(std::size_t count, std::string_view alphabet);
/// A-Z and 2-9 without I and O: the alphabet of order codes (domain 4).
inline constexpr std::string_view code_alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
inline constexpr std::string_view token_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// ── digests, in lower-case hex ─────────────────────────────────────────────────────────────────────────────────────
std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
std::string hmac_sha1(std::string_view key,
                      std::string_view bytes); ///< only where a peer forces it (S42): Digiflazz webhooks
std::string md5(std::string_view bytes);       ///< only where a peer forces it (S42): Digiflazz `sign`
/// Constant-time in the content; different lengths are unequal at once.
bool equal(std::string_view a, std::string_view b);

// ── passwords ──────────────────────────────────────────────────────────────────────────────────────────────────────
/// What one hash costs. The default is OWASP's minimum for Argon2id, and what every caller outside a test uses; tests
/// that only need *a* hash may name a cheap one.
struct PasswordCost {
    std::uint64_t passes = 2;
    std::size_t memory_kib = 19'456;
};

/// Argon2id with its parameters inside the hash. At most 4 hashes run at a time in the process, the others wait, so
/// that a flood of logins cannot exhaust memory (S2).
std::string hash_password(const Secret& password, PasswordCost cost = {});
/// Verifies Argon2id and, for imported accounts, bcrypt (`$2y$…`, `$2a$…`, `$2b$…`). Any other text verifies nothing.
bool verify_password(const std::string& hash, const Secret& password);
/// True when the hash has older parameters, or is bcrypt: hash it anew after a successful sign-in.
bool wants_rehash(const std::string& hash);
/// Spends the time of a verification, for accounts that do not exist (S6).
void verify_nothing(const Secret& password);

} // namespace enstore::crypto

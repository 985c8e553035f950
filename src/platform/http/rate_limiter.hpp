#pragma once

#include "platform/http/http.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace enstore::http
{

/// What a limited request may still do.
struct Allowance {
    bool allowed = true;
    int limit = 0;
    int remaining = 0;
    Timestamp reset;       ///< when the window ends
    int retry_after_s = 0; ///< at least 1 when not allowed
};

/// Counts requests per class and caller in fixed windows that begin with the first request (domain 20). Thread-safe,
/// split into shards; memory is bounded: ended windows are dropped, and past a cap the one that ends first makes room.
class RateLimiter
{
public:
    explicit RateLimiter(std::size_t most_buckets_per_class = 65'536);
    ~RateLimiter();
    RateLimiter(const RateLimiter&) = delete;
    RateLimiter& operator=(const RateLimiter&) = delete;

    /// Counts one request of an address. IPv6 addresses count by their /64: a subscriber owns all of it. Nothing for
    /// the class `none`.
    std::optional<Allowance> take(RateClass rate_class, std::string_view client_ip, Timestamp now);
    /// Counts one request of an account.
    std::optional<Allowance> take(RateClass rate_class, UserId user, Timestamp now);

    std::size_t buckets() const; ///< of all classes

private:
    class Shard;
    struct Key;
    std::optional<Allowance> take(RateClass rate_class, const Key& key, Timestamp now);

    static constexpr std::size_t shards_per_class = 16;
    std::unique_ptr<Shard[]> shards_;
};

} // namespace enstore::http

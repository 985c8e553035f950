#include "platform/http/rate_limiter.hpp"

#include "platform/http/client_ip.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace enstore::http
{
namespace
{

struct Rule {
    int limit;
    std::int64_t window_us;
};

constexpr std::int64_t second_us = 1'000'000;
constexpr std::size_t classes = 5;

/// Domain 20. The order is that of `RateClass`.
constexpr std::array<Rule, classes> rules{
    {{0, 1}, {5, 60 * second_us}, {3, 3'600 * second_us}, {600, 60 * second_us}, {300, 60 * second_us}}};

std::uint64_t mixed(std::uint64_t x)
{
    x ^= x >> 33U;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33U;
    x *= 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 33U);
}

} // namespace

struct RateLimiter::Key {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool operator==(const Key&) const = default;
    std::size_t hash() const { return mixed(mixed(high) ^ low); }

    static Key of(UserId user)
    {
        // No address starts with these bytes (ff00::/8 is multicast).
        return {0xffffffff00000000ULL, static_cast<std::uint64_t>(user.value)};
    }
    static Key of(std::string_view client_ip)
    {
        Key key;
        const auto ip = parse_ip(client_ip);
        if (!ip) return key; // one bucket for all that has no address; the server always has one
        std::memcpy(&key.high, ip->data(), 8);
        if (is_ipv4(*ip)) std::memcpy(&key.low, ip->data() + 8, 8);
        return key;
    }
};

class RateLimiter::Shard
{
public:
    void set_cap(std::size_t cap) { cap_ = std::max<std::size_t>(cap, 1); }

    Allowance take(const Key& key, const Rule& rule, Timestamp now)
    {
        const std::lock_guard lock(mutex_);
        auto found = buckets_.find(key);
        if (found == buckets_.end()) {
            if (buckets_.size() >= cap_) make_room(now);
            found = buckets_.emplace(key, Bucket{.reset = {now.us + rule.window_us}, .used = 0}).first;
        }
        Bucket& bucket = found->second;
        // A clock set back must not leave a window that ends next year.
        if (bucket.reset <= now || bucket.reset.us > now.us + rule.window_us)
            bucket = {.reset = {now.us + rule.window_us}, .used = 0};
        Allowance out;
        out.limit = rule.limit;
        out.reset = bucket.reset;
        out.allowed = bucket.used < rule.limit;
        if (out.allowed) ++bucket.used;
        out.remaining = rule.limit - bucket.used;
        if (!out.allowed) out.retry_after_s = static_cast<int>((bucket.reset.us - now.us + second_us - 1) / second_us);
        return out;
    }

    std::size_t size() const
    {
        const std::lock_guard lock(mutex_);
        return buckets_.size();
    }

private:
    struct Bucket {
        Timestamp reset;
        int used = 0;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const { return key.hash(); }
    };

    /// Drops ended windows; when there are none, the sixteenth that ends first, so that a flood of new addresses pays
    /// for this walk once in many requests.
    void make_room(Timestamp now)
    {
        std::erase_if(buckets_, [&](const auto& entry) { return entry.second.reset <= now; });
        if (buckets_.size() < cap_) return;
        std::vector<std::int64_t> ends;
        ends.reserve(buckets_.size());
        for (const auto& [key, bucket] : buckets_)
            ends.push_back(bucket.reset.us);
        const auto nth = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 16);
        std::nth_element(ends.begin(), nth, ends.end());
        const std::int64_t bound = *nth;
        std::erase_if(buckets_, [&](const auto& entry) { return entry.second.reset.us <= bound; });
    }

    mutable std::mutex mutex_;
    std::unordered_map<Key, Bucket, Hash> buckets_;
    std::size_t cap_ = 1;
};

RateLimiter::RateLimiter(std::size_t most_buckets_per_class)
    : shards_(std::make_unique<Shard[]>(classes * shards_per_class))
{
    for (std::size_t i = 0; i < classes * shards_per_class; ++i)
        shards_[i].set_cap(most_buckets_per_class / shards_per_class);
}

RateLimiter::~RateLimiter() = default;

std::optional<Allowance> RateLimiter::take(RateClass rate_class, std::string_view client_ip, Timestamp now)
{
    return rate_class == RateClass::none ? std::nullopt : take(rate_class, Key::of(client_ip), now);
}

std::optional<Allowance> RateLimiter::take(RateClass rate_class, UserId user, Timestamp now)
{
    return rate_class == RateClass::none ? std::nullopt : take(rate_class, Key::of(user), now);
}

std::optional<Allowance> RateLimiter::take(RateClass rate_class, const Key& key, Timestamp now)
{
    const auto index = static_cast<std::size_t>(rate_class);
    const std::size_t shard = index * shards_per_class + (key.hash() >> 7U) % shards_per_class;
    return shards_[shard].take(key, rules.at(index), now);
}

std::size_t RateLimiter::buckets() const
{
    std::size_t sum = 0;
    for (std::size_t i = 0; i < classes * shards_per_class; ++i)
        sum += shards_[i].size();
    return sum;
}

} // namespace enstore::http

#pragma once

#include <compare>
#include <cstdint>
#include <stdexcept>

namespace enstore
{

/// Whole rupiah in an int64. Addition and subtraction are checked (overflow throws); no floating point goes in or out.
/// May be negative only where the domain says so (profit, postings).
class Idr
{
public:
    constexpr Idr() = default;
    constexpr explicit Idr(std::int64_t rupiah) : rupiah_(rupiah) {}

    constexpr std::int64_t rupiah() const { return rupiah_; }

    friend constexpr Idr operator+(Idr a, Idr b)
    {
        std::int64_t sum = 0;
        if (__builtin_add_overflow(a.rupiah_, b.rupiah_, &sum)) throw std::overflow_error("rupiah overflow");
        return Idr{sum};
    }
    friend constexpr Idr operator-(Idr a, Idr b)
    {
        std::int64_t difference = 0;
        if (__builtin_sub_overflow(a.rupiah_, b.rupiah_, &difference)) throw std::overflow_error("rupiah overflow");
        return Idr{difference};
    }
    constexpr Idr operator-() const { return Idr{} - *this; }
    constexpr Idr& operator+=(Idr other) { return *this = *this + other; }
    constexpr Idr& operator-=(Idr other) { return *this = *this - other; }
    friend constexpr auto operator<=>(Idr, Idr) = default;

private:
    std::int64_t rupiah_ = 0;
};

constexpr Idr operator""_idr(unsigned long long rupiah)
{
    return Idr{static_cast<std::int64_t>(rupiah)};
}

/// No stored amount may exceed this (domain 2, "Bounds").
inline constexpr Idr max_amount{1'000'000'000'000};

/// Wide enough for an amount times a percentage.
__extension__ using WideInteger = __int128;

/// A percentage in hundredths of a percent: 12.5 % is 1250.
struct BasisPoints {
    std::int64_t value = 0;
    friend constexpr auto operator<=>(BasisPoints, BasisPoints) = default;
};

/// ceil(base × margin): a price never rounds in the buyer's favour (domain 2, "Rounding").
constexpr Idr percent_rounded_up(Idr base, BasisPoints percent)
{
    const WideInteger product = static_cast<WideInteger>(base.rupiah()) * percent.value;
    if (base.rupiah() < 0 || percent.value < 0) throw std::domain_error("percentage of a negative amount");
    const WideInteger rounded = (product + 9'999) / 10'000;
    if (rounded > INT64_MAX) throw std::overflow_error("rupiah overflow");
    return Idr{static_cast<std::int64_t>(rounded)};
}

/// floor(base × percent): a discount never rounds in the buyer's favour.
constexpr Idr percent_rounded_down(Idr base, BasisPoints percent)
{
    if (base.rupiah() < 0 || percent.value < 0) throw std::domain_error("percentage of a negative amount");
    const WideInteger product = static_cast<WideInteger>(base.rupiah()) * percent.value / 10'000;
    if (product > INT64_MAX) throw std::overflow_error("rupiah overflow");
    return Idr{static_cast<std::int64_t>(product)};
}

static_assert(percent_rounded_up(10'001_idr, BasisPoints{500}) == 501_idr);
static_assert(percent_rounded_down(10'001_idr, BasisPoints{500}) == 500_idr);

} // namespace enstore

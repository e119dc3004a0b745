// SPDX-License-Identifier: GPL-2.0-only
// Time, rate and size are types of their own here, so that the compiler finds mixed-up units. All code uses
// them for physical quantities.
#pragma once

#include <cstdint>
#include <limits>

namespace hpnsim
{

/// A count of bytes. Every name that holds one says whether it is payload or wire bytes.
using Bytes = int64_t;

/// A point in, or a span of, simulated time: integer picoseconds. 2^63 ps are 106 days.
struct Time {
    int64_t ps = 0;

    static constexpr Time max() { return {std::numeric_limits<int64_t>::max()}; }
    constexpr double ns() const { return static_cast<double>(ps) / 1e3; }
    constexpr double us() const { return static_cast<double>(ps) / 1e6; }
    constexpr double s() const { return static_cast<double>(ps) / 1e12; }

    constexpr Time& operator+=(Time o)
    {
        ps += o.ps;
        return *this;
    }
    constexpr Time& operator-=(Time o)
    {
        ps -= o.ps;
        return *this;
    }
    friend constexpr Time operator+(Time a, Time b) { return {a.ps + b.ps}; }
    friend constexpr Time operator-(Time a, Time b) { return {a.ps - b.ps}; }
    friend constexpr Time operator*(Time a, int64_t k) { return {a.ps * k}; }
    friend constexpr Time operator*(int64_t k, Time a) { return {a.ps * k}; }
    friend constexpr Time operator/(Time a, int64_t k) { return {a.ps / k}; }
    friend constexpr bool operator==(Time a, Time b) { return a.ps == b.ps; }
    friend constexpr bool operator!=(Time a, Time b) { return a.ps != b.ps; }
    friend constexpr bool operator<(Time a, Time b) { return a.ps < b.ps; }
    friend constexpr bool operator>(Time a, Time b) { return a.ps > b.ps; }
    friend constexpr bool operator<=(Time a, Time b) { return a.ps <= b.ps; }
    friend constexpr bool operator>=(Time a, Time b) { return a.ps >= b.ps; }
};

constexpr Time picoseconds(int64_t v)
{
    return {v};
}
constexpr Time nanoseconds(int64_t v)
{
    return {v * 1000};
}
constexpr Time microseconds(int64_t v)
{
    return {v * 1000000};
}
constexpr Time milliseconds(int64_t v)
{
    return {v * 1000000000};
}
/// Fractions of a microsecond, rounded toward zero to whole picoseconds.
constexpr Time microseconds_f(double v)
{
    return {static_cast<int64_t>(v * 1e6)};
}

/// A data rate in whole bits per second.
struct Rate {
    int64_t bps = 0;

    constexpr double gbps() const { return static_cast<double>(bps) / 1e9; }
    friend constexpr bool operator==(Rate a, Rate b) { return a.bps == b.bps; }
    friend constexpr bool operator!=(Rate a, Rate b) { return a.bps != b.bps; }
    friend constexpr bool operator<(Rate a, Rate b) { return a.bps < b.bps; }
    friend constexpr bool operator>(Rate a, Rate b) { return a.bps > b.bps; }
    friend constexpr bool operator<=(Rate a, Rate b) { return a.bps <= b.bps; }
    friend constexpr bool operator>=(Rate a, Rate b) { return a.bps >= b.bps; }
    friend constexpr Rate operator+(Rate a, Rate b) { return {a.bps + b.bps}; }
    friend constexpr Rate operator-(Rate a, Rate b) { return {a.bps - b.bps}; }
};

constexpr Rate bits_per_second(int64_t v)
{
    return {v};
}
constexpr Rate mbps(int64_t v)
{
    return {v * 1000000};
}
constexpr Rate gbps(int64_t v)
{
    return {v * 1000000000};
}

/// The bits of a byte times the picoseconds of a second: what bytes and picoseconds have to do with bits per
/// second.
inline constexpr int64_t kBytePs = 8'000'000'000'000;

/// The bits per second of `bytes` in `t`, as an algorithm reckons.
constexpr double bps_of(double bytes, Time t)
{
    return bytes * static_cast<double>(kBytePs) / static_cast<double>(t.ps);
}

/// The bytes that `bps` bits per second carry in `t`, as an algorithm reckons.
constexpr double bytes_at(double bps, Time t)
{
    return bps * static_cast<double>(t.ps) / static_cast<double>(kBytePs);
}

/// The share that `bytes` are of what a link of `bps` bits per second carries in `t`.
constexpr double load_of(double bytes, double bps, Time t)
{
    return bytes * static_cast<double>(kBytePs) / (bps * static_cast<double>(t.ps));
}

/// How long `bytes` occupy a link of `rate`, rounded up to a whole picosecond. `rate` > 0.
constexpr Time transmit_time(Bytes bytes, Rate rate)
{
    // Below 1.15 MB the product fits into 64 bits; larger counts (whole messages) take 128.
    if (bytes < 1'150'000) {
        const uint64_t bit_ps = static_cast<uint64_t>(bytes) * uint64_t{kBytePs};
        return {static_cast<int64_t>((bit_ps + static_cast<uint64_t>(rate.bps) - 1) /
                                     static_cast<uint64_t>(rate.bps))};
    }
    const auto bit_ps = static_cast<unsigned __int128>(bytes) * uint64_t{kBytePs};
    return {static_cast<int64_t>((bit_ps + static_cast<uint64_t>(rate.bps) - 1) /
                                 static_cast<uint64_t>(rate.bps))};
}

/// Converts seconds as ns-3.18's `Seconds` does: cut to 2^-64 s, then to a nanosecond.
constexpr Time whole_ns(double seconds)
{
    const auto whole = static_cast<uint64_t>(seconds);
    // Exact: the fraction has at most 53 significant bits, and the product is a power of two of it.
    const auto fraction = static_cast<uint64_t>((seconds - static_cast<double>(whole)) * 0x1p64);
    const auto ns = static_cast<uint64_t>(static_cast<unsigned __int128>(fraction) * 1'000'000'000U >> 64);
    return {static_cast<int64_t>(whole * 1'000'000'000U + ns) * 1000};
}

/// How long `bytes` occupy a link of `rate`, in the whole nanoseconds that HPCC-sim's links and pacing go by.
/// A time that is a whole number of them may lose one (1056 B at 1 Gb/s: 8447 ns). `rate` > 0.
constexpr Time whole_ns_transmit_time(Bytes bytes, Rate rate)
{
    return whole_ns(static_cast<double>(bytes * 8) / static_cast<double>(rate.bps));
}

/// The whole bytes that a link of `rate` carries in `t`, rounded down.
constexpr Bytes bytes_in(Time t, Rate rate)
{
    return static_cast<Bytes>(static_cast<__int128>(t.ps) * rate.bps / kBytePs);
}

}  // namespace hpnsim

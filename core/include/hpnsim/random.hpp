// SPDX-License-Identifier: GPL-2.0-only
// Draws from counter-based random streams, each one 64-bit word of state (random_streams.hpp says where they
// start). A draw of one stream never changes the draws of another, and only integer and exact IEEE operations
// are used, so that every machine draws the same numbers.
#pragma once

#include <cstdint>

namespace hpnsim
{

/// A bijective mixer of 64 bits (the finaliser of SplitMix64; Steele, Lea, Flood, OOPSLA'14).
constexpr uint64_t mix64(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9U;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

/// The next 64 random bits of a stream (SplitMix64).
constexpr uint64_t next_random(uint64_t& stream)
{
    stream += 0x9e3779b97f4a7c15U;
    return mix64(stream);
}

/// Uniform in [0, 1), 53 bits.
constexpr double next_uniform(uint64_t& stream)
{
    return static_cast<double>(next_random(stream) >> 11) * 0x1.0p-53;
}

/// Uniform in [0, n), n >= 1, by multiplication (bias below n / 2^64).
constexpr uint64_t next_below(uint64_t& stream, uint64_t n)
{
    return static_cast<uint64_t>((static_cast<unsigned __int128>(next_random(stream)) * n) >> 64);
}

}  // namespace hpnsim

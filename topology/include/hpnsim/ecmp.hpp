// SPDX-License-Identifier: GPL-2.0-only
// The hash by which switches, and a bond of NIC ports, choose among equals. Kept apart from the switch so
// that a host can foresee it (HPN, SIGCOMM'24, section 6.1; RePaC, ATC'21).
#pragma once

#include "hpnsim/random.hpp"

namespace hpnsim
{

/// What tells the hash of one switch from another's.
constexpr uint64_t ecmp_salt(uint64_t seed, uint32_t sw)
{
    constexpr uint64_t kEcmp = 16;  // kind of the stream
    return stream_of(seed, kEcmp, sw);
}

/// Which of `count` equals (1 or more) the packets of a UDP flow take.
constexpr uint32_t ecmp_choice(uint64_t salt, uint32_t src, uint32_t dst, uint16_t source_port,
                               uint32_t count)
{
    const uint64_t pair = static_cast<uint64_t>(src) << 32 | dst;
    const uint64_t hash = mix64(salt ^ mix64(pair) ^ source_port);
    return static_cast<uint32_t>((hash >> 32) * count >> 32);
}

}  // namespace hpnsim

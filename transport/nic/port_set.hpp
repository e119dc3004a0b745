// SPDX-License-Identifier: GPL-2.0-only
// PortSet is a set of NIC ports as bits. Internal to the transport.
#pragma once

#include <cstdint>

namespace hpnsim
{

/// Counts the ports of the set that have lower numbers than `port`.
constexpr uint32_t ports_below(uint8_t set, uint8_t port)
{
    return static_cast<uint32_t>(__builtin_popcount(set & ((1U << port) - 1)));
}

/// Returns the port of the set that `n` others precede, counting round and round. The set must not be empty.
constexpr uint8_t nth_port(uint8_t set, uint32_t n)
{
    unsigned left = set;
    for (n %= static_cast<uint32_t>(__builtin_popcount(set)); n > 0; --n) left &= left - 1;
    return static_cast<uint8_t>(__builtin_ctz(left));
}

}  // namespace hpnsim

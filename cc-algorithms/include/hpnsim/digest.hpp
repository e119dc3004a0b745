// SPDX-License-Identifier: GPL-2.0-only
// The digest that switches write into data packets under Needs::digest, and receivers echo (Ack::payload):
// the largest utilisation of an egress on the packet's way, as PINT encodes it (SIGCOMM'20;
// HPCC-sim).
//
// Code c stands for the utilisation base^c / 512. A packet carries the code alone, a byte or two; the
// sender's NIC, which is told the base that the switches encode with, puts it beside the code, in
// thousandths: no algorithm can decode with another. Only basic operations, which IEEE 754 makes exact: every
// machine has the same numbers, as it would not with the C library's log and pow.
#pragma once

#include <cstdint>

namespace hpnsim::digest
{

inline constexpr double kPerUnit = 512;  ///< code 0 is 1/512: HPCC-sim's max_concurrent
inline constexpr double kMost = kPerUnit * kPerUnit;

constexpr uint32_t pack(uint32_t code, uint32_t base_thousandths)
{
    return base_thousandths << 16 | code;
}
constexpr uint32_t code_of(uint64_t digest)
{
    return static_cast<uint32_t>(digest & 0xffff);
}

/// The utilisation that a digest stands for; `digest` is not 0.
constexpr double utilisation(uint64_t digest)
{
    double base = static_cast<double>(digest >> 16 & 0xffff) / 1000, power = 1;
    for (uint32_t exponent = code_of(digest); exponent > 0; exponent >>= 1, base *= base)
        if ((exponent & 1) != 0) power *= base;
    return power / kPerUnit;
}

/// Counts the codes that a base needs up to a utilisation of 512, and their bytes on the wire (HPCC-sim: a
/// base of 1.05 takes one byte, 1.01 two).
constexpr uint32_t codes(double base)
{
    uint32_t count = 0;
    for (double power = 1; power <= kMost; power *= base) ++count;
    return count;
}
constexpr uint32_t wire_bytes(double base)
{
    return codes(base) <= 256 ? 1 : 2;
}

}  // namespace hpnsim::digest

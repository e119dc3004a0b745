// SPDX-License-Identifier: GPL-2.0-only
// Times that InfiniBand writes as small codes.
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim
{

/// Local ACK timeout of code 1-31: 4.096 us x 2^code (IBTA 9.7.6.1.3); code 0: never.
constexpr Time ack_timeout(int code)
{
    return code == 0 ? Time::max() : Time{4'096'000} * (int64_t{1} << code);
}

/// How long an RNR NAK of timer code 0-31 asks to wait (IBTA table 45).
constexpr Time rnr_wait(int code)
{
    // Units of 10 us.
    constexpr int32_t kTens[32] = {65536, 1,    2,    3,    4,    6,     8,     12,    16,    24,   32,
                                   48,    64,   96,   128,  192,  256,   384,   512,   768,   1024, 1536,
                                   2048,  3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152};
    return microseconds(10) * kTens[code & 31];
}

}  // namespace hpnsim

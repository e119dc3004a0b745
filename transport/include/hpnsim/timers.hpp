// SPDX-License-Identifier: GPL-2.0-only
// Translates the times that InfiniBand writes as small codes, and computes the timeouts that follow from a
// path.
#pragma once

#include "hpnsim/units.hpp"

#include <algorithm>
#include <cstdint>

namespace hpnsim
{

/// The local ACK timeout of a code 1-31 is 4.096 us x 2^code (IBTA 9.7.6.1.3); code 0 means never.
constexpr Time ack_timeout(int code)
{
    return code == 0 ? Time::max() : Time{4'096'000} * (int64_t{1} << code);
}

/// Returns the least code, 1-31, whose ACK timeout is not shorter than `wait`; 31 if there is none.
constexpr int ack_timeout_code(Time wait)
{
    int code = 1;
    while (code < 31 && ack_timeout(code) < wait) ++code;
    return code;
}

constexpr int kLeastAckTimeout = 8;               ///< of those that nobody has set: 1.05 ms (assumption)
constexpr Time kLeastRtoLow = microseconds(100);  ///< the same; IRN, SIGCOMM'18
constexpr int kUsualAckTimeout = 14;              ///< NVIDIA ConnectX's default: 67.1 ms
constexpr int kLongestAckTimeout = 18;            ///< NCCL's, of 18 to 20: 1.07 s

/// Returns how long a sender waits that knows its path: two base round trips, because equal-cost paths need
/// not be equally long, and `queueing`, which is what queues and pauses may add. Queues raise the wait to the
/// usual timeout at most, or to the longest that operators set where `queueing` alone is above the usual one.
/// Base round trips may exceed both.
constexpr Time patient_wait(Time base_rtt, Time queueing)
{
    const Time usual = ack_timeout(kUsualAckTimeout), path = base_rtt * 2;
    const Time most = queueing > usual ? ack_timeout(kLongestAckTimeout) : usual;
    return std::min(path + queueing, std::max(most, path));
}

/// Returns `least`, or the first ACK timeout of a whole code that covers patient_wait.
constexpr Time automatic_ack_timeout(Time least, Time base_rtt, Time queueing)
{
    const Time wait = patient_wait(base_rtt, queueing);
    return wait <= least ? least : ack_timeout(ack_timeout_code(wait));
}

/// How long an RNR NAK of timer code 0-31 asks to wait (IBTA table 45).
constexpr Time rnr_wait(int code)
{
    // The table is in units of 10 us.
    constexpr int32_t kTens[32] = {65536, 1,    2,    3,    4,    6,     8,     12,    16,    24,   32,
                                   48,    64,   96,   128,  192,  256,   384,   512,   768,   1024, 1536,
                                   2048,  3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152};
    return microseconds(10) * kTens[code & 31];
}

}  // namespace hpnsim

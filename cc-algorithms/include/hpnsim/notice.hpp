// SPDX-License-Identifier: GPL-2.0-only
// Senders and switches talk to each other by these words under Needs::notices (Bolt, NSDI'23): by flags in
// data packets, which receivers echo (Flow::request, Ack::payload), and by a packet that a congested switch
// sends to the sender itself, which arrives sooner than any ACK (Cnp::payload).
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim::notice
{

// Flags of a data packet.
inline constexpr uint16_t kGrow = 1;  ///< asks to send one packet more; when it arrives, it is the right to
inline constexpr uint16_t kEnding =
    2;  ///< no packet will follow its ACK: its share is free a round trip later
inline constexpr uint16_t kFirst = 4;     ///< of a first window, which no ACK has called forth
inline constexpr uint16_t kNotified = 8;  ///< a switch has told the sender; no other need do so

/// Packs a notice into a number: the wire bytes that were waiting ahead of the packet, and the rate of that
/// port in Mb/s.
constexpr uint64_t pack(Bytes queue, Rate link)
{
    const auto bytes = static_cast<uint64_t>(queue > 0xffffffff ? 0xffffffff : queue);
    return bytes << 32 | static_cast<uint64_t>(link.bps / 1'000'000);
}
constexpr Bytes queue_of(uint64_t payload)
{
    return static_cast<Bytes>(payload >> 32);
}
constexpr Rate link_of(uint64_t payload)
{
    return mbps(static_cast<int64_t>(payload & 0xffffffff));
}

}  // namespace hpnsim::notice

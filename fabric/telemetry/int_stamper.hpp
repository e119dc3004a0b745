// SPDX-License-Identifier: GPL-2.0-only
// Writes in-band telemetry (INT): one record per switch egress, taken when the packet begins to leave.
#pragma once

#include "hpnsim/packet.hpp"

namespace hpnsim
{

/**
 * \brief Says which bits of a record the wire carries.
 *
 * HPCC-sim has 64 bits (after SIGCOMM'19, figure 7): 3 bits name one of five line rates, 24 bits count
 * nanoseconds, 20 bits units of 128 x multi bytes sent, 17 bits units of 80 x multi bytes queued. Counts are
 * floored to units and wrap; a rate that has no name becomes 25G.
 */
struct IntFormat {
    uint32_t multi{0};  ///< 0: full precision
    int maxHops{IntBlock::kMax};

    /// The format of HPCC-sim. A sender there has no use for records of more than five hops, and gets none.
    static constexpr IntFormat HpccSim(uint32_t multi) { return {multi, 5}; }

    /// Returns where time and bytes sent wrap; 0: they do not.
    constexpr Time TimeWrap() const { return multi > 0 ? nanoseconds(1 << 24) : Time{}; }

    constexpr Bytes BytesWrap() const { return (Bytes{1} << 20) * 128 * multi; }

    constexpr IntHop Record(const IntHop& hop) const { return multi > 0 ? Quantised(hop) : hop; }

    constexpr IntHop Quantised(const IntHop& hop) const
    {
        const Bytes bytesUnit = Bytes{128} * multi;
        const Bytes queueUnit = Bytes{80} * multi;
        IntHop record = hop;
        record.ts = nanoseconds(hop.ts.ps / 1000 & 0xffffff);
        record.tx_bytes = (hop.tx_bytes / bytesUnit & 0xfffff) * bytesUnit;
        record.queue = (hop.queue / queueUnit & 0x1ffff) * queueUnit;
        const int64_t gigabits = hop.link.bps / 1'000'000'000;
        const bool named = gigabits == 50 || gigabits == 100 || gigabits == 200 || gigabits == 400;
        record.link = named ? gbps(gigabits) : gbps(25);
        return record;
    }
};

/// Adds a record. A packet that crosses more switches than `format` has room for loses its records,
/// so that its sender does not take a part of the path for the whole.
inline void StampTelemetry(Packet& packet, PacketPool& pool, const IntHop& hop, const IntFormat& format = {})
{
    if (packet.telemetry == nullptr) {
        packet.telemetry = pool.take_block();
    }
    if (packet.hop_count < format.maxHops) {
        packet.telemetry->hop[packet.hop_count++] = format.Record(hop);
    } else if (format.multi > 0) {
        packet.hop_count = 0;
        packet.stamped = false;
    }
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Trimmer cuts packets that do not fit to their headers, so that the receiver still hears of them (NDP,
// SIGCOMM'17; UEC 1.0).
#pragma once

#include "hpnsim/packet.hpp"
#include "hpnsim/random.hpp"

namespace hpnsim
{

class Trimmer
{
public:
    /// Trims packets that would bring an egress queue above `limit`; 0: never. Headers go on in `priority`.
    /// `stream` is the random stream of the coin that chooses the victim; 0: the arriving packet always is.
    void Configure(Bytes limit, uint32_t trimmedBytes, bool lastHop, Priority priority = kControlPriority,
                   uint64_t stream = 0)
    {
        m_stream = stream;
        m_priority = priority;
        m_limit = limit;
        m_trimmedBytes = trimmedBytes;
        m_lastHop = lastHop;
    }

    /// Tells whether the port trims and the packet has a payload to lose.
    bool MayTrim(const Packet& packet) const
    {
        return m_limit > 0 && packet.kind == PacketKind::data && !packet.trimmed;
    }

    bool MustTrim(const Packet& packet, Bytes queued) const
    {
        return MayTrim(packet) && queued + packet.wire_bytes > m_limit;
    }

    /// Tells whether the newest packet of the queue is the victim, and not the arriving one.
    bool TakesNewest() { return m_stream != 0 && (next_random(m_stream) >> 63) == 0; }

    /// Cuts the packet to its headers, which go on in the control priority, ahead of the data.
    void Trim(Packet& packet) const
    {
        packet.trimmed = true;
        packet.last_hop = m_lastHop;
        packet.wire_bytes = m_trimmedBytes;
        packet.priority = m_priority;
    }

private:
    Bytes m_limit{0};
    uint64_t m_stream{0};
    uint32_t m_trimmedBytes{0};
    Priority m_priority{kControlPriority};
    bool m_lastHop{false};  // this port leads to an endpoint
};

}  // namespace hpnsim

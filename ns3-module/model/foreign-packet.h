// SPDX-License-Identifier: GPL-2.0-only
// Other people's ns3::Packets inside the fabric: a descriptor of kind `foreign` owns one reference.
#pragma once

#include "hpnsim/packet.hpp"

#include "ns3/packet.h"

namespace hpnsim
{

inline void
HoldForeign(Packet& packet, const ns3::Ptr<ns3::Packet>& payload)
{
    payload->Ref();
    packet.cookie = reinterpret_cast<uint64_t>(ns3::PeekPointer(payload));
}

/// Takes the reference over.
inline ns3::Ptr<ns3::Packet>
TakeForeign(Packet& packet)
{
    auto* payload = reinterpret_cast<ns3::Packet*>(packet.cookie);
    packet.cookie = 0;
    return ns3::Ptr<ns3::Packet>(payload, false);
}

/// Gives a packet of any kind back to the pool, whatever it holds.
inline void
DropPacket(PacketPool& pool, Packet* packet)
{
    if (packet->kind == PacketKind::foreign && packet->cookie != 0)
    {
        TakeForeign(*packet);
    }
    pool.give(packet);
}

} // namespace hpnsim

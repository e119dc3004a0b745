// SPDX-License-Identifier: GPL-2.0-only
// Carries ns3::Packets of other programs through the fabric: a descriptor of kind `foreign` owns
// one reference to such a packet.
#pragma once

#include "hpnsim/packet.hpp"
#include "hpnsim/random.hpp"

#include "ns3/packet.h"

namespace hpnsim
{

inline void
HoldForeign(Packet& packet, const ns3::Ptr<ns3::Packet>& payload)
{
    payload->Ref();
    packet.cookie = reinterpret_cast<uint64_t>(ns3::PeekPointer(payload));
}

/// Takes the reference over from the descriptor.
inline ns3::Ptr<ns3::Packet>
TakeForeign(Packet& packet)
{
    auto* payload = reinterpret_cast<ns3::Packet*>(packet.cookie);
    packet.cookie = 0;
    return ns3::Ptr<ns3::Packet>(payload, false);
}

/// Returns what switches hash besides the endpoints, as they do for an IPv4 packet: protocol,
/// addresses and ports. Packets of one flow take one path, whatever else the process has sent
/// before.
inline uint16_t
ForeignEntropy(const ns3::Packet& packet, uint16_t etherType)
{
    constexpr uint16_t kIpv4 = 0x0800;
    constexpr uint8_t kTcp = 6;
    constexpr uint8_t kUdp = 17;
    uint8_t head[64]{};
    packet.CopyData(head, sizeof head);
    uint64_t hash = etherType;
    if (etherType == kIpv4)
    {
        const size_t ports = size_t{head[0] & 0xfU} * 4; // offset of the transport header
        const bool fragment = ((head[6] & 0x3fU) | head[7]) != 0;
        const bool hasPorts = (head[9] == kTcp || head[9] == kUdp) && !fragment && ports <= 60;
        hash = mix64(hash ^ head[9]);
        for (size_t i = 12; i < 20; ++i)
        {
            hash = mix64(hash ^ head[i]);
        }
        for (size_t i = ports; hasPorts && i < ports + 4; ++i)
        {
            hash = mix64(hash ^ head[i]);
        }
    }
    return static_cast<uint16_t>(hash);
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

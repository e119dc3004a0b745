// SPDX-License-Identifier: GPL-2.0-only
// Makes RoceNetDevice a NetDevice to the rest of ns-3, which carries packets of other programs.
#include "foreign-packet.h"
#include "roce-net-device.h"

#include "ns3/channel.h"
#include "ns3/node.h"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr uint32_t kForeignOverhead = 38; // Ethernet header, FCS, preamble, gap: IEEE 802.3

} // namespace

// ---- packets of other programs ----

ns3::Mac48Address
RoceNetDevice::AddressOf(uint32_t endpoint)
{
    const uint8_t bytes[6] = {0x02, // locally administered
                              0x00,
                              static_cast<uint8_t>(endpoint >> 24),
                              static_cast<uint8_t>(endpoint >> 16),
                              static_cast<uint8_t>(endpoint >> 8),
                              static_cast<uint8_t>(endpoint)};
    ns3::Mac48Address address;
    address.CopyFrom(bytes);
    return address;
}

bool
RoceNetDevice::Send(ns3::Ptr<ns3::Packet> packet, const ns3::Address& dest, uint16_t protocol)
{
    if (packet->GetSize() > m_mtu)
    {
        return false;
    }
    const ns3::Mac48Address to = ns3::Mac48Address::ConvertFrom(dest);
    uint8_t bytes[6];
    to.CopyTo(bytes);
    if (to.IsGroup())
    {
        for (uint32_t endpoint = 0; endpoint < m_endpoints; ++endpoint)
        {
            if (endpoint != m_nic->endpoint())
            {
                QueueForeign(packet->Copy(), endpoint, protocol);
            }
        }
    }
    else
    {
        const uint32_t endpoint = static_cast<uint32_t>(bytes[2]) << 24 |
                                  static_cast<uint32_t>(bytes[3]) << 16 |
                                  static_cast<uint32_t>(bytes[4]) << 8 | bytes[5];
        if (endpoint >= m_endpoints)
        {
            return false;
        }
        QueueForeign(packet, endpoint, protocol);
    }
    PumpPort(0, m_clock->Now());
    return true;
}

void
RoceNetDevice::QueueForeign(const ns3::Ptr<ns3::Packet>& packet, uint32_t dst, uint16_t protocol)
{
    Packet* p = m_pool->take();
    p->kind = PacketKind::foreign;
    p->priority = kLossyPriority;
    p->src = m_nic->endpoint();
    p->dst = dst;
    p->source_port = ForeignEntropy(*packet, protocol);
    p->payload = packet->GetSize();
    p->wire_bytes = std::max(packet->GetSize(), 46U) + kForeignOverhead;
    p->message = protocol;
    HoldForeign(*p, packet);
    m_foreign.push(p);
}

void
RoceNetDevice::ReceiveForeign(Packet* packet)
{
    const auto protocol = static_cast<uint16_t>(packet->message);
    const ns3::Mac48Address from = AddressOf(packet->src);
    const ns3::Ptr<ns3::Packet> payload = TakeForeign(*packet);
    m_pool->give(packet);
    if (!m_promiscReceive.IsNull())
    {
        m_promiscReceive(this, payload, protocol, from, m_address, PACKET_HOST);
    }
    if (!m_receive.IsNull())
    {
        m_receive(this, payload, protocol, from);
    }
}

// ---- ns3::NetDevice ----

void
RoceNetDevice::SetIfIndex(const uint32_t index)
{
    m_ifIndex = index;
}

uint32_t
RoceNetDevice::GetIfIndex() const
{
    return m_ifIndex;
}

ns3::Ptr<ns3::Channel>
RoceNetDevice::GetChannel() const
{
    return nullptr;
}

void
RoceNetDevice::SetAddress(ns3::Address address)
{
    m_address = ns3::Mac48Address::ConvertFrom(address);
}

ns3::Address
RoceNetDevice::GetAddress() const
{
    return m_address;
}

bool
RoceNetDevice::SetMtu(const uint16_t mtu)
{
    m_mtu = mtu;
    return true;
}

uint16_t
RoceNetDevice::GetMtu() const
{
    return m_mtu;
}

bool
RoceNetDevice::IsLinkUp() const
{
    return m_ports.size() > 0;
}

void
RoceNetDevice::AddLinkChangeCallback(ns3::Callback<void>)
{
}

bool
RoceNetDevice::IsBroadcast() const
{
    return true;
}

ns3::Address
RoceNetDevice::GetBroadcast() const
{
    return ns3::Mac48Address::GetBroadcast();
}

bool
RoceNetDevice::IsMulticast() const
{
    return false;
}

ns3::Address
RoceNetDevice::GetMulticast(ns3::Ipv4Address) const
{
    return ns3::Mac48Address::GetBroadcast();
}

ns3::Address
RoceNetDevice::GetMulticast(ns3::Ipv6Address) const
{
    return ns3::Mac48Address::GetBroadcast();
}

bool
RoceNetDevice::IsBridge() const
{
    return false;
}

bool
RoceNetDevice::IsPointToPoint() const
{
    return false;
}

bool
RoceNetDevice::SendFrom(ns3::Ptr<ns3::Packet>, const ns3::Address&, const ns3::Address&, uint16_t)
{
    return false;
}

ns3::Ptr<ns3::Node>
RoceNetDevice::GetNode() const
{
    return m_node;
}

void
RoceNetDevice::SetNode(ns3::Ptr<ns3::Node> node)
{
    m_node = node;
}

bool
RoceNetDevice::NeedsArp() const
{
    return true;
}

void
RoceNetDevice::SetReceiveCallback(ReceiveCallback callback)
{
    m_receive = callback;
}

void
RoceNetDevice::SetPromiscReceiveCallback(PromiscReceiveCallback callback)
{
    m_promiscReceive = callback;
}

bool
RoceNetDevice::SupportsSendFrom() const
{
    return false;
}

} // namespace hpnsim

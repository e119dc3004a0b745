// SPDX-License-Identifier: GPL-2.0-only
// Listens to the trace sources of a port, and writes each packet as a frame with its time.
#include "capture.h"

#include "ns3/packet.h"

#include <algorithm>
#include <utility>

namespace hpnsim
{

PortCapture::PortCapture(const Clock& clock,
                         const FabricPlan& plan,
                         const FabricIndex& adjacency,
                         std::vector<Framing> framings,
                         uint32_t node,
                         int port,
                         PcapWriter file)
    : m_clock(clock)
    , m_plan(plan)
    , m_adjacency(adjacency)
    , m_framings(std::move(framings))
    , m_node(node)
    , m_port(port)
    , m_file(std::move(file))
    , m_frame(new uint8_t[kMaxFrameBytes])
{
}

void
PortCapture::Listen(RoceNetDevice& device)
{
    const auto packet = ns3::MakeCallback(&PortCapture::OnPacket, this);
    device.TraceConnectWithoutContext("Tx", packet);
    device.TraceConnectWithoutContext("Rx", packet);
    device.TraceConnectWithoutContext("PfcTx", ns3::MakeCallback(&PortCapture::PfcSent, this));
    device.TraceConnectWithoutContext("PfcRx", ns3::MakeCallback(&PortCapture::PfcArrived, this));
}

void
PortCapture::Listen(RoceSwitch& sw)
{
    const auto packet = ns3::MakeCallback(&PortCapture::OnPacket, this);
    sw.TraceConnectWithoutContext("Tx", packet);
    sw.TraceConnectWithoutContext("Rx", packet);
    sw.TraceConnectWithoutContext("PfcTx", ns3::MakeCallback(&PortCapture::PfcSent, this));
    sw.TraceConnectWithoutContext("PfcRx", ns3::MakeCallback(&PortCapture::PfcArrived, this));
}

bool
PortCapture::Wants(uint16_t port) const
{
    return m_port == kEveryPort || m_port == port;
}

void
PortCapture::OnPacket(uint16_t port, const Packet& packet)
{
    if (!Wants(port))
    {
        return;
    }
    const size_t size = packet.kind == PacketKind::foreign
                            ? EncodeForeign(packet)
                            : encode_frame(packet, FramingOf(packet), m_frame.get());
    m_file.write(m_clock.Now(), m_frame.get(), size);
}

/// Returns the framing of the function that the packet is for, which is its sender's too.
Framing
PortCapture::FramingOf(const Packet& packet) const
{
    const size_t function = m_framings.size() > 1 ? function_of(packet.dst_qp) : 0;
    return m_framings[function < m_framings.size() ? function : 0];
}

/// Writes a packet of another program with its own bytes; `cookie` holds the ns3::Packet
/// (foreign-packet.h).
size_t
PortCapture::EncodeForeign(const Packet& packet)
{
    uint8_t payload[kMaxPayload];
    const auto* foreign = reinterpret_cast<const ns3::Packet*>(packet.cookie);
    const size_t size = foreign->CopyData(payload, sizeof payload);
    const EthernetHeader header{
        endpoint_mac(packet.dst), endpoint_mac(packet.src), static_cast<uint16_t>(packet.message)};
    return encode_foreign(header, payload, size, m_frame.get());
}

Mac
PortCapture::AddressOf(uint32_t node, uint16_t port) const
{
    return node < m_plan.endpoints ? endpoint_mac(node) : switch_mac(node - m_plan.endpoints, port);
}

void
PortCapture::PfcSent(uint16_t port, const PfcFrame& frame)
{
    if (Wants(port))
    {
        WritePfc(AddressOf(m_node, port), frame);
    }
}

void
PortCapture::PfcArrived(uint16_t port, const PfcFrame& frame)
{
    if (Wants(port))
    {
        const FabricIndex::End& far = m_adjacency.end(m_node, port);
        WritePfc(AddressOf(far.peer, far.peer_port), frame);
    }
}

void
PortCapture::WritePfc(const Mac& source, const PfcFrame& frame)
{
    const size_t size = encode_pfc(source, frame, m_frame.get());
    m_file.write(m_clock.Now(), m_frame.get(), size);
}

void
PortCapture::Finish()
{
    m_file.flush();
}

uint64_t
PortCapture::Frames() const
{
    return m_file.frames();
}

} // namespace hpnsim

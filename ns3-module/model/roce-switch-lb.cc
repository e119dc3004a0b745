// SPDX-License-Identifier: GPL-2.0-only
// Chooses among equal next hops, in a switch that balances load.
#include "roce-switch-port.h"

#include "hpnsim/ecmp.hpp"
#include "hpnsim/random_streams.hpp"

#include <algorithm>

namespace hpnsim
{

void
RoceSwitch::ConfigureBalance(Bytes buffer)
{
    const SwitchLbSettings& lb = m_settings.lb;
    const uint64_t seed = m_settings.seed;
    m_lb = lb.kind == SwitchLb::WEIGHTED ? SwitchLb::ECMP : lb.kind; // the router has the weights
    if (m_lb == SwitchLb::ECMP && m_plan->switches[m_index].by_port > 0)
    {
        m_lb = SwitchLb::IN_PORT;
    }
    if (m_lb == SwitchLb::ADAPTIVE)
    {
        const auto ports = std::max<uint32_t>(m_plan->switches[m_index].ports, 1);
        m_adaptive = std::make_unique<AdaptiveRouting>(
            lb.adaptive.levels,
            lb.adaptive.StepOf(buffer / ports),
            stream_of(seed, StreamKind::adaptive_routing, m_index));
    }
    if (m_lb == SwitchLb::FLOWLET)
    {
        m_flowlets = std::make_unique<FlowletTable>(lb.flowlet.entries,
                                                    lb.flowlet.gap.value_or(Time{}),
                                                    stream_of(seed, StreamKind::flowlet, m_index));
    }
    if (m_lb == SwitchLb::ROTATION)
    {
        m_rotation =
            std::make_unique<DestinationRotation>(m_settings.groups,
                                                  *m_plan,
                                                  *m_adjacency,
                                                  m_index,
                                                  stream_of(seed, StreamKind::rotation, m_index));
    }
    if (m_lb == SwitchLb::ROUND_ROBIN)
    {
        m_roundRobin =
            std::make_unique<RoundRobin>(m_plan->switches[m_index].ports,
                                         lb.roundRobin.reshuffle,
                                         stream_of(seed, StreamKind::round_robin, m_index));
    }
}

/// Tells whether a packet is balanced. Adaptive routing takes data packets alone, because NICs
/// allow it packet by packet; ACKs, NAKs, CNPs and other protocols stay on the hash's path.
/// Rotation takes control packets too, which turn by themselves, and round robin all alike.
/// Flowlets keep the order of packets, so they may consist of any, and so does the port that
/// packets come in by.
bool
RoceSwitch::Balances(const Packet& packet) const
{
    if (m_lb == SwitchLb::ROTATION || m_lb == SwitchLb::ROUND_ROBIN)
    {
        return packet.kind != PacketKind::foreign;
    }
    return m_lb != SwitchLb::ADAPTIVE || packet.kind == PacketKind::data;
}

uint16_t
RoceSwitch::Balance(const Packet& packet, const NextHops& hops) const
{
    if (m_lb == SwitchLb::FLOWLET)
    {
        const uint32_t hash = m_hash.choose(packet, UINT32_MAX);
        return m_flowlets->Choose(hash, hops, m_clock->Now());
    }
    if (m_lb == SwitchLb::IN_PORT)
    {
        // With a dead link among them there are fewer next hops, and the hash decides.
        const bool whole = hops.count == m_plan->switches[m_index].by_port;
        return hops.port(whole ? packet.in_port % hops.count : m_hash.choose(packet, hops.count));
    }
    if (m_lb == SwitchLb::ROUND_ROBIN)
    {
        return m_roundRobin->Choose(hops);
    }
    if (m_lb == SwitchLb::ROTATION)
    {
        const uint16_t port =
            m_rotation->Choose(packet.dst, DestinationRotation::ClassOf(packet), hops);
        return port != DestinationRotation::kNone ? port
                                                  : hops.port(m_hash.choose(packet, hops.count));
    }
    const Time now = m_clock->Now();
    const PausedPriorities bit = priority_bit(packet.priority);
    return hops.port(m_adaptive->Choose(hops.count, [&](uint32_t i) {
        const Port& port = m_ports[hops.port(i)];
        if ((port.paused & bit) != 0)
        {
            return AdaptiveRouting::kPaused;
        }
        return port.queues.QueuedTotal() + (port.tx.Idle(now) ? 0 : port.onWire);
    }));
}

} // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// With rotation, packets that a switch sends towards one part of the fabric take its ports in turn. A
// switch's egress choice uses it.
#pragma once

#include "hpnsim/destination_groups.hpp"
#include "hpnsim/fabric.hpp"
#include "hpnsim/packet.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace hpnsim
{

/**
 * \brief The rounds of a switch over its ports, one for each group of destinations and class of size
 * (Ofan, arXiv 2507.21372).
 *
 * On the way up, a ToR has a round for each ToR of destinations and an Agg one for each pod. The way down is
 * then fixed, so packets arrive at the last link evenly spaced; rounds over all packets of a switch would not
 * do that, because flows would stick to ports and meet on the way down. Where there is a choice on the way
 * down (parallel links, two ToRs of a host), there is a round for each ToR of destinations. Data and control
 * packets have their own rounds, because small packets would else move the places of large ones. Each round
 * is in a random order of its own. It skips ports that lead nowhere any more.
 */
class DestinationRotation
{
public:
    static constexpr uint16_t kNone = UINT16_MAX;

    DestinationRotation(std::shared_ptr<const DestinationGroups> groups, const FabricPlan& plan,
                        const FabricIndex& index, uint32_t sw, uint64_t stream);

    /// 0: full packets; 1: control packets, and what is cut to its headers.
    static uint32_t ClassOf(const Packet& packet)
    {
        const bool full = packet.kind == PacketKind::data || packet.kind == PacketKind::response;
        return full && !packet.trimmed ? 0 : 1;
    }

    /// Returns the next port of the round; kNone if `hops` has none of its ports.
    uint16_t Choose(uint32_t dst, uint32_t sizeClass, const NextHops& hops)
    {
        const bool down = m_leadsDown[hops.port(0)];
        const uint32_t group = m_groups->of(down ? 1 : m_level, dst);
        Round& round = (down ? m_down : m_up)[group * kClasses + sizeClass];
        for (uint32_t i = 0; i < round.count; ++i) {
            const uint16_t port = m_ports[round.begin + round.at];
            round.at = static_cast<uint16_t>(round.at + 1U == round.count ? 0 : round.at + 1);
            if (hops.has(port)) return port;
        }
        return kNone;
    }

private:
    static constexpr uint32_t kClasses = 2;

    struct Round {
        uint32_t begin{0};  // in m_ports
        uint16_t count{0};
        uint16_t at{0};
    };

    std::vector<Round> RoundsOver(uint32_t level, bool down, const FabricPlan& plan, uint32_t sw,
                                  uint64_t& stream);

    std::shared_ptr<const DestinationGroups> m_groups;
    uint32_t m_level;
    std::vector<bool> m_leadsDown;    // by port
    std::vector<Round> m_up, m_down;  // by group and class
    std::vector<uint16_t> m_ports;    // the orders of all rounds
};

}  // namespace hpnsim

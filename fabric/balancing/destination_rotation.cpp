// SPDX-License-Identifier: GPL-2.0-only
// Lays out the rounds of a switch: for each group of destinations that it has a choice of ports to.
#include "balancing/destination_rotation.hpp"

#include "hpnsim/random.hpp"

#include <algorithm>
#include <utility>

namespace hpnsim
{

DestinationRotation::DestinationRotation(std::shared_ptr<const DestinationGroups> groups,
                                         const FabricPlan& plan, const FabricIndex& index, uint32_t sw,
                                         uint64_t stream)
    : m_groups(std::move(groups)), m_level(std::max(1U, m_groups->level(sw)))
{
    const uint32_t node = plan.endpoints + sw;
    for (uint32_t port = 0; port < index.ports(node); ++port) {
        const FabricIndex::End& end = index.end(node, port);
        m_leadsDown.push_back(
            end.wired && (end.peer < plan.endpoints || m_groups->level(end.peer - plan.endpoints) < m_level));
    }
    m_up = RoundsOver(m_level, false, plan, sw, stream);
    m_down = RoundsOver(1, true, plan, sw, stream);
}

/// A group's round goes over the next hops towards its first destination, if they lead in this direction.
std::vector<DestinationRotation::Round> DestinationRotation::RoundsOver(uint32_t level, bool down,
                                                                        const FabricPlan& plan, uint32_t sw,
                                                                        uint64_t& stream)
{
    std::vector<Round> rounds(size_t{m_groups->count(level)} * kClasses);
    for (uint32_t group = 0; group < m_groups->count(level); ++group) {
        const NextHops hops = plan.router->next(sw, m_groups->first(level, group));
        if (hops.count <= 1 || m_leadsDown[hops.port(0)] != down) continue;
        for (uint32_t size = 0; size < kClasses; ++size) {
            Round& round = rounds[group * kClasses + size];
            round.begin = static_cast<uint32_t>(m_ports.size());
            round.count = hops.count;
            for (uint32_t i = 0; i < hops.count; ++i) {
                m_ports.push_back(hops.port(i));
                std::swap(m_ports.back(), m_ports[round.begin + next_below(stream, i + 1)]);
            }
        }
    }
    return rounds;
}

}  // namespace hpnsim

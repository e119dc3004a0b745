// SPDX-License-Identifier: GPL-2.0-only
// Finds the levels of switches by walking up from the endpoints, and names each destination's group.
#include "hpnsim/destination_groups.hpp"

#include <algorithm>

namespace hpnsim
{

DestinationGroups::DestinationGroups(const FabricPlan& plan, const FabricIndex& index)
    : level_(plan.switches.size())
{
    find_levels(plan, index);
    const uint32_t highest =
        level_.empty() ? 1 : std::max(1U, *std::max_element(level_.begin(), level_.end()));
    group_.resize(highest + 1);
    first_.resize(highest + 1);
    std::vector<uint32_t> names(plan.endpoints), up(plan.switches.size());
    for (uint32_t sw = 0; sw < up.size(); ++sw) up[sw] = above(plan, index, sw);
    for (uint32_t endpoint = 0; endpoint < plan.endpoints; ++endpoint)
        names[endpoint] = tor_of(plan, index, endpoint);
    for (uint32_t level = 1; level <= highest; ++level) {
        number_groups(level, names);
        for (uint32_t& name : names)
            if (name != kNoNode) name = up[name];
    }
}

void DestinationGroups::find_levels(const FabricPlan& plan, const FabricIndex& index)
{
    std::vector<uint32_t> nodes;
    for (uint32_t endpoint = 0; endpoint < plan.endpoints; ++endpoint) nodes.push_back(endpoint);
    for (uint32_t level = 1; !nodes.empty(); ++level) {
        std::vector<uint32_t> next;
        for (const uint32_t node : nodes)
            for (uint32_t port = 0; port < index.ports(node); ++port) {
                const FabricIndex::End& end = index.end(node, port);
                if (!end.wired || end.peer < plan.endpoints || level_[end.peer - plan.endpoints] != 0)
                    continue;
                level_[end.peer - plan.endpoints] = level;
                next.push_back(end.peer);
            }
        nodes = std::move(next);
    }
}

/// Returns the switch behind the first port that leads to one; kNoNode if none does.
uint32_t DestinationGroups::tor_of(const FabricPlan& plan, const FabricIndex& index, uint32_t endpoint)
{
    for (uint32_t port = 0; port < index.ports(endpoint); ++port) {
        const FabricIndex::End& end = index.end(endpoint, port);
        if (end.wired && end.peer >= plan.endpoints) return end.peer - plan.endpoints;
    }
    return kNoNode;
}

/// Returns the lowest switch of the next level; the switch itself if there is none.
uint32_t DestinationGroups::above(const FabricPlan& plan, const FabricIndex& index, uint32_t sw) const
{
    uint32_t lowest = kNoNode;
    const uint32_t node = plan.endpoints + sw;
    for (uint32_t port = 0; port < index.ports(node); ++port) {
        const FabricIndex::End& end = index.end(node, port);
        if (!end.wired || end.peer < plan.endpoints) continue;
        const uint32_t peer = end.peer - plan.endpoints;
        if (level_[peer] > level_[sw]) lowest = std::min(lowest, peer);
    }
    return lowest == kNoNode ? sw : lowest;
}

/// Numbers the names of a level's groups in the order of their first destinations.
void DestinationGroups::number_groups(uint32_t level, const std::vector<uint32_t>& names)
{
    std::vector<uint32_t> number(level_.size() + 1, kNoNode);
    for (uint32_t dst = 0; dst < names.size(); ++dst) {
        uint32_t& its = number[names[dst] == kNoNode ? level_.size() : names[dst]];
        if (its == kNoNode) {
            its = static_cast<uint32_t>(first_[level].size());
            first_[level].push_back(dst);
        }
        group_[level].push_back(its);
    }
}

}  // namespace hpnsim

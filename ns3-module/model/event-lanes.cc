// SPDX-License-Identifier: GPL-2.0-only
// Deals out nodes so that lanes have equal work, and neighbours are in the same lane where that can
// be.
#include "event-lanes.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace hpnsim
{

namespace
{

/// Nodes are dealt out anew if a lane has had so many times the mean of the work.
constexpr double kUnequal = 1.1;

} // namespace

EventLanes::EventLanes(uint32_t lanes, const std::vector<uint32_t>& tierOfNode)
    : m_lanes(lanes)
    , m_laneOf(tierOfNode.size())
    , m_work(tierOfNode.size())
{
    Sort(tierOfNode);
    Deal();
    if (lanes > 1)
    {
        m_crew = std::make_unique<Crew>(lanes);
    }
}

EventLanes::EventLanes(uint32_t ranks, uint32_t own, const std::vector<uint32_t>& tierOfNode)
    : m_lanes(ranks)
    , m_laneOf(tierOfNode.size())
    , m_work(tierOfNode.size())
{
    Sort(tierOfNode);
    Deal();
    std::rotate(m_lanes.begin(), m_lanes.begin() + own, m_lanes.end());
    for (uint8_t& lane : m_laneOf)
    {
        lane = static_cast<uint8_t>((lane + ranks - own) % ranks);
    }
}

/// Sorts nodes by tier, and gives every lane its mailboxes.
void
EventLanes::Sort(const std::vector<uint32_t>& tierOfNode)
{
    for (uint32_t node = 0; node < tierOfNode.size(); ++node)
    {
        const uint32_t tier = tierOfNode[node];
        m_tiers.resize(std::max<size_t>(m_tiers.size(), tier + 1));
        m_tiers[tier].push_back(node);
    }
    for (EventLane& lane : m_lanes)
    {
        lane.events.resize(m_lanes.size());
        lane.parcels.resize(m_lanes.size());
    }
}

bool
EventLanes::Balance()
{
    std::vector<uint64_t> work(Count());
    for (uint32_t node = 0; node < m_work.size(); ++node)
    {
        work[m_laneOf[node]] += m_work[node];
    }
    const uint64_t most = *std::max_element(work.begin(), work.end());
    const uint64_t whole = std::accumulate(work.begin(), work.end(), uint64_t{0});
    const bool unequal =
        static_cast<double>(most) * Count() > kUnequal * static_cast<double>(whole);
    if (unequal)
    {
        Deal();
    }
    std::fill(m_work.begin(), m_work.end(), 0);
    return unequal;
}

/// Nodes that have had no event yet count too.
double
EventLanes::Weight(uint32_t node) const
{
    return m_work[node] + 1.0;
}

/// Begins with the tiers whose nodes have the most work each, because others fill gaps better.
void
EventLanes::Deal()
{
    const auto most = [this](const std::vector<uint32_t>& nodes) {
        uint32_t work = 0;
        for (const uint32_t node : nodes)
        {
            work = std::max(work, m_work[node]);
        }
        return work;
    };
    std::vector<std::pair<uint32_t, uint32_t>> tiers;
    for (uint32_t tier = 0; tier < m_tiers.size(); ++tier)
    {
        tiers.emplace_back(most(m_tiers[tier]), tier);
    }
    std::sort(tiers.rbegin(), tiers.rend());
    double whole = 0;
    for (uint32_t node = 0; node < m_work.size(); ++node)
    {
        whole += Weight(node);
    }
    std::vector<double> room(Count(), whole / Count());
    for (EventLane& lane : m_lanes)
    {
        lane.nodes.clear();
    }
    for (const auto& [work, tier] : tiers)
    {
        DealTier(m_tiers[tier], room);
    }
    for (uint32_t node = 0; node < m_laneOf.size(); ++node)
    {
        m_lanes[m_laneOf[node]].nodes.push_back(node);
    }
}

/// Gives each lane nodes that follow each other, in proportion to the room that it has left.
void
EventLanes::DealTier(const std::vector<uint32_t>& nodes, std::vector<double>& room)
{
    double left = 0; // of all lanes
    for (const double each : room)
    {
        left += std::max(each, 0.0);
    }
    double work = 0;
    for (const uint32_t node : nodes)
    {
        work += Weight(node);
    }
    const double share = left > 0 ? work / left : 0;
    uint32_t lane = 0;
    double end = std::max(room[0], 0.0) * share; // of what this lane takes
    double done = 0;
    for (const uint32_t node : nodes)
    {
        while (lane + 1 < Count() && done + Weight(node) / 2 >= end)
        {
            ++lane;
            end += std::max(room[lane], 0.0) * share;
        }
        m_laneOf[node] = static_cast<uint8_t>(lane);
        room[lane] -= Weight(node);
        done += Weight(node);
    }
}

} // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Builds the graph of egresses that wait for each other, and searches it for a circle that cannot
// resolve itself.
#include "deadlock-detector.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <cstdio>

namespace hpnsim
{

DeadlockDetector::DeadlockDetector(const FabricPlan& plan,
                                   const FabricIndex& adjacency,
                                   const std::vector<ns3::Ptr<RoceSwitch>>& switches,
                                   Time interval)
    : m_plan(plan)
    , m_adjacency(adjacency)
    , m_switches(switches)
    , m_interval(interval)
{
    for (const auto& sw : switches)
    {
        sw->OnLongPause([this](Time now) { Search(now); });
    }
}

void
DeadlockDetector::Search(Time now)
{
    if (!m_sentence.empty() || now < m_next)
    {
        return;
    }
    m_next = now + m_interval;
    SearchGraph(m_ranks != nullptr ? WaitForOverRanks() : WaitFor(Paused()), now);
    if (m_ranks != nullptr)
    {
        TellRanks();
    }
}

void
DeadlockDetector::SearchGraph(Graph graph, Time now)
{
    KeepStuck(graph);
    if (graph.empty())
    {
        return;
    }
    const std::vector<Egress> circle = Circle(graph);
    char at[40];
    std::snprintf(at, sizeof at, "%.3f", now.us());
    m_sentence = "PFC deadlock at " + std::string(at) + " us in priority " +
                 std::to_string(circle.front().priority) +
                 ", each egress paused until the next sends: ";
    for (const Egress& egress : circle)
    {
        m_sentence += Name(egress) + " -> ";
    }
    m_sentence += Name(circle.front());
    ns3::Simulator::Stop();
}

std::vector<DeadlockDetector::Egress>
DeadlockDetector::Paused() const
{
    std::vector<Egress> paused;
    for (uint32_t sw = 0; sw < m_switches.size(); ++sw)
    {
        for (uint16_t port = 0; port < m_switches[sw]->PortCount(); ++port)
        {
            for (Priority priority = 0; priority < kPriorities; ++priority)
            {
                if (m_switches[sw]->IsPaused(port, priority))
                {
                    paused.push_back({sw, port, priority});
                }
            }
        }
    }
    return paused;
}

DeadlockDetector::Graph
DeadlockDetector::WaitFor(const std::vector<Egress>& paused) const
{
    Graph graph;
    for (const Egress& waiting : paused)
    {
        AddWaits(waiting, graph);
    }
    return graph;
}

/// Adds nothing for what a NIC pauses, or whose resume is under way, because these end by
/// themselves.
void
DeadlockDetector::AddWaits(const Egress& waiting, Graph& graph) const
{
    const FabricIndex::End& far = m_adjacency.end(m_plan.endpoints + waiting.sw, waiting.port);
    if (far.peer < m_plan.endpoints)
    {
        return;
    }
    const uint32_t peer = far.peer - m_plan.endpoints;
    if (!m_switches[peer]->IsPausing(far.peer_port, waiting.priority))
    {
        return;
    }
    std::set<Egress>& waits = graph[waiting];
    m_switches[peer]->ForEachWaiting([&](uint16_t egress, const Packet& packet) {
        if (packet.in_port == far.peer_port && packet.priority == waiting.priority)
        {
            waits.insert({peer, egress, packet.priority});
        }
    });
}

void
DeadlockDetector::KeepStuck(Graph& graph)
{
    const auto moves = [&graph](const std::set<Egress>& waits) {
        return waits.empty() || std::any_of(waits.begin(), waits.end(), [&graph](const Egress& e) {
                   return graph.count(e) == 0;
               });
    };
    bool again = true;
    while (again)
    {
        again = false;
        for (auto it = graph.begin(); it != graph.end();)
        {
            const bool free = moves(it->second);
            again |= free;
            it = free ? graph.erase(it) : std::next(it);
        }
    }
}

std::vector<DeadlockDetector::Egress>
DeadlockDetector::Circle(const Graph& stuck)
{
    std::vector<Egress> walk;
    Egress at = stuck.begin()->first;
    const auto same = [&at](const Egress& e) { return !(e < at) && !(at < e); };
    auto seen = walk.end();
    while ((seen = std::find_if(walk.begin(), walk.end(), same)) == walk.end())
    {
        walk.push_back(at);
        at = *stuck.at(at).begin();
    }
    return {seen, walk.end()};
}

std::string
DeadlockDetector::Name(const Egress& egress) const
{
    return m_plan.switch_name(egress.sw) + ":" + std::to_string(egress.port);
}

} // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Tells the engine what it must know of a network to run it window by window.
#include "roce-network.h"

#include <algorithm>
#include <utility>

namespace hpnsim
{

/// The nodes that an engine knows are hosts, with all their NICs and their NVLink, and switches.
/// Node 0 is all hosts where they act in turn.
uint32_t
RoceNetwork::NodeOf(uint32_t endpointOrSwitch) const
{
    if (endpointOrSwitch >= m_plan.endpoints)
    {
        return HostNodes() + endpointOrSwitch - m_plan.endpoints;
    }
    return m_hostsAct == HostsAct::IN_TURN ? 0 : m_plan.host_of(endpointOrSwitch);
}

uint32_t
RoceNetwork::HostNodes() const
{
    return m_hostsAct == HostsAct::IN_TURN ? 1 : m_hosts.GetN();
}

EventOrder
RoceNetwork::OrderOfHost(uint32_t endpoint) const
{
    return NodeOrder(NodeOf(endpoint));
}

EventOrder
RoceNetwork::OrderOfWorkload() const
{
    return m_hostsAct == HostsAct::IN_TURN ? NodeOrder(0) : EventOrder::WORKLOAD;
}

NodeMap
RoceNetwork::MapOfNodes() const
{
    NodeMap map;
    for (uint32_t node = 0; node < m_globalPorts.size(); ++node)
    {
        map.nodeOfPort.resize(map.nodeOfPort.size() + m_adjacency.ports(node), NodeOf(node));
    }
    for (uint32_t host = 0; host < m_nvlink.size(); ++host)
    {
        map.nodeOfPort.resize(map.nodeOfPort.size() + size_t{2} * m_plan.nics_per_host,
                              NodeOf(host * m_plan.nics_per_host));
    }
    map.tierOfNode.resize(HostNodes()); // tier 0
    if (m_hostsAct == HostsAct::IN_TURN)
    {
        map.soleActor = 0;
    }
    for (const SwitchPlan& sw : m_plan.switches)
    {
        map.tierOfNode.push_back(1U + static_cast<uint32_t>(sw.tier));
    }
    Time least = Time::max();
    for (const LinkPlan& link : m_plan.links)
    {
        least = std::min(least, link.delay);
    }
    map.lookahead = m_plan.links.empty() ? 0 : static_cast<uint64_t>(least.ps);
    return map;
}

/// Faults are no reason: those of the schedule belong to no node, so that all have come exactly as
/// far when one begins, ends or becomes known. What it then does to packets is kept by link
/// (LinkFaults), and never lets one arrive earlier than over a link that is well.
OneByOne
RoceNetwork::WhyNotByNode() const
{
    if (m_clock->Kernel() == nullptr)
    {
        return OneByOne::OTHER_ENGINE;
    }
    if (m_weightedRouter != nullptr)
    {
        return OneByOne::WEIGHTED;
    }
    if (m_config.fabric.scheduledOrder)
    {
        return OneByOne::SCHEDULED_ORDER;
    }
    if (MapOfNodes().lookahead == 0)
    {
        return OneByOne::NO_DELAY;
    }
    for (uint32_t function = 0; function < m_config.FunctionCount(); ++function)
    {
        if (m_config.Function(function).retry.retries <= 1) // OpenQps counts after a timeout
        {
            return OneByOne::FEW_RETRIES;
        }
    }
    return OneByOne::NOTHING;
}

OneByOne
RoceNetwork::RunByNode(EventKernel::Windows when,
                       uint32_t threads,
                       ActsByHost more,
                       HostsAct hosts)
{
    const OneByOne why = WhyNotByNode();
    if (why == OneByOne::NOTHING)
    {
        m_hostsAct = hosts;
        m_actsByHost = std::move(more);
        m_clock->Kernel()->RunByNode(MapOfNodes(), *this, when, threads);
        BindSlots();
    }
    return why;
}

void
RoceNetwork::BindSlots()
{
    for (const LinkPlan& link : m_plan.links)
    {
        Tx(link.a, link.a_port).BindSlots();
        Tx(link.b, link.b_port).BindSlots();
    }
    for (const auto& host : m_nvlink)
    {
        host->BindSlots();
    }
}

void
RoceNetwork::Dealt(const EventLanes& lanes)
{
    if (lanes.Count() == 1)
    {
        return;
    }
    for (const LinkPlan& link : m_plan.links)
    {
        const bool crosses = lanes.LaneOf(NodeOf(link.a)) != lanes.LaneOf(NodeOf(link.b));
        Tx(link.a, link.a_port).CrossLanes(crosses);
        Tx(link.b, link.b_port).CrossLanes(crosses);
    }
}

void
RoceNetwork::OnWindowOver(std::function<void()> over)
{
    m_onWindowOver = std::move(over);
}

void
RoceNetwork::WindowOver()
{
    if (m_onWindowOver)
    {
        m_onWindowOver();
    }
}

/// What has bytes to send cannot end within the delay of a link, nor can a sender learn of what has
/// not been delivered; and as long as there is any of that, nothing that waits for all of it can
/// happen. Only errors come without it. Where hosts act in turn, the end alone matters, and not
/// every message keeps that off.
bool
RoceNetwork::WindowIsSafe() const
{
    const bool unsent = m_hostsAct == HostsAct::BY_THEMSELVES && m_openQps.unsent > 0;
    return m_openQps.near_end == 0 && (unsent || (m_actsByHost != nullptr && m_actsByHost()));
}

} // namespace hpnsim

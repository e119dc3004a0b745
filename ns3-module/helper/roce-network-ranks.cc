// SPDX-License-Identifier: GPL-2.0-only
// Packs what nodes of one rank have for nodes of another: packets, PFC frames, completions.
#include "roce-network.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

namespace hpnsim
{

namespace
{

/// What a packed parcel begins with.
struct Label
{
    uint32_t globalPort; // of the transmitter
    bool pfc;
    uint64_t arrival;
};

/// Packs a packet with its side blocks.
void
PackPacket(const Packet& packet, MessageWriter& out)
{
    if (packet.kind == PacketKind::foreign)
    {
        throw std::logic_error("a packet of another program cannot go to another rank");
    }
    out.Put(&packet, sizeof packet);
    if (packet.telemetry != nullptr)
    {
        out.Put(packet.telemetry->hop, sizeof(IntHop) * packet.hop_count);
    }
    if (packet.extension != nullptr)
    {
        out.Put(packet.extension, sizeof *packet.extension);
        if (packet.extension->bytes != nullptr)
        {
            out.Put(packet.extension->bytes, packet.payload);
        }
    }
}

/// What a pointer of another process was is told by whether it was null.
Packet*
UnpackPacket(PacketPool& pool, MessageReader& in)
{
    Packet* packet = pool.take();
    std::memcpy(static_cast<void*>(packet), in.Take(sizeof *packet), sizeof *packet);
    const bool stamped = packet->telemetry != nullptr;
    const bool extended = packet->extension != nullptr;
    packet->next = nullptr;
    packet->telemetry = nullptr;
    packet->extension = nullptr;
    if (stamped)
    {
        packet->telemetry = pool.take_block();
        const size_t bytes = sizeof(IntHop) * packet->hop_count;
        std::memcpy(static_cast<void*>(packet->telemetry->hop), in.Take(bytes), bytes);
    }
    if (extended)
    {
        Extension& extension = pool.extend(*packet);
        std::memcpy(static_cast<void*>(&extension), in.Take(sizeof extension), sizeof extension);
        const bool loaded = extension.bytes != nullptr;
        extension.bytes = nullptr;
        extension.next = nullptr;
        if (loaded)
        {
            std::memcpy(pool.take_bytes(*packet), in.Take(packet->payload), packet->payload);
        }
    }
    return packet;
}

} // namespace

/// A fault has several nodes act at once, and other ranks would have to learn what these complete.
OneByOne
RoceNetwork::WhyNotByRank() const
{
    const OneByOne why = WhyNotByNode();
    return why == OneByOne::NOTHING && m_faults != nullptr ? OneByOne::FAULTS : why;
}

OneByOne
RoceNetwork::RunByRank(Ranks& ranks,
                       ActsByHost more,
                       ActsByHost inside,
                       const std::vector<bool>& busy)
{
    const OneByOne why = WhyNotByRank();
    if (why == OneByOne::NOTHING)
    {
        m_actsByHost = std::move(more);
        m_actsInside = std::move(inside);
        NodeMap map = MapOfNodes();
        PartBusy(busy, map);
        m_clock->Kernel()->RunByRank(map, *this, ranks);
        BindSlots();
        MarkCrossing();
        if (m_deadlocks != nullptr)
        {
            m_deadlocks->SearchOver(ranks);
        }
    }
    return why;
}

/// Makes tiers of their own of nodes that are busy, for tiers are what is dealt out in equal
/// shares. A switch is as busy as the nodes below it.
void
RoceNetwork::PartBusy(const std::vector<bool>& busy, NodeMap& map) const
{
    std::vector<bool> nodes(map.tierOfNode.size());
    for (uint32_t endpoint = 0; endpoint < busy.size(); ++endpoint)
    {
        nodes[NodeOf(endpoint)] = nodes[NodeOf(endpoint)] || busy[endpoint];
    }
    const uint32_t tiers = *std::max_element(map.tierOfNode.begin(), map.tierOfNode.end());
    for (uint32_t tier = 1; tier <= tiers; ++tier)
    {
        for (const LinkPlan& link : m_plan.links)
        {
            for (const auto& [low, high] : {std::pair(link.a, link.b), std::pair(link.b, link.a)})
            {
                if (map.tierOfNode[NodeOf(high)] == tier && map.tierOfNode[NodeOf(low)] < tier &&
                    nodes[NodeOf(low)])
                {
                    nodes[NodeOf(high)] = true;
                }
            }
        }
    }
    for (uint32_t node = 0; node < nodes.size(); ++node)
    {
        map.tierOfNode[node] = 2 * map.tierOfNode[node] + (nodes[node] ? 0 : 1);
    }
}

Ranks*
RoceNetwork::TheRanks() const
{
    return m_clock->Kernel() != nullptr ? m_clock->Kernel()->TheRanks() : nullptr;
}

bool
RoceNetwork::RunsHere(uint32_t endpointOrSwitch) const
{
    return m_clock->RunsHere(CanonicalOrder(m_globalPorts[endpointOrSwitch], EventType::TIMER));
}

/// Tells links whether their far ends are another rank's.
void
RoceNetwork::MarkCrossing()
{
    m_txOfPort.resize(m_portCount);
    for (const LinkPlan& link : m_plan.links)
    {
        const bool crosses = RunsHere(link.a) != RunsHere(link.b);
        for (LinkTx* tx : {&Tx(link.a, link.a_port), &Tx(link.b, link.b_port)})
        {
            tx->CrossLanes(crosses);
            m_txOfPort[tx->GlobalPort()] = tx;
        }
    }
}

EventPlace
RoceNetwork::Pack(const Parcel& parcel, MessageWriter& out)
{
    const auto* tx = static_cast<const LinkTx*>(parcel.receiver);
    const bool pfc = parcel.open == &LinkTx::LandPfc;
    out.Put(Label{tx->GlobalPort(), pfc, parcel.ts});
    if (pfc)
    {
        const std::unique_ptr<PfcFrame> frame(static_cast<PfcFrame*>(parcel.load));
        out.Put(*frame);
        return {parcel.ts, CanonicalOrder(hpnsim::PortOf(tx->ArrivalOrder()), EventType::PAUSE)};
    }
    auto* packet = static_cast<Packet*>(parcel.load);
    PackPacket(*packet, out);
    m_pool.give(packet);
    return {parcel.ts, tx->ArrivalOrder()};
}

void
RoceNetwork::Open(MessageReader& in)
{
    const auto label = in.Get<Label>();
    LinkTx& tx = *m_txOfPort.at(label.globalPort);
    const Time arrival{static_cast<int64_t>(label.arrival)};
    if (label.pfc)
    {
        tx.TakePfc(in.Get<PfcFrame>(), arrival, m_clock->Now());
    }
    else
    {
        tx.TakePacket(UnpackPacket(m_pool, in), arrival);
    }
}

void
RoceNetwork::SetHostActions(HostActions* actions)
{
    m_hostActions = actions;
}

/// What is not the host's own is of a NIC, if the event's port is one of the fabric, else of
/// NVLink.
bool
RoceNetwork::PackAction(const PendingEvent& event, MessageWriter& out)
{
    const bool several = m_config.FunctionCount() > 1;
    RankMessage own;
    MessageWriter hosts(own);
    const bool ofHost = m_hostActions != nullptr && m_hostActions->PackOwn(event, hosts);
    out.Put(ofHost);
    if (ofHost)
    {
        out.Put(own.data(), own.size());
        return m_errors || several;
    }
    if (hpnsim::PortOf(event.order) >= m_portCount)
    {
        out.Put(static_cast<const NvlinkHost*>(event.object)->Arrived());
        return false;
    }
    const auto* device = static_cast<const RoceNetDevice*>(event.object);
    const std::vector<Completion>& completed = device->Unreported();
    out.Put(completed);
    for (const Completion& each : completed)
    {
        m_errors |= each.status != Status::success;
    }
    return m_errors || several;
}

void
RoceNetwork::CarryOut(EventOrder order, MessageReader& in)
{
    if (in.Get<bool>())
    {
        m_hostActions->CarryOutOwn(in);
        return;
    }
    const uint32_t port = hpnsim::PortOf(order);
    if (port >= m_portCount)
    {
        m_nvlink[(port - m_portCount) / (2 * m_plan.nics_per_host)]->ReportForOther(
            in.Get<uint64_t>());
        return;
    }
    const auto completed = in.Values<Completion>();
    for (const Completion& each : completed)
    {
        m_errors |= each.status != Status::success;
    }
    uint32_t node = 0;
    uint16_t number = 0;
    PortOf(port, node, number);
    m_devices[node]->ReportForOther(completed);
}

/// NICs complete something when packets arrive, and NVLink when they arrive at a GPU, which are the
/// even ones of its ports. Timers of hosts belong to no port.
bool
RoceNetwork::MayDefer(EventOrder order) const
{
    if (order < EventOrder::PORTS)
    {
        return true;
    }
    const uint32_t port = hpnsim::PortOf(order);
    const bool gpu = port >= m_portCount && (port - m_portCount) % 2 == 0;
    return TypeOf(order) == EventType::ARRIVAL && (gpu || port < m_globalPorts[m_plan.endpoints]);
}

/// What a host sends itself over NVLink takes two links.
uint64_t
RoceNetwork::LeastAnswer() const
{
    return m_nvlink.empty() ? ~uint64_t{0} : 2 * static_cast<uint64_t>(m_plan.nvlink.latency.ps);
}

RankedNetwork::Counts
RoceNetwork::OwnCounts() const
{
    return {m_openQps.unsent, m_openQps.near_end};
}

uint64_t
RoceNetwork::SafeFor(const Counts& all) const
{
    if (all.nearEnd > 0)
    {
        return 0;
    }
    if (all.unsent > 0 || (m_actsByHost != nullptr && m_actsByHost()))
    {
        return ~uint64_t{0};
    }
    return m_actsInside != nullptr && m_actsInside() ? LeastAnswer() : 0;
}

void
RoceNetwork::LearnOfFaults()
{
    Ranks* ranks = TheRanks();
    if (ranks == nullptr || !ranks->Whole())
    {
        return;
    }
    RankMessage own;
    const LawFault* fault = BadLaw();
    MessageWriter out(own);
    out.Put(fault != nullptr ? fault->sentence : std::string());
    out.Put(fault != nullptr && fault->restless);
    for (const RankMessage& each : ranks->Share(Ranks::About::RESULTS, own))
    {
        MessageReader in(each);
        LawFault told{in.Text(), in.Get<bool>()};
        if (!told.sentence.empty() && m_lawFault == nullptr)
        {
            m_lawFault = std::make_unique<LawFault>(std::move(told));
        }
    }
}

} // namespace hpnsim

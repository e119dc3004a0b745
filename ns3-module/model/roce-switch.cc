// SPDX-License-Identifier: GPL-2.0-only
// Takes a packet through a switch: from its arrival over routing, admission and queueing to its
// departure.
#include "roce-switch-port.h"

#include "foreign-packet.h"
#include "marking/marking_plan.hpp"
#include "telemetry/int_stamper.hpp"

#include "hpnsim/ecmp.hpp"
#include "hpnsim/random_streams.hpp"
#include "hpnsim/registry.hpp"

namespace hpnsim
{

NS_OBJECT_ENSURE_REGISTERED(RoceSwitch);

ns3::TypeId
RoceSwitch::GetTypeId()
{
    static ns3::TypeId tid = WithSettings<RoceSwitch>(
        ns3::TypeId("hpnsim::RoceSwitch")
            .SetParent<ns3::Object>()
            .SetGroupName("Hpnsim")
            .AddConstructor<RoceSwitch>()
            .AddTraceSource("Tx",
                            "A packet begins to leave: port, packet",
                            ns3::MakeTraceSourceAccessor(&RoceSwitch::m_txTrace),
                            "hpnsim::RoceSwitch::PacketCallback")
            .AddTraceSource("Rx",
                            "A packet has arrived: port, packet",
                            ns3::MakeTraceSourceAccessor(&RoceSwitch::m_rxTrace),
                            "hpnsim::RoceSwitch::PacketCallback")
            .AddTraceSource("Drop",
                            "A packet is dropped: egress port, packet",
                            ns3::MakeTraceSourceAccessor(&RoceSwitch::m_dropTrace),
                            "hpnsim::RoceSwitch::PacketCallback")
            .AddTraceSource("Mark",
                            "A packet is given CE: egress port, packet",
                            ns3::MakeTraceSourceAccessor(&RoceSwitch::m_markTrace),
                            "hpnsim::RoceSwitch::PacketCallback")
            .AddTraceSource("Trim",
                            "A packet is cut to its headers: egress port, packet",
                            ns3::MakeTraceSourceAccessor(&RoceSwitch::m_trimTrace),
                            "hpnsim::RoceSwitch::PacketCallback")
            .AddTraceSource("Pause",
                            "The upstream is told to stop (true) or to go on: ingress port, which",
                            ns3::MakeTraceSourceAccessor(&RoceSwitch::m_pauseTrace),
                            "hpnsim::RoceSwitch::PauseCallback")
            .AddTraceSource("PfcTx",
                            "A PFC frame begins to leave: port, frame",
                            ns3::MakeTraceSourceAccessor(&RoceSwitch::m_pfcTxTrace),
                            "hpnsim::RoceSwitch::PfcCallback")
            .AddTraceSource("PfcRx",
                            "A PFC frame has arrived: port, frame",
                            ns3::MakeTraceSourceAccessor(&RoceSwitch::m_pfcRxTrace),
                            "hpnsim::RoceSwitch::PfcCallback"));
    return tid;
}

RoceSwitch::RoceSwitch() = default;
RoceSwitch::~RoceSwitch() = default;

RoceSwitch::RoceSwitch(const RoceSwitch& unbuilt)
    : ns3::Object(unbuilt)
    , m_settings(unbuilt.m_settings)
{
}

void
RoceSwitch::Configure(const Clock& clock,
                      PacketPool& pool,
                      PerLane<DepthHistogram>& depths,
                      const FabricPlan& plan,
                      const FabricIndex& adjacency,
                      uint32_t index,
                      const std::vector<uint32_t>& globalPorts,
                      const FabricSettings& settings)
{
    m_index = index;
    m_router = plan.router.get();
    m_hash = settings.hash ? settings.hash(index) : EcmpHash{ecmp_salt(settings.seed, index)};
    m_mode = settings.mode;
    m_telemetry = settings.telemetry;
    m_inTurn = settings.scheduledOrder;
    m_untilSent = settings.untilSent;
    m_peakWithoutWire = settings.peakWithoutWire;
    m_unlessBothFull = settings.buffer.rules.unlessBothFull;
    m_unaccounted = settings.buffer.rules.unaccounted;
    m_pauseBytes = settings.wire->pfc;
    m_clock = &clock;
    m_pool = &pool;
    m_depths = &depths;
    m_settings = settings;
    m_marked = settings.marking.marked;
    m_plan = &plan;
    m_adjacency = &adjacency;
    ConfigurePriorities();
    const BufferPlan buffer(settings, plan, adjacency, index);
    ConfigureBalance(buffer.Total());
    const MarkingPlan marking(settings, buffer, plan, adjacency, index);
    const uint32_t node = plan.endpoints + index;
    m_ports.reserve(adjacency.ports(node));
    for (uint16_t port = 0; port < adjacency.ports(node); ++port)
    {
        const FabricIndex::End& end = adjacency.end(node, port);
        const uint32_t global = globalPorts[node] + port;
        const uint32_t peer = end.wired ? globalPorts[end.peer] + end.peer_port : global;
        Port& p = m_ports.add(clock, pool, this, port, global, peer);
        if (!end.wired)
        {
            continue;
        }
        ConfigurePort(p, plan.links[end.link], end.peer < plan.endpoints, marking);
    }
    ConfigureBuffer(plan, adjacency, buffer);
    ConfigureFeedback(plan, adjacency);
}

void
RoceSwitch::ConfigurePort(Port& port,
                          const LinkPlan& link,
                          bool lastHop,
                          const MarkingPlan& marking)
{
    const FabricSettings& s = m_settings;
    for (Priority priority = 0; priority < kPriorities; ++priority)
    {
        const bool strict = (s.scheduling.strict & priority_bit(priority)) != 0;
        port.queues.SetWeight(priority, strict ? 0 : s.scheduling.weights[priority]);
    }
    if (s.packetTurns)
    {
        port.queues.TakePacketTurns();
    }
    port.marker.Configure({0, 0, 0}, stream_of(s.seed, StreamKind::red, port.global));
    ConfigureMarking(port, link, lastHop, marking);
    if (s.ecn && (s.ecnLastHop || !lastHop))
    {
        port.phantom.Configure(link.rate, s.marking.phantom);
    }
    // A packet without a cable before it would be gone before its mark is decided.
    port.marksLate = s.untilSent && link.delay.ps > 0 && s.marking.phantom <= 0;
    if (m_mode == FabricMode::TRIMMING)
    {
        const uint64_t coin = s.coin ? stream_of(s.seed, StreamKind::trim_victim, port.global) : 0;
        port.trimmer.Configure(
            ShareOf(link, s.trim(link.rate, lastHop)), s.wire->trimmed, lastHop, s.control, coin);
        port.controlLimit = ShareOf(link, s.controlLimit);
        port.limitsControl = port.controlLimit > 0;
        port.trims = true;
    }
}

uint16_t
RoceSwitch::Route(const Packet& packet) const
{
    const NextHops hops = m_router->next(m_index, packet.dst);
    if (hops.count <= 1)
    {
        return hops.count == 0 ? UINT16_MAX : hops.port(0);
    }
    if (m_lb != SwitchLb::ECMP && Balances(packet))
    {
        return Balance(packet, hops);
    }
    return hops.port(m_hash.choose(packet, hops.count));
}

/// Returns UINT16_MAX if no next hop is alive, and the packet is gone. It is inlined, like Forward,
/// because it is on the hot path.
[[gnu::always_inline]] inline uint16_t
RoceSwitch::Enter(Packet* packet, uint16_t port)
{
    if (!m_rxTrace.IsEmpty())
    {
        m_rxTrace(port, *packet);
    }
    packet->in_port = port;
    const uint16_t egress = Route(*packet);
    if (egress == UINT16_MAX)
    {
        ++m_ports[port].counters.unroutable;
        m_dropTrace(port, *packet);
        DropPacket(*m_pool, packet);
    }
    return egress;
}

/// True if the queue's limit, or the buffer without the share of headers, has no room for the
/// packet.
inline bool
RoceSwitch::MustTrim(const Port& out, const Packet& packet, Bytes queued) const
{
    if (!out.trims || !out.trimmer.MayTrim(packet))
    {
        return false;
    }
    const bool bounded = (m_bounded & priority_bit(packet.priority)) != 0;
    const Bytes room = m_buffer.EgressRoom(out.queues.Queued(packet.priority), bounded);
    return out.trimmer.MustTrim(packet, queued) || packet.wire_bytes > room - m_headerRoom;
}

/// True if a packet that goes on at once leaves nothing behind that it would not leave if it were
/// admitted, put into the empty queue and released: it does not make the upstream pause, say.
inline bool
RoceSwitch::PassesUnnoticed(Port& out, const Packet& packet)
{
    const PausedPriorities bit = priority_bit(packet.priority);
    if (out.trims || out.limitsControl || out.dropping != 0 || out.unmarked != nullptr ||
        out.marker.AtEnqueue() || m_untilSent)
    {
        return false;
    }
    const bool fits = (m_lossless & bit) != 0
                          ? m_buffer.PassesBelow(
                                m_ports[packet.in_port].ingress[m_losslessIndex[packet.priority]],
                                packet.wire_bytes)
                          : (m_unaccounted & bit) != 0;
    if (fits)
    {
        out.queues.Pass(packet.priority);
    }
    return fits;
}

[[gnu::always_inline]] inline void
RoceSwitch::Forward(Packet* packet, uint16_t egress, Time now)
{
    Port& out = m_ports[egress];
    if (out.queues.Empty() && out.tx.Idle(now) &&
        (out.paused & priority_bit(packet->priority)) == 0 &&
        (!m_inTurn || PassesUnnoticed(out, *packet)))
    {
        // It passes straight through, because it would be admitted and released in the same
        // instant.
        out.monitor.Peak(packet->wire_bytes);
        Transmit(out, packet, now);
        return;
    }
    if (out.unmarked != nullptr && out.tx.Idle(now))
    {
        MarkLate(out); // it has left before this one came
    }
    const Bytes queued =
        m_untilSent ? Holds(out, packet->priority, now) : out.queues.Queued(packet->priority);
    if (MustTrim(out, *packet, queued) && !Overflow(out, packet, egress, now))
    {
        return;
    }
    if ((out.dropping & priority_bit(packet->priority)) != 0)
    {
        ++out.counters.watchdogDrops;
        Drop(out, packet, egress);
        return;
    }
    if ((out.limitsControl && !ControlFits(out, *packet, now)) || !Admit(out, *packet, now))
    {
        Drop(out, packet, egress);
        return;
    }
    Enqueue(out, packet, now);
    if (m_inTurn)
    {
        SendNext(out, now);
    }
}

void
RoceSwitch::Arrive(Packet* packet, uint16_t port, Time now)
{
    const uint16_t egress = Enter(packet, port);
    if (egress != UINT16_MAX)
    {
        Forward(packet, egress, now);
    }
}

void
RoceSwitch::ArriveJudged(Packet* packet, uint16_t port, Time now)
{
    const uint16_t egress = Enter(packet, port);
    if (egress != UINT16_MAX)
    {
        m_notices->Judge(*packet, egress, now);
        Forward(packet, egress, now);
    }
}

void
RoceSwitch::Send(Packet* packet, uint16_t inPort, Time now)
{
    packet->in_port = inPort;
    const uint16_t egress = Route(*packet);
    if (egress == UINT16_MAX)
    {
        DropPacket(*m_pool, packet);
        return;
    }
    Forward(packet, egress, now);
}

bool
RoceSwitch::Admit(Port& out, Packet& packet, Time now)
{
    const PausedPriorities bit = priority_bit(packet.priority);
    if ((m_lossless & bit) == 0)
    {
        if ((m_unaccounted & bit) != 0)
        {
            return true;
        }
        const bool bounded = (m_bounded & bit) != 0;
        return m_buffer.AdmitEgress(out.queues.Queued(packet.priority), packet.wire_bytes, bounded);
    }
    Port& in = m_ports[packet.in_port];
    IngressBuffer& ingress = in.ingress[m_losslessIndex[packet.priority]];
    const bool fits = m_unlessBothFull ? m_buffer.AdmitUnlessBothFull(ingress, packet.wire_bytes)
                                       : m_buffer.AdmitLossless(ingress, packet.wire_bytes);
    if (!fits)
    {
        return false;
    }
    if (PfcControl::MustPause(m_buffer, ingress))
    {
        PauseUpstream(in, ingress, packet.priority, now);
    }
    return true;
}

void
RoceSwitch::Release(const Packet& packet, Time now)
{
    if ((m_lossless & priority_bit(packet.priority)) == 0)
    {
        if (Accounts(packet.priority))
        {
            m_buffer.ReleaseEgress(packet.wire_bytes);
        }
        return;
    }
    Port& in = m_ports[packet.in_port];
    IngressBuffer& ingress = in.ingress[m_losslessIndex[packet.priority]];
    m_buffer.ReleaseLossless(ingress, packet.wire_bytes);
    if (PfcControl::MayResume(m_buffer, ingress))
    {
        ResumeUpstream(in, ingress, packet.priority, now);
    }
}

void
RoceSwitch::Enqueue(Port& out, Packet* packet, Time now)
{
    if (out.marker.AtEnqueue())
    {
        MarkIf(out, *packet, out.queues.Queued(packet->priority));
    }
    out.monitor.Change(out.queues.QueuedTotal(), now, m_depths->mine());
    out.queues.Push(packet);
    const bool alone = out.tx.Idle(now) || m_peakWithoutWire;
    const Bytes sending = alone ? 0 : out.onWire;
    out.monitor.Peak(out.queues.Queued(packet->priority) + sending);
    if (out.queues.CanSend(out.paused))
    {
        out.tx.WantIdle(now);
    }
}

void
RoceSwitch::TxIdle(uint16_t port, Time now)
{
    Port& out = m_ports[port];
    if (out.unmarked != nullptr)
    {
        MarkThenSend(out, now);
        return;
    }
    SendNext(out, now);
}

void
RoceSwitch::WarmHead(uint16_t port) const
{
    const Port& out = m_ports[port];
    __builtin_prefetch(out.unmarked);
    if (!out.queues.Empty())
    {
        __builtin_prefetch(out.queues.Head());
    }
}

void
RoceSwitch::SendNext(Port& out, Time now)
{
    if (!out.queues.CanSend(out.paused))
    {
        return;
    }
    if (!out.tx.Idle(now))
    {
        out.tx.WantIdle(now);
        return;
    }
    out.monitor.Change(out.queues.QueuedTotal(), now, m_depths->mine());
    Packet* packet = out.queues.Pop(out.paused);
    Release(*packet, now);
    Transmit(out, packet, now);
    if (out.queues.CanSend(out.paused))
    {
        out.tx.WantIdle(now);
    }
}

void
RoceSwitch::Transmit(Port& out, Packet* packet, Time now)
{
    if (out.marksLate)
    {
        PrepareLateMark(out, packet);
    }
    else if (out.marker.AtDequeue())
    {
        MarkIf(out,
               *packet,
               out.phantom.Enabled() ? out.phantom.Pass(packet->wire_bytes, now)
                                     : out.queues.Queued(packet->priority));
    }
    if (packet->stamped && m_telemetry)
    {
        StampTelemetry(
            *packet,
            *m_pool,
            {out.global, now, out.tx.SentBytes(), out.queues.QueuedTotal(), out.tx.LinkRate()},
            m_settings.intFormat);
    }
    else if (packet->stamped)
    {
        StampDigest(out, *packet, now);
    }
    if (!m_txTrace.IsEmpty())
    {
        m_txTrace(out.number, *packet);
    }
    out.onWire = packet->wire_bytes;
    out.onWirePriority = packet->priority;
    out.tx.Send(packet, now);
    if (out.unmarked != nullptr)
    {
        AwaitLateMark(out, now);
    }
}

void
RoceSwitch::MarkIf(Port& out, Packet& packet, Bytes queued)
{
    if (packet.ect && !packet.trimmed && (m_marked & priority_bit(packet.priority)) != 0 &&
        out.marker.Mark(queued))
    {
        packet.ce = true;
        ++out.counters.marks;
        m_markTrace(out.number, packet);
    }
}

void
RoceSwitch::Drop(Port& out, Packet* packet, uint16_t port)
{
    ++out.counters.drops;
    m_dropTrace(port, *packet);
    DropPacket(*m_pool, packet);
}

void
RoceSwitch::DoDispose()
{
    m_plan = nullptr;
    m_adjacency = nullptr;
    // Foreign packets that are still inside hold references of ns-3's.
    for (Port& port : m_ports)
    {
        while (!port.queues.Empty())
        {
            DropPacket(*m_pool, port.queues.Pop(0));
        }
        port.tx.DropInFlight();
    }
    ns3::Object::DoDispose();
}

} // namespace hpnsim

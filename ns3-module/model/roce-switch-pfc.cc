// SPDX-License-Identifier: GPL-2.0-only
// The lossless side of a switch is here: its buffer, pausing the upstream, being paused, storms.
#include "buffer/buffer_plan.hpp"
#include "roce-switch-port.h"

#include "hpnsim/bad_input.hpp"

#include "ns3/make-event.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace hpnsim
{

void
RoceSwitch::ConfigurePriorities()
{
    const FabricSettings& s = m_settings;
    m_lossless =
        m_mode == FabricMode::LOSSLESS ? s.pfc.lossless : PausedPriorities{0}; // as BufferPlan
    // A trimming fabric bounds its data by trimming; the control priorities are never bounded.
    m_bounded = m_mode == FabricMode::LOSSY
                    ? PausedPriorities{0xff}
                    : static_cast<PausedPriorities>(~(s.scheduling.strict | s.pfc.lossless));
    uint8_t next = 0;
    for (Priority priority = 0; priority < kPriorities; ++priority)
    {
        m_losslessIndex[priority] = next;
        next += (m_lossless & priority_bit(priority)) != 0 ? 1 : 0;
    }
}

/// Checks that a pause does not run out before its refresh is there, which may have to wait for a
/// full frame.
void
RoceSwitch::CheckQuanta(Bytes fullFrame) const
{
    constexpr Bytes kQuantum = 64; // 512 bits
    const double left = 1 - m_settings.pfc.refresh;
    const Bytes least = fullFrame + m_pauseBytes;
    if (static_cast<double>(kQuantum * m_settings.pfc.quanta) * left < static_cast<double>(least))
    {
        const double quanta = std::ceil(static_cast<double>(least) / (kQuantum * left));
        throw BadInput("fabric: pfc-quanta " + std::to_string(m_settings.pfc.quanta) +
                       " run out before the refresh that waits for a full frame; the least is " +
                       std::to_string(static_cast<int64_t>(quanta)) +
                       (quanta > kMaxQuanta ? ", so lower pfc-refresh" : ""));
    }
}

void
RoceSwitch::ConfigureBuffer(const FabricPlan& plan,
                            const FabricIndex& adjacency,
                            const BufferPlan& buffer)
{
    const FabricSettings& s = m_settings;
    const uint32_t node = plan.endpoints + m_index;
    const int classes = __builtin_popcount(m_lossless);
    m_ingress.resize(m_ports.size() * static_cast<size_t>(classes));
    if (classes > 0)
    {
        CheckQuanta(buffer.FullFrame());
    }
    for (uint16_t port = 0; classes > 0 && port < m_ports.size(); ++port)
    {
        const FabricIndex::End& end = adjacency.end(node, port);
        if (!end.wired)
        {
            continue;
        }
        const LinkPlan& link = plan.links[end.link];
        const double alpha = buffer.Alpha(link.rate);
        m_ports[port].leastHeadroom = PfcControl::LeastHeadroom(link.rate,
                                                                link.delay,
                                                                plan.switches[m_index].latency,
                                                                buffer.FullFrame(),
                                                                m_pauseBytes,
                                                                s.pfc.reaction);
        m_ports[port].ingress = &m_ingress[port * static_cast<size_t>(classes)];
        for (int i = 0; i < classes; ++i)
        {
            m_ports[port].ingress[i].headroomLimit = buffer.Headroom(port);
            m_ports[port].ingress[i].alphaQ16 = SharedBuffer::InQ16(alpha);
        }
    }
    m_overbooked = buffer.Overbooked();
    m_headerRoom = buffer.HeaderRoom();
    m_buffer.Configure(
        buffer.Total(), buffer.Reserved(), m_lossless != 0 ? s.buffer.reserve : 0, s.buffer.alpha);
}

PfcSender&
RoceSwitch::SenderOf(Port& port)
{
    if (port.pfcSender == nullptr)
    {
        port.pfcSender = std::make_unique<PfcSender>(*m_clock,
                                                     port.tx,
                                                     port.number,
                                                     port.global,
                                                     m_pauseBytes,
                                                     m_settings.pfc,
                                                     m_pfcTxTrace);
    }
    return *port.pfcSender;
}

void
RoceSwitch::PauseUpstream(Port& in, IngressBuffer& ingress, Priority priority, Time now)
{
    ingress.pausing = true;
    ++in.counters.pausesSent;
    SenderOf(in).Set(priority, true, now);
    m_pauseTrace(in.number, true);
}

void
RoceSwitch::ResumeUpstream(Port& in, IngressBuffer& ingress, Priority priority, Time now)
{
    ingress.pausing = false;
    SenderOf(in).Set(priority, false, now);
    m_pauseTrace(in.number, false);
}

void
RoceSwitch::StormPause(uint16_t port, Priority priority, Time duration)
{
    SenderOf(m_ports[port]).Storm(priority, duration, m_clock->Now());
}

void
RoceSwitch::ForgetPauses(uint16_t port, Time)
{
    if (m_ports[port].pauseState != nullptr)
    {
        Obey(port, ResumeEverything());
    }
}

void
RoceSwitch::RepeatPauses(uint16_t port, Time now)
{
    if (m_ports[port].pfcSender != nullptr)
    {
        m_ports[port].pfcSender->Repeat(now);
    }
}

void
RoceSwitch::PfcArrives(uint16_t port, const PfcFrame& frame, Time)
{
    m_pfcRxTrace(port, frame);
    if ((frame.enabled & m_lossless) == 0)
    {
        return; // PFC is enabled for each priority by itself (IEEE 802.1Q clause 36)
    }
    if (m_settings.pfc.reaction.ps == 0)
    {
        Obey(port, frame);
        return;
    }
    m_clock->Schedule(CanonicalOrder(m_ports[port].global, EventType::PAUSE),
                      m_settings.pfc.reaction,
                      ns3::MakeEvent(&RoceSwitch::Obey, this, port, frame));
}

void
RoceSwitch::Obey(uint16_t port, PfcFrame frame)
{
    Port& p = m_ports[port];
    frame.enabled &= m_lossless;
    if (p.pauseState == nullptr)
    {
        PauseListener* listener = this;
        p.pauseState = std::make_unique<PauseState>(*m_clock,
                                                    p.tx,
                                                    port,
                                                    p.global,
                                                    m_settings.pfc,
                                                    m_settings.watchdog,
                                                    p.paused,
                                                    listener);
    }
    const Time now = m_clock->Now();
    p.pauseState->Obey(frame, now);
    p.counters.pausesObeyed = p.pauseState->Pauses();
    if (m_inTurn)
    {
        SendNext(p, now);
    }
}

// ---- the watchdog ----

void
RoceSwitch::Storm(uint16_t port, Priority priority, bool on, Time now)
{
    Port& p = m_ports[port];
    p.counters.storms += on ? 1 : 0;
    if (m_settings.watchdog.action == WatchdogAction::FORWARD)
    {
        return;
    }
    const PausedPriorities bit = priority_bit(priority);
    p.dropping = static_cast<PausedPriorities>(on ? p.dropping | bit : p.dropping & ~bit);
    p.monitor.Change(p.queues.QueuedTotal(), now, m_depths->mine());
    while (on && (p.queues.Occupied() & bit) != 0)
    {
        Packet* packet = p.queues.Pop(static_cast<PausedPriorities>(~bit));
        Release(*packet, now);
        ++p.counters.watchdogDrops;
        Drop(p, packet, port);
    }
}

void
RoceSwitch::LongPause(uint16_t, Priority, Time now)
{
    if (m_onLongPause)
    {
        m_onLongPause(now);
    }
}

void
RoceSwitch::OnLongPause(std::function<void(Time)> callback)
{
    m_onLongPause = std::move(callback);
}

bool
RoceSwitch::IsPaused(uint16_t port, Priority priority) const
{
    const Port& p = m_ports[port];
    return (p.paused & ~p.dropping & priority_bit(priority)) != 0;
}

bool
RoceSwitch::IsPausing(uint16_t port, Priority priority) const
{
    return (m_lossless & priority_bit(priority)) != 0 &&
           m_ports[port].ingress[m_losslessIndex[priority]].pausing;
}

bool
RoceSwitch::IsDropping(uint16_t port, Priority priority) const
{
    return (m_ports[port].dropping & priority_bit(priority)) != 0;
}

bool
RoceSwitch::IsProtected(uint16_t port, Priority priority) const
{
    const IngressBuffer* ingress = Ingress(port, priority);
    return ingress != nullptr && m_overbooked == 0 &&
           ingress->headroomLimit >= m_ports[port].leastHeadroom;
}

Bytes
RoceSwitch::Overbooked() const
{
    return m_overbooked;
}

void
RoceSwitch::ForEachWaiting(
    const std::function<void(uint16_t egress, const Packet& packet)>& visit) const
{
    for (const Port& port : m_ports)
    {
        for (Priority p = 0; p < kPriorities; ++p)
        {
            for (const Packet* packet = port.queues.Front(p); packet != nullptr;
                 packet = packet->next)
            {
                visit(port.number, *packet);
            }
        }
    }
}

} // namespace hpnsim

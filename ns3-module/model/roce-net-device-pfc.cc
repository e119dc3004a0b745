// SPDX-License-Identifier: GPL-2.0-only
// Has a NIC's ports obey PFC frames, and storm with them.
#include "roce-net-device-port.h"

#include "ns3/make-event.h"

namespace hpnsim
{

namespace
{

const WatchdogSettings kNoWatchdog; // NICs have none

} // namespace

uint64_t
RoceNetDevice::PausesObeyed(uint8_t port) const
{
    const Port& p = m_ports[port];
    return p.pauseState == nullptr ? 0 : p.pauseState->Pauses();
}

Time
RoceNetDevice::PausedTime(uint8_t port, Time now) const
{
    const Port& p = m_ports[port];
    return p.pauseState == nullptr ? Time{} : p.pauseState->PausedTime(now);
}

void
RoceNetDevice::ForgetPauses(uint16_t port, Time)
{
    if (m_ports[port].pauseState != nullptr)
    {
        Obey(port, ResumeEverything());
    }
}

void
RoceNetDevice::RepeatPauses(uint16_t port, Time now)
{
    if (m_ports[port].pfcSender != nullptr)
    {
        m_ports[port].pfcSender->Repeat(now);
    }
}

void
RoceNetDevice::PfcArrives(uint16_t port, const PfcFrame& frame, Time)
{
    m_pfcRxTrace(port, frame);
    if (m_pfc.reaction.ps == 0)
    {
        Obey(port, frame);
        return;
    }
    m_clock->Schedule(CanonicalOrder(m_ports[port].global, EventType::PAUSE),
                      m_pfc.reaction,
                      ns3::MakeEvent(&RoceNetDevice::Obey, this, port, frame));
}

void
RoceNetDevice::Obey(uint16_t port, PfcFrame frame)
{
    const Time now = m_clock->Now();
    Port& p = m_ports[port];
    if (p.pauseState == nullptr)
    {
        p.pauseState = std::make_unique<PauseState>(
            *m_clock, p.tx, port, p.global, m_pfc, kNoWatchdog, p.paused, nullptr);
    }
    const PausedPriorities before = p.paused;
    p.pauseState->Obey(frame, now);
    for (unsigned changed = before ^ p.paused; changed != 0; changed &= changed - 1)
    {
        m_pauseTrace(port, (p.paused & changed & -changed) != 0);
    }
    SettleNow();
}

void
RoceNetDevice::StormPause(uint8_t port, Priority priority, Time duration)
{
    Port& p = m_ports[port];
    if (p.pfcSender == nullptr)
    {
        const uint32_t frameBytes = m_nic->config().wire->pfc;
        p.pfcSender = std::make_unique<PfcSender>(
            *m_clock, p.tx, port, p.global, frameBytes, m_pfc, m_pfcTxTrace);
    }
    p.pfcSender->Storm(priority, duration, m_clock->Now());
}

} // namespace hpnsim

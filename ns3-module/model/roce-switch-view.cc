// SPDX-License-Identifier: GPL-2.0-only
// Answers what others may ask of a RoceSwitch: its parts and its books.
#include "roce-switch-port.h"

namespace hpnsim
{

LinkTx&
RoceSwitch::Tx(uint16_t port)
{
    return m_ports[port].tx;
}

uint16_t
RoceSwitch::PortCount() const
{
    return static_cast<uint16_t>(m_ports.size());
}

const RoceSwitch::PortCounters&
RoceSwitch::Counters(uint16_t port) const
{
    return m_ports[port].counters;
}

Time
RoceSwitch::PausedTime(uint16_t port, Time now) const
{
    const PauseState* state = m_ports[port].pauseState.get();
    return state != nullptr ? state->PausedTime(now) : Time{};
}

const QueueMonitor&
RoceSwitch::Monitor(uint16_t port) const
{
    return m_ports[port].monitor;
}

const PortScheduler&
RoceSwitch::Queues(uint16_t port) const
{
    return m_ports[port].queues;
}

const IngressBuffer*
RoceSwitch::Ingress(uint16_t port, Priority priority) const
{
    if ((m_lossless & priority_bit(priority)) == 0 || m_ports[port].ingress == nullptr)
    {
        return nullptr;
    }
    return &m_ports[port].ingress[m_losslessIndex[priority]];
}

const SharedBuffer&
RoceSwitch::Buffer() const
{
    return m_buffer;
}

bool
RoceSwitch::Accounts(Priority priority) const
{
    return (m_unaccounted & priority_bit(priority)) == 0;
}

Bytes
RoceSwitch::SharedBytes() const
{
    return m_buffer.Used();
}

void
RoceSwitch::Finish(Time now)
{
    for (Port& port : m_ports)
    {
        if (port.tx.SentPackets() == 0)
        {
            continue;
        }
        port.monitor.Change(port.queues.QueuedTotal(), now, m_depths->mine());
        if (port.pauseState != nullptr)
        {
            port.counters.paused = port.pauseState->PausedTime(now);
        }
    }
}

} // namespace hpnsim

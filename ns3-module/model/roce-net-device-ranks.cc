// SPDX-License-Identifier: GPL-2.0-only
// Reports what a NIC has completed: in its place among what other nodes do, and on all ranks.
#include "roce-net-device-port.h"

#include <algorithm>

namespace hpnsim
{

void
RoceNetDevice::Tell(const Completion& completion, Time now)
{
    m_completeTrace(completion);
    if (m_listener != nullptr)
    {
        m_listener->Completed(*this, completion, now);
    }
}

void
RoceNetDevice::WarmNic() const
{
    constexpr size_t kLine = 64, kLines = 5;
    for (size_t line = 0; line < kLines; ++line)
    {
        __builtin_prefetch(reinterpret_cast<const char*>(m_nic.get()) + line * kLine);
    }
}

/// What arrives may let any port send.
void
RoceNetDevice::WarmPorts() const
{
    for (const Port& port : m_ports)
    {
        __builtin_prefetch(&port.tx);
        __builtin_prefetch(&port.paused);
    }
}

/// The device comes first, then its NIC and ports, the QP, and the message that has come or gone.
void
RoceNetDevice::WarmArrival(const Packet& packet, WarmRound round) const
{
    if (round == WarmRound::REACH)
    {
        WarmNic();
        WarmPorts();
        __builtin_prefetch(&m_rxTrace);
        __builtin_prefetch(&m_listener);
        return;
    }
    if (m_functions == nullptr && round == WarmRound::FAR)
    {
        m_nic->warm(packet);
    }
    else if (m_functions == nullptr && round == WarmRound::LAST)
    {
        m_nic->warm_parts(packet);
    }
    if (m_listener == nullptr)
    {
        return;
    }
    if (packet.kind == PacketKind::data && packet.last_of_message)
    {
        m_listener->WarmMessage(*this, packet.cookie, round);
    }
    else if (packet.kind == PacketKind::ack && round == WarmRound::LAST && m_functions == nullptr)
    {
        m_listener->WarmCompletion(*this, m_nic->oldest_request(packet));
    }
}

/// The event has asked for the device.
void
RoceNetDevice::WarmDeadline(const void* device, WarmRound round)
{
    const auto* self = static_cast<const RoceNetDevice*>(device);
    if (round == WarmRound::OBJECT)
    {
        __builtin_prefetch(&self->m_deadlineAt);
        self->WarmNic();
        self->WarmPorts();
    }
    else if (round == WarmRound::REACH)
    {
        self->m_nic->warm();
    }
}

/// A report begins with the NIC, then with what it has completed, then with whom it is told to.
void
RoceNetDevice::WarmSettling(const void* device, WarmRound round)
{
    const auto* self = static_cast<const RoceNetDevice*>(device);
    if (round == WarmRound::OBJECT)
    {
        self->WarmNic();
        return;
    }
    const std::vector<Completion>& completions = self->Unreported();
    if (round == WarmRound::REACH)
    {
        __builtin_prefetch(completions.data());
    }
    else if (!completions.empty() && self->m_listener != nullptr)
    {
        self->m_listener->Warm(completions.front());
    }
}

/// True if nobody need know of what has been completed before other nodes have come as far.
bool
RoceNetDevice::MayReportApart() const
{
    if (m_listener == nullptr || !m_completeTrace.IsEmpty())
    {
        return false;
    }
    const std::vector<Completion>& completions = Unreported();
    return std::all_of(completions.begin(), completions.end(), [this](const Completion& each) {
        return m_listener->MayActApart(each);
    });
}

bool
RoceNetDevice::OverRanks() const
{
    return m_clock->Kernel() != nullptr && m_clock->Kernel()->TheRanks() != nullptr;
}

const std::vector<Completion>&
RoceNetDevice::Unreported() const
{
    return m_functions == nullptr ? m_nic->completions() : m_functions->completions();
}

void
RoceNetDevice::ReportForOther(const std::vector<Completion>& completed)
{
    for (const Completion& completion : completed)
    {
        Tell(completion, m_clock->Now());
    }
}

} // namespace hpnsim

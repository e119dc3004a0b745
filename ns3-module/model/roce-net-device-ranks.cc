// SPDX-License-Identifier: GPL-2.0-only
// Reports what a NIC has completed: in its place among what other nodes do, and on all ranks.
#include "roce-net-device.h"

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

void
RoceNetDevice::WarmArrival(const Packet& packet, WarmRound round) const
{
    if (round == WarmRound::REACH)
    {
        WarmNic();
    }
    else if (m_functions == nullptr)
    {
        m_nic->warm(packet);
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

/// Perhaps some that come earlier are still to be told: then the next round asks for these again.
void
RoceNetDevice::WarmTelling(const void* device, WarmRound round)
{
    const auto* self = static_cast<const RoceNetDevice*>(device);
    if (self->m_told >= self->m_aside.size())
    {
        return;
    }
    if (round == WarmRound::OBJECT)
    {
        __builtin_prefetch(&self->m_aside[self->m_told]);
    }
    else
    {
        self->m_listener->Warm(self->m_aside[self->m_told]);
    }
}

/// Within a window of one process: has completions that make no NIC act told in their place among
/// those of other nodes, while this one goes on. False: somebody may act.
bool
RoceNetDevice::TellAside(const std::vector<Completion>& completions)
{
    if (t_cursor.node == EventCursor::kNone || m_listener == nullptr)
    {
        return false;
    }
    for (const Completion& completion : completions)
    {
        if (!m_listener->OnlyNotes(completion))
        {
            return false;
        }
    }
    for (const Completion& completion : completions)
    {
        if (!Telling::DeferAside(*m_clock, this))
        {
            return false; // and none will be
        }
        m_aside.push_back(completion);
    }
    return true;
}

/// Deferred events of a node come in their order, and so do those that it has put aside.
void
RoceNetDevice::TellNext()
{
    const Completion completion = m_aside[m_told++];
    if (m_told == m_aside.size())
    {
        m_aside.clear();
        m_told = 0;
    }
    Tell(completion, m_clock->Now());
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

// SPDX-License-Identifier: GPL-2.0-only
// Reports what a NIC has completed, on the rank that runs its node and on all others.
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

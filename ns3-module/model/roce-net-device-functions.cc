// SPDX-License-Identifier: GPL-2.0-only
// Finds the function of an RDMA NIC that a queue pair belongs to.
#include "roce-net-device.h"

#include "ns3/assert.h"

namespace hpnsim
{

uint32_t
RoceNetDevice::FunctionCount() const
{
    return m_functions == nullptr ? 1 : m_functions->count();
}

Nic&
RoceNetDevice::GetNic(uint32_t function)
{
    NS_ASSERT_MSG(function < FunctionCount(), "function " << function << " of a NIC");
    return function == 0 ? *m_nic : m_functions->at(function);
}

const Nic&
RoceNetDevice::GetNic(uint32_t function) const
{
    NS_ASSERT_MSG(function < FunctionCount(), "function " << function << " of a NIC");
    return function == 0 ? *m_nic : m_functions->at(function);
}

Nic&
RoceNetDevice::NicOf(uint32_t qp)
{
    return m_functions == nullptr ? *m_nic : GetNic(function_of(qp));
}

} // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Gives an RDMA NIC the keys of its transport as ns-3 attributes.
#include "roce-net-device.h"

namespace hpnsim
{

SettingAttributes
RoceNetDevice::AttributesOf(TransportSettings& settings)
{
    return SettingAttributes().Add(settings.keys());
}

const TransportSettings&
RoceNetDevice::Settings() const
{
    if (m_nic == nullptr)
    {
        return *m_settings;
    }
    return m_nic->config();
}

void
RoceNetDevice::SetSetting(size_t number, const std::string& text)
{
    const std::string type = GetTypeId().GetName();
    if (m_nic != nullptr)
    {
        TransportSettings held = Settings();
        RefuseChange(type, AttributesOf(held)[number]); // QPs have taken it up
    }
    AttributesOf(*m_settings)[number].Read(type, text);
}

} // namespace hpnsim

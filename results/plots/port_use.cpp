// SPDX-License-Identifier: GPL-2.0-only
// Adds up ports by their plane, and finds the tiers that have uplinks.
#include "plots/port_use.hpp"

namespace hpnsim
{

PlaneBytes plane_bytes(const RunRecord& run, bool sent)
{
    PlaneBytes out;
    for (const PortRow& port : run.ports) {
        const bool nic = port.tier == "nic";
        const bool to_nic = !nic && (port.role == "host" || (port.tier == "tor" && port.role == "down"));
        if (sent ? nic : to_nic) out[port.plane] += static_cast<double>(port.bytes);
    }
    return out;
}

double total_of(const PlaneBytes& planes)
{
    double sum = 0;
    for (const auto& [plane, bytes] : planes) sum += bytes;
    return sum;
}

std::set<std::string> uplink_tiers(const RunRecord& run)
{
    std::set<std::string> tiers;
    for (const PortRow& port : run.ports)
        if (port.role == "up" && port.tier != "nic") tiers.insert(port.tier);
    return tiers;
}

}  // namespace hpnsim

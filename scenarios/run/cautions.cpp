// SPDX-License-Identifier: GPL-2.0-only
// Writes the sentences of cautions.hpp.
#include "run/cautions.hpp"

namespace hpnsim
{

namespace
{

/// Returns a port of the switch whose headroom does not hold what may arrive after a PAUSE; -1: none.
int short_port(const RoceSwitch& sw)
{
    for (uint16_t port = 0; port < sw.PortCount(); ++port)
        for (Priority priority = 0; priority < kPriorities; ++priority)
            if (sw.Ingress(port, priority) != nullptr && !sw.IsProtected(port, priority)) return port;
    return -1;
}

uint64_t drops_of(const RoceSwitch& sw)
{
    uint64_t drops = 0;
    for (uint16_t port = 0; port < sw.PortCount(); ++port)
        drops += sw.Counters(port).drops - sw.Counters(port).watchdogDrops;
    return drops;
}

}  // namespace

std::string overbooking(RoceNetwork& network)
{
    for (uint32_t i = 0; i < network.SwitchCount(); ++i)
        if (network.Switch(i).Overbooked() > 0)
            return "the PFC headroom and reserve of " + network.Plan().switch_name(i) +
                   " exceed its buffer by " + std::to_string(network.Switch(i).Overbooked()) +
                   " bytes: sizes wrap as in HPCC-sim, and packets of lossless priorities may be dropped; "
                   "raise buffer-mb";
    return "";
}

std::string short_headroom(RoceNetwork& network)
{
    for (uint32_t i = 0; i < network.SwitchCount(); ++i) {
        const RoceSwitch& sw = network.Switch(i);
        const uint64_t drops = drops_of(sw);
        if (drops == 0 || short_port(sw) < 0) continue;
        return network.Plan().switch_name(i) + " dropped " + std::to_string(drops) +
               " packets: the PFC headroom of its port " + std::to_string(short_port(sw)) +
               " is less than what may arrive after a PAUSE; raise headroom";
    }
    return "";
}

}  // namespace hpnsim

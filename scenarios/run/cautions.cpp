// SPDX-License-Identifier: GPL-2.0-only
// Writes the sentences of cautions.hpp.
#include "run/cautions.hpp"

#include <utility>

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

namespace
{

/// Returns the sentence about the first of this process's switches that dropped packets for that reason, and
/// its number.
std::pair<uint32_t, std::string> own_short_headroom(RoceNetwork& network)
{
    for (uint32_t i = 0; i < network.SwitchCount(); ++i) {
        const RoceSwitch& sw = network.Switch(i);
        const uint64_t drops = drops_of(sw);
        if (drops == 0 || short_port(sw) < 0) continue;
        return {i, network.Plan().switch_name(i) + " dropped " + std::to_string(drops) +
                       " packets: the PFC headroom of its port " + std::to_string(short_port(sw)) +
                       " is less than what may arrive after a PAUSE; raise headroom"};
    }
    return {network.SwitchCount(), ""};
}

}  // namespace

std::string short_headroom(RoceNetwork& network)
{
    auto first = own_short_headroom(network);
    Ranks* ranks = network.TheRanks();
    if (ranks == nullptr || !ranks->Whole()) return first.second;
    RankMessage own;
    MessageWriter out(own);
    out.Put(first.first);
    out.Put(first.second);
    for (const RankMessage& each : ranks->Share(Ranks::About::RESULTS, own)) {
        MessageReader in(each);
        const auto number = in.Get<uint32_t>();
        if (number < first.first) first = {number, in.Text()};
    }
    return first.second;
}

}  // namespace hpnsim

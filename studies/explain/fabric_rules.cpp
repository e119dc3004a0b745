// SPDX-License-Identifier: GPL-2.0-only
// Rules about what the fabric and the transport did: pauses, marks, losses, retransmissions.
#include "explain/port_groups.hpp"
#include "explain/rules.hpp"
#include "hpnsim/format.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace hpnsim
{

namespace
{

double over(double part, double all)
{
    return all > 0 ? part / all : 0;
}

/// The port with the most of something, over all seeds; an empty name: there is none.
template <class Of> std::pair<std::string, double> most(const RunRecord& run, Of of)
{
    std::map<std::string, double> sums;
    for (const PortRow& port : run.ports) sums[port.name] += static_cast<double>(of(port));
    std::pair<std::string, double> found;
    for (const auto& each : sums)
        if (each.second > found.second) found = each;
    return found;
}

std::string at_most_of(const RunRecord& run, uint64_t PortRow::*of, uint64_t all)
{
    const auto [name, count] = most(run, [of](const PortRow& each) { return each.*of; });
    return name.empty() || all == 0
               ? ""
               : ", " + percent(over(count, static_cast<double>(all))) + " of them at " + name;
}

}  // namespace

Sentences say_pauses(const RunFacts& facts, double)
{
    const RunRecord& run = facts.all;
    if (run.pfc_pauses == 0) return {};
    std::set<std::string> ports, nics;
    for (const PortRow& port : run.ports) {
        if (port.pfc_paused.ps <= 0 && port.pfc_pauses == 0) continue;
        ports.insert(port.name);
        if (port.tier == "nic") nics.insert(port.name);
    }
    const auto [worst, paused_us] = most(run, [](const PortRow& each) { return each.pfc_paused.us(); });
    const double busy_us = facts.busy().us() * static_cast<double>(facts.seeds);
    std::string text = "PFC sent " + counted(run.pfc_pauses, "pause frame") + " to " +
                       counted(ports.size(), "port") + ", which stood still for " + text_of(run.pfc_paused) +
                       " in all";
    if (!worst.empty())
        text += "; longest " + worst + ", for " + percent(std::min(1.0, over(paused_us, busy_us))) +
                " of the time";
    Sentences out = {text + "."};
    out.push_back(!nics.empty()
                      ? "The pauses reached " + counted(nics.size(), "NIC port") +
                            ", so that flows which do not cross the congested port may have waited, too."
                      : "The pauses stayed between switches: no NIC was stopped.");
    return out;
}

Sentences say_marks(const RunFacts& facts, double threshold)
{
    const RunRecord& run = facts.all;
    const double share = over(static_cast<double>(run.ecn_marks), static_cast<double>(run.data_packets));
    if (run.ecn_marks == 0 || share < threshold) return {};
    std::string text = "Switches marked " + percent(share) + " of data packets (ECN)" +
                       at_most_of(run, &PortRow::ecn_marks, run.ecn_marks);
    if (run.cnps > 0) text += "; receivers answered with " + counted(run.cnps, "CNP");
    return {text + "."};
}

Sentences say_losses(const RunFacts& facts, double)
{
    const RunRecord& run = facts.all;
    Sentences out;
    const auto packets = static_cast<double>(run.data_packets);
    if (run.drops > 0)
        out.push_back(counted(run.drops, "packet") + " dropped (" +
                      percent(over(static_cast<double>(run.drops), packets)) + " of data packets)" +
                      at_most_of(run, &PortRow::drops, run.drops) + ".");
    if (run.trims > 0)
        out.push_back(counted(run.trims, "packet") + " trimmed to headers (" +
                      percent(over(static_cast<double>(run.trims), packets)) + " of data packets)" +
                      at_most_of(run, &PortRow::trims, run.trims) + ".");
    return out;
}

Sentences say_retransmissions(const RunFacts& facts, double threshold)
{
    const RunRecord& run = facts.all;
    const double share = over(static_cast<double>(run.retransmitted), static_cast<double>(facts.payload));
    Sentences out;
    if (run.retransmitted > 0 && (share >= threshold || facts.payload == 0)) {
        uint64_t flows = 0;
        for (const FlowRow& flow : run.flows) flows += flow.retransmitted > 0 ? 1 : 0;
        out.push_back("Retransmissions were " + percent(share) + " of the payload, in " +
                      counted(flows, "flow") + " of " + std::to_string(facts.flows) + "; " +
                      counted(run.nacks, "NACK") + ".");
    }
    if (run.timeouts > 0)
        out.push_back(counted(run.timeouts, "retransmission timeout") +
                      ": each is a time in which its flow sent nothing.");
    return out;
}

}  // namespace hpnsim

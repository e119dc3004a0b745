// SPDX-License-Identifier: GPL-2.0-only
// Rules about what the fabric and the transport did: pauses, marks, losses, retransmissions.
#include "explain/port_groups.hpp"
#include "explain/rules.hpp"
#include "hpnsim/format.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

double over(double part, double all)
{
    return all > 0 ? part / all : 0;
}

/// The port with the most of something, or none.
template <class Of> const PortRow* most(const RunRecord& run, Of of)
{
    const PortRow* found = nullptr;
    for (const PortRow& port : run.ports)
        if (of(port) > 0 && (found == nullptr || of(port) > of(*found))) found = &port;
    return found;
}

std::string at_most_of(const RunRecord& run, uint64_t PortRow::*of, uint64_t all)
{
    const PortRow* port = most(run, [of](const PortRow& each) { return each.*of; });
    if (port == nullptr || all == 0) return "";
    return ", " + percent(over(static_cast<double>(port->*of), static_cast<double>(all))) + " of them at " +
           port->name;
}

}  // namespace

Sentences say_pauses(const RunFacts& facts, double)
{
    const RunRecord& run = facts.run;
    if (run.pfc_pauses == 0) return {};
    size_t ports = 0, nics = 0;
    for (const PortRow& port : run.ports) {
        if (port.pfc_paused.ps <= 0 && port.pfc_pauses == 0) continue;
        ++ports;
        nics += port.tier == "nic" ? 1 : 0;
    }
    const PortRow* worst = most(run, [](const PortRow& each) { return each.pfc_paused.ps; });
    std::string text = "PFC sent " + counted(run.pfc_pauses, "pause frame") + " to " + counted(ports, "port") +
                       ", which stood still for " + text_of(run.pfc_paused) + " in all";
    if (worst != nullptr)
        text += "; longest " + worst->name + ", for " +
                percent(std::min(1.0, over(worst->pfc_paused.us(), facts.busy().us()))) + " of the time";
    Sentences out = {text + "."};
    out.push_back(nics > 0 ? "The pauses reached " + counted(nics, "NIC port") +
                                 ", so that flows which do not cross the congested port may have waited, too."
                           : "The pauses stayed between switches: no NIC was stopped.");
    return out;
}

Sentences say_marks(const RunFacts& facts, double threshold)
{
    const RunRecord& run = facts.run;
    const double share = over(static_cast<double>(run.ecn_marks), static_cast<double>(run.data_packets));
    if (run.ecn_marks == 0 || share < threshold) return {};
    std::string text = "Switches marked " + percent(share) + " of data packets (ECN)" +
                       at_most_of(run, &PortRow::ecn_marks, run.ecn_marks);
    if (run.cnps > 0) text += "; receivers answered with " + counted(run.cnps, "CNP");
    return {text + "."};
}

Sentences say_losses(const RunFacts& facts, double)
{
    const RunRecord& run = facts.run;
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
    const RunRecord& run = facts.run;
    const double share =
        over(static_cast<double>(run.retransmitted), static_cast<double>(facts.payload));
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

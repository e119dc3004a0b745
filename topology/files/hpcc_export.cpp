// SPDX-License-Identifier: GPL-2.0-only
// Writes a plan as HPCC-sim's topology.txt, for `topology NAME --export FILE`.
#include "files/export.hpp"
#include "hpnsim/topologies.hpp"

#include <ostream>

namespace hpnsim
{

namespace
{

/// Writes thousandths without trailing zeros: "2500", "0.5".
std::string thousandths(int64_t value)
{
    std::string text = std::to_string(value / 1000);
    if (value % 1000 == 0) return text;
    std::string fraction = std::to_string(1000 + value % 1000).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return text + "." + fraction;
}

/// Returns what a link takes over of the latency of the switch at one end: half of it. An odd picosecond goes
/// to the links whose second end the switch is, which on the usual path up and down keeps the sum exact.
Time share(const FabricPlan& plan, uint32_t node, bool smaller)
{
    if (node < plan.endpoints) return {};
    const int64_t latency = plan.switches[node - plan.endpoints].latency.ps;
    return {(smaller ? latency : latency + 1) / 2};
}

}  // namespace

std::string rate_text(Rate rate)
{
    if (rate.bps % 1'000'000 == 0) return thousandths(rate.bps / 1'000'000) + "Gbps";
    return std::to_string(rate.bps) + "bps";
}

std::string link_text(Rate rate, Time delay, double loss)
{
    return rate_text(rate) + " " + thousandths(delay.ps) + "ns " + std::to_string(loss) + "\n";
}

Time delay_with_switches(const FabricPlan& plan, const LinkPlan& link)
{
    return link.delay + share(plan, link.a, true) + share(plan, link.b, false);
}

void write_hpcc_topology(std::ostream& out, const FabricPlan& plan)
{
    const size_t nodes = plan.endpoints + plan.switches.size();
    out << nodes << " " << plan.switches.size() << " " << plan.links.size() << "\n";
    for (uint32_t node = plan.endpoints; node < nodes; ++node)
        out << plan.id_of(node) << (node + 1 < nodes ? " " : "\n");
    for (const LinkPlan& link : plan.links)
        out << plan.id_of(link.a) << " " << plan.id_of(link.b) << " "
            << link_text(link.rate, delay_with_switches(plan, link), link.loss);
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Finds out whether the simulators that read an exported file would have the same fabric.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/topologies.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

void refuse(const FabricPlan& plan, const std::string& simulator, const std::string& why)
{
    throw BadInput("export: '" + plan.name + "' cannot be exported for " + simulator + ": " + why);
}

void check_parallel(const FabricPlan& plan, const std::string& simulator)
{
    const FabricIndex index(plan);
    for (uint32_t sw = 0; sw < plan.switches.size(); ++sw)
        for (uint32_t port = 0; port < index.ports(plan.endpoints + sw); ++port) {
            const FabricIndex::End& end = index.end(plan.endpoints + sw, port);
            if (!end.wired || !end.parallel || end.peer < plan.endpoints) continue;
            refuse(plan, simulator,
                   "it keeps one of parallel links, and there are several from " + plan.switch_name(sw) +
                       " to " + plan.node_name(end.peer) + "; use one link of as much rate");
        }
}

}  // namespace

void require_exportable(const FabricPlan& plan, const std::string& simulator)
{
    check_parallel(plan, simulator);
    if (plan.rails_apart && plan.nics_per_host > 1)
        refuse(plan, simulator, "it needs a path between any two hosts, and nothing joins the rails");
    if (plan.detours) refuse(plan, simulator, "it routes by shortest paths, and this topology does not");
}

}  // namespace hpnsim

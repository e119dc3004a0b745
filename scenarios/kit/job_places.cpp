// SPDX-License-Identifier: GPL-2.0-only
// Looks up ids, and counts off hosts.
#include "kit/job_places.hpp"

#include "hpnsim/bad_input.hpp"

namespace hpnsim
{

FreeHosts::FreeHosts(const FabricPlan& plan, const std::vector<JobSpec>& jobs) : plan_(plan)
{
    for (const JobSpec& job : jobs)
        for (const uint32_t id : job.list) taken_.insert(plan.host_of(plan.node_of(id)));
}

std::vector<uint32_t> FreeHosts::take(uint32_t count)
{
    std::vector<uint32_t> given;
    const uint32_t hosts = plan_.endpoints / plan_.nics_per_host;
    for (; next_ < hosts && given.size() < count; ++next_)
        for (uint32_t nic = 0; nic < plan_.nics_per_host && given.size() < count; ++nic)
            if (taken_.count(next_) == 0) given.push_back(next_ * plan_.nics_per_host + nic);
    return given;
}

std::vector<uint32_t> listed(const JobSpec& job, const FabricPlan& plan)
{
    std::vector<uint32_t> endpoints;
    for (const uint32_t id : job.list) {
        const uint32_t node = plan.node_of(id);
        if (node < plan.endpoints) {
            endpoints.push_back(node);
            continue;
        }
        const std::string there = plan.own_ids()
                                      ? "; the hosts of the topology file are nodes " + plan.host_ids()
                                      : "; the nearest is " + std::to_string(plan.endpoints - 1) +
                                            ", the last of " + std::to_string(plan.endpoints);
        throw BadInput("--ranks: '" + plan.name + "' has no endpoint " + std::to_string(id) + there);
    }
    return endpoints;
}

}  // namespace hpnsim

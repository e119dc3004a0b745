// SPDX-License-Identifier: GPL-2.0-only
// Finds the endpoints of the jobs that share a fabric.
#pragma once

#include "kit/job_file.hpp"

#include "hpnsim/fabric.hpp"

#include <set>
#include <vector>

namespace hpnsim
{

/// Gives out the endpoints of hosts that no job has, in their order.
class FreeHosts
{
public:
    FreeHosts(const FabricPlan& plan, const std::vector<JobSpec>& jobs);
    /// Returns fewer where there are no more.
    std::vector<uint32_t> take(uint32_t count);

private:
    const FabricPlan& plan_;
    std::set<uint32_t> taken_;
    uint32_t next_ = 0;
};

/// Returns the endpoint of each rank that the job lists. Throws BadInput.
std::vector<uint32_t> listed(const JobSpec& job, const FabricPlan& plan);

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The scenario `alltoall`: it turns its options into a collective to run.
#include "collective.hpp"
#include "run/scenarios.hpp"

namespace hpnsim
{

Scenario alltoall_scenario(const Options& options)
{
    const AlltoallOptions& o = options.alltoall;
    CollectiveJob job;
    job.algorithm = &find_collective("--algorithm", kAllToAll, o.algorithm);
    job.call = {{}, o.size, o.channels, o.chunk};
    job.iterations = o.iterations;
    job.messages = o.messages;
    return collective_scenario(options, o.ranks, job);
}

}  // namespace hpnsim

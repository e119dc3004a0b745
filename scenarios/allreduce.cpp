// SPDX-License-Identifier: GPL-2.0-only
// The scenario `allreduce`: it turns its options into a collective to run.
#include "collective.hpp"
#include "run/scenarios.hpp"

namespace hpnsim
{

Scenario allreduce_scenario(const Options& options)
{
    const AllreduceOptions& o = options.allreduce;
    CollectiveJob job;
    job.algorithm = &find_collective("--algorithm", kAllReduce, o.algorithm);
    job.call = {{}, o.size, o.channels, o.chunk};
    job.iterations = o.iterations;
    job.messages = o.messages;
    return collective_scenario(options, o.ranks, job);
}

}  // namespace hpnsim

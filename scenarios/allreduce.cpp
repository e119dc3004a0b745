// SPDX-License-Identifier: GPL-2.0-only
// The scenario `allreduce`: a buffer is summed up over all ranks, in a ring or hierarchically.
#include "collective.hpp"
#include "run/scenarios.hpp"

namespace hpnsim
{

Scenario allreduce_scenario(const Options& options)
{
    const AllreduceOptions& o = options.allreduce;
    const CollectiveGround ground = collective_ground(options, o.ranks);
    const CollectiveShape shape = ground.shape;
    CollectiveJob job;
    job.algorithm = o.algorithm;
    job.ranks = o.ranks;
    job.iterations = o.iterations;
    job.size = o.size;
    job.messages = o.messages;
    job.make = [o, shape] { return make_allreduce(o.algorithm, shape, o.size, o.channels, o.chunk); };
    job.contents = [o](std::unique_ptr<Collective> collective) {
        return make_allreduce_contents(std::move(collective), o.ranks, o.size);
    };
    job.ideal = [o, shape](const CollectiveLimits& limits) {
        return allreduce_ideal(o.algorithm, shape, o.size, o.channels, o.chunk, limits);
    };
    job.busbw_GBps = [o](Time time) { return allreduce_busbw_GBps(o.size, time, o.ranks); };
    return collective_scenario(options, ground, job);
}

}  // namespace hpnsim

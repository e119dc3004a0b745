// SPDX-License-Identifier: GPL-2.0-only
// The scenario `alltoall`: every rank sends a block of its own to every other rank.
#include "collective.hpp"
#include "run/scenarios.hpp"

namespace hpnsim
{

Scenario alltoall_scenario(const Options& options)
{
    const AlltoallOptions& o = options.alltoall;
    const CollectiveGround ground = collective_ground(options, o.ranks);
    const CollectiveShape shape = ground.shape;
    CollectiveJob job;
    job.algorithm = "pairwise";
    job.ranks = o.ranks;
    job.iterations = o.iterations;
    job.size = o.size;
    job.messages = o.messages;
    job.make = [o, shape] { return make_alltoall(shape, o.size, o.channels); };
    job.contents = [o](std::unique_ptr<Collective> collective) {
        return make_alltoall_contents(std::move(collective), o.ranks, o.size);
    };
    job.ideal = [o, shape](const CollectiveLimits& limits) {
        return alltoall_ideal(shape, o.size, o.channels, limits);
    };
    job.busbw_GBps = [o](Time time) { return alltoall_busbw_GBps(o.size, time, o.ranks); };
    return collective_scenario(options, ground, job);
}

}  // namespace hpnsim

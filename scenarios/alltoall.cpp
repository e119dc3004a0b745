// SPDX-License-Identifier: GPL-2.0-only
// `alltoall`: every rank sends a block to every other.
#include "collective.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

namespace
{

struct AlltoallOptions {
    uint32_t ranks = 64;
    Bytes size = 16 << 20;
    std::optional<uint32_t> channels;
    uint32_t iterations = 1;
    bool messages = false;

    static const std::vector<Setting>& settings()
    {
        using O = AlltoallOptions;
        static const std::vector<Setting> list = {
            count<&O::ranks>("ranks", "GPUs, filling hosts in order", 2, kMaxEndpoints),
            hpnsim::size<&O::size>(
                "size", "bytes of each rank's send buffer, an Nth of it for every rank: 64K, 16M, 1G"),
            count<&O::channels>("channels", "blocks that a rank exchanges at once (default 8)", 1,
                                kMaxEndpoints)
                .as("C"),
            count<&O::iterations>("iterations", "repeat K times, with a barrier between", 1, 1'000'000)
                .as("K"),
            toggle<&O::messages>("messages", "write a row of flows.csv for every message"),
        };
        return list;
    }
};

std::unique_ptr<Scenario> alltoall_over(const Options& asked, FabricPlan plan)
{
    const auto& o = asked.own.as<AlltoallOptions>();
    const CollectiveShape shape = collective_shape(plan, o.ranks);
    const uint32_t channels = o.channels.value_or(0);
    CollectiveJob job;
    job.algorithm = "pairwise";
    job.ranks = o.ranks;
    job.iterations = o.iterations;
    job.size = o.size;
    job.messages = o.messages;
    job.make = [=] { return make_alltoall(shape, o.size, channels); };
    job.contents = [=](std::unique_ptr<Collective> collective) {
        return make_alltoall_contents(std::move(collective), o.ranks, o.size);
    };
    job.ideal = [=](const CollectiveLimits& limits) {
        return alltoall_ideal(shape, o.size, channels, limits);
    };
    job.busbw_GBps = [=](Time time) { return alltoall_busbw_GBps(o.size, time, o.ranks); };
    return make_collective(asked, std::move(plan), job);
}

}  // namespace

const ScenarioInfo& alltoall_scenario()
{
    static const ScenarioInfo info = {
        "alltoall",
        "An AllToAll over the GPUs of many hosts: every rank sends a block to every other.",
        {"alltoall --ranks 64 --size 16M --cc hpcc", "alltoall --ranks 128 --size 64M --cc dcqcn --cc nscc",
         "alltoall --ranks 16 --size 1M --iterations 3 --verify"},
        OwnOptions::of<AlltoallOptions>(),
        [](const Options& asked) { return asked.own.as<AlltoallOptions>().ranks; },
        alltoall_over};
    return info;
}

}  // namespace hpnsim

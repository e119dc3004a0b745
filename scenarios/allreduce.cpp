// SPDX-License-Identifier: GPL-2.0-only
// `allreduce`: every GPU ends with the sum of all buffers.
#include "collective.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

namespace
{

struct AllreduceOptions {
    uint32_t ranks = 64;
    Bytes size = 16 << 20;
    std::string algorithm = "ring";
    std::optional<uint32_t> channels;
    std::optional<Bytes> chunk;
    uint32_t iterations = 1;
    bool messages = false;

    static const std::vector<Setting>& settings()
    {
        using O = AllreduceOptions;
        static const std::vector<Setting> list = {
            count<&O::ranks>("ranks", "GPUs, filling hosts in order", 2, kMaxEndpoints),
            hpnsim::size<&O::size>("size", "bytes of the buffer that is reduced: 64K, 16M, 1G"),
            one_of<&O::algorithm>(
                "algorithm",
                "ring: through all GPUs, a channel per rail, as NCCL builds it; hierarchical: "
                "reduce-scatter in the host, a ring per rail between hosts, all-gather in the host",
                {"ring", "hierarchical"}),
            count<&O::channels>("channels",
                                "ring: parallel rings (default: GPUs per host, at most 8); hierarchical: "
                                "chunks under way at once (default 16)",
                                1, 1024)
                .as("C"),
            hpnsim::size<&O::chunk>(
                "chunk", "ring: cut each step into pieces that travel on their own (default: one piece); "
                         "hierarchical: piece of a shard (default: a 16th, but 16K per host at least)"),
            count<&O::iterations>("iterations", "repeat K times, with a barrier between", 1, 1'000'000)
                .as("K"),
            toggle<&O::messages>("messages", "write a row of flows.csv for every message"),
        };
        return list;
    }
};

std::unique_ptr<Scenario> allreduce_over(const Options& asked, FabricPlan plan)
{
    const auto& o = asked.own.as<AllreduceOptions>();
    const CollectiveShape shape = collective_shape(plan, o.ranks);
    const uint32_t channels = o.channels.value_or(0);
    const Bytes chunk = o.chunk.value_or(0);
    CollectiveJob job;
    job.algorithm = o.algorithm;
    job.ranks = o.ranks;
    job.iterations = o.iterations;
    job.size = o.size;
    job.messages = o.messages;
    job.make = [=] { return make_allreduce(o.algorithm, shape, o.size, channels, chunk); };
    job.contents = [=](std::unique_ptr<Collective> collective) {
        return make_allreduce_contents(std::move(collective), o.ranks, o.size);
    };
    job.ideal = [=](const CollectiveLimits& limits) {
        return allreduce_ideal(o.algorithm, shape, o.size, channels, chunk, limits);
    };
    job.busbw_GBps = [=](Time time) { return allreduce_busbw_GBps(o.size, time, o.ranks); };
    return make_collective(asked, std::move(plan), job);
}

}  // namespace

const ScenarioInfo& allreduce_scenario()
{
    static const ScenarioInfo info = {
        "allreduce",
        "An AllReduce over the GPUs of many hosts: NVLink inside, the fabric between.",
        {"allreduce --ranks 64 --size 16M --cc hpcc",
         "allreduce --ranks 448 --size 1G --algorithm hierarchical --cc dcqcn --cc nscc",
         "allreduce --ranks 128 --size 256M --topology hpn:gpu=h800 --iterations 5"},
        OwnOptions::of<AllreduceOptions>(),
        [](const Options& asked) { return asked.own.as<AllreduceOptions>().ranks; },
        allreduce_over,
        {},
        true};
    return info;
}

}  // namespace hpnsim

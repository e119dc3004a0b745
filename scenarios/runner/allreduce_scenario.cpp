// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios.hpp"

#include "hpnsim/collective_ideal.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/workloads.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Cables and switches between two neighbours of a rail, without serialisation; the least of the planes.
Time one_way_latency(const FabricPlan& plan, uint32_t src, uint32_t dst)
{
    const FabricIndex adjacency(plan);
    Time least = Time::max();
    for (uint8_t plane = 0; plane < plan.ports_per_nic; ++plane) {
        Time sum;
        for (const HopPlan& hop : adjacency.path(src, dst, plane)) sum += hop.delay + hop.latency;
        least = std::min(least, sum);
    }
    return least;
}

CollectiveLimits limits_of(const Scenario& scenario, CollectiveShape shape, const RunPlan& run)
{
    const FabricPlan& plan = scenario.plan;
    const Wire& wire = wire_named(scenario.options.common.wire, framing_of(run.transport.name));
    CollectiveLimits limits;
    for (const LinkPlan& link : plan.links)
        if (link.a == 0 || link.b == 0)
            limits.nic_bytes_per_s += payload_rate(link.rate, wire, scenario.options.common.mtu);
    limits.nvlink_bytes_per_s = static_cast<double>(plan.nvlink.rate.bps) / 8;
    limits.nvlink_latency = plan.nvlink.latency * 2;
    if (shape.hosts > 1) limits.nic_latency = one_way_latency(plan, 0, shape.gpus);
    return limits;
}

void add_rows(const AllreduceWorkload& workload, const AllreduceOptions& options, Time ideal,
              RunRecord& record)
{
    uint64_t id = 0;
    for (const Period& period : workload.periods()) {
        FlowRow row;
        row.id = id++;
        row.dst = options.ranks - 1;
        row.bytes = options.size;
        row.start = period.start;
        row.end = period.end == Time::max() ? record.sim_time : period.end;
        row.ideal = ideal;
        if (period.end == Time::max()) row.status = "unfinished";
        record.flows.push_back(row);
    }
}

void finish(const Scenario& scenario, CollectiveShape shape, const AllreduceWorkload& workload,
            const RunPlan& run, const std::vector<Time>& messages, RunRecord& record)
{
    const AllreduceOptions& options = scenario.options.allreduce;
    const CollectiveIdeal ideal = allreduce_ideal(options.algorithm, shape, options.size, options.channels,
                                                  options.chunk, limits_of(scenario, shape, run));
    if (!options.messages) add_rows(workload, options, ideal.total(), record);
    int64_t sum = 0, done = 0;
    for (const Period& period : workload.periods()) {
        if (period.end == Time::max()) continue;
        sum += (period.end - period.start).ps;
        ++done;
    }
    auto& extra = record.extra;
    extra["algorithm"] = options.algorithm;
    extra["algbw_GBps"] = nullptr;
    extra["busbw_GBps"] = nullptr;
    extra["ideal_us"] = ideal.total().us();
    extra["efficiency"] = nullptr;
    extra["verified"] = nullptr;  // data is moved by length only
    extra["ideal_nic_us"] = ideal.nic.us();
    extra["ideal_nvlink_us"] = ideal.nvlink.us();
    extra["ideal_chain_us"] = ideal.chain.us();
    if (done > 0) {
        const Time mean{sum / done};
        extra["algbw_GBps"] = algbw_GBps(options.size, mean);
        extra["busbw_GBps"] = allreduce_busbw_GBps(options.size, mean, options.ranks);
        extra["ideal_busbw_GBps"] = allreduce_busbw_GBps(options.size, ideal.total(), options.ranks);
        extra["efficiency"] = static_cast<double>(ideal.total().ps) / static_cast<double>(mean.ps);
        extra["mean_us"] = mean.us();
    }
    std::vector<int64_t> fcts;
    for (const Time fct : messages) fcts.push_back(fct.ps);
    extra["message_fct_us"] = to_json(summarise(std::move(fcts)));
}

}  // namespace

Scenario allreduce_scenario(const Options& options)
{
    Scenario scenario;
    scenario.options = options;
    scenario.plan = make_fabric(options.common.topology, hosts_needed(options));
    const AllreduceOptions& allreduce = options.allreduce;
    scenario.rows_are_messages = allreduce.messages;
    const CollectiveShape shape = collective_shape(scenario.plan, allreduce.ranks);
    const Time jitter{static_cast<int64_t>(options.common.jitter_ns * 1000)};
    scenario.make_workload = [allreduce, shape, jitter](uint64_t seed) {
        return std::make_unique<AllreduceWorkload>(
            make_allreduce(allreduce.algorithm, shape, allreduce.size, allreduce.channels, allreduce.chunk),
            allreduce.ranks, allreduce.iterations, jitter, seed);
    };
    const Scenario context{scenario.options, scenario.plan, scenario.rows_are_messages, {}, {}};
    scenario.finish = [context, shape](const Workload& workload, const RunPlan& run,
                                       const std::vector<Time>& messages, RunRecord& record) {
        finish(context, shape, static_cast<const AllreduceWorkload&>(workload), run, messages, record);
    };
    return scenario;
}

}  // namespace hpnsim

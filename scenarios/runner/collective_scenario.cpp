// SPDX-License-Identifier: GPL-2.0-only
#include "collective_scenario.hpp"

#include "profiles.hpp"

#include "hpnsim/statistics.hpp"
#include "hpnsim/workloads.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Cables and switches between two endpoints, without serialisation; the least of the planes.
Time one_way_latency(const FabricPlan& plan, const FabricIndex& adjacency, uint32_t src, uint32_t dst)
{
    Time least = Time::max();
    for (uint8_t plane = 0; plane < plan.ports_per_nic; ++plane) {
        Time sum;
        for (const HopPlan& hop : adjacency.path(src, dst, plane)) sum += hop.delay + hop.latency;
        least = std::min(least, sum);
    }
    return least;
}

/// Between rank 0 and the nearest rank of another host.
Time nearest_latency(const FabricPlan& plan, CollectiveShape shape)
{
    const FabricIndex adjacency(plan);
    Time least = Time::max();
    for (uint32_t dst = shape.gpus; dst < shape.ranks; ++dst)
        least = std::min(least, one_way_latency(plan, adjacency, 0, dst));
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
    if (shape.hosts > 1) limits.nic_latency = nearest_latency(plan, shape);
    return limits;
}

void add_rows(const CollectiveWorkload& workload, const CollectiveJob& job, Time ideal, RunRecord& record)
{
    uint64_t id = 0;
    for (const Period& period : workload.periods()) {
        FlowRow row;
        row.id = id++;
        row.dst = job.ranks - 1;
        row.bytes = job.size;
        row.start = period.start;
        row.end = period.end == Time::max() ? record.sim_time : period.end;
        row.ideal = ideal;
        if (period.end == Time::max()) row.status = "unfinished";
        record.flows.push_back(row);
    }
}

void add_bandwidths(const CollectiveWorkload& workload, const CollectiveJob& job, Time ideal,
                    nlohmann::ordered_json& extra)
{
    int64_t sum = 0, done = 0;
    for (const Period& period : workload.periods()) {
        if (period.end == Time::max()) continue;
        sum += (period.end - period.start).ps;
        ++done;
    }
    if (done == 0) return;
    const Time mean{sum / done};
    extra["algbw_GBps"] = algbw_GBps(job.size, mean);
    extra["busbw_GBps"] = job.busbw_GBps(mean);
    extra["ideal_busbw_GBps"] = job.busbw_GBps(ideal);
    extra["efficiency"] = static_cast<double>(ideal.ps) / static_cast<double>(mean.ps);
    extra["mean_us"] = mean.us();
}

void finish(const Scenario& scenario, const CollectiveJob& job, const CollectiveLimits& limits,
            const CollectiveWorkload& workload, const std::vector<Time>& messages, RunRecord& record)
{
    const CollectiveIdeal ideal = job.ideal(limits);
    if (!scenario.rows_are_messages) add_rows(workload, job, ideal.total(), record);
    auto& extra = record.extra;
    extra["algorithm"] = job.algorithm;
    extra["algbw_GBps"] = nullptr;
    extra["busbw_GBps"] = nullptr;
    extra["ideal_us"] = ideal.total().us();
    extra["efficiency"] = nullptr;
    extra["verified"] = nullptr;  // without --verify data is moved by length only
    extra["ideal_nic_us"] = ideal.nic.us();
    extra["ideal_nvlink_us"] = ideal.nvlink.us();
    extra["ideal_chain_us"] = ideal.chain.us();
    add_bandwidths(workload, job, ideal.total(), extra);
    std::vector<int64_t> fcts;
    for (const Time fct : messages) fcts.push_back(fct.ps);
    extra["message_fct_us"] = to_json(summarise(std::move(fcts)));
}

}  // namespace

CollectiveGround collective_ground(const Options& options, uint32_t ranks)
{
    CollectiveGround ground;
    ground.plan = make_fabric(options.common.topology, plan_options(options.common, hosts_needed(options)));
    ground.shape = collective_shape(ground.plan, ranks);
    return ground;
}

Scenario collective_scenario(const Options& options, const CollectiveGround& ground, const CollectiveJob& job)
{
    Scenario scenario;
    scenario.options = options;
    scenario.plan = ground.plan;
    scenario.rows_are_messages = job.messages;
    const Time jitter{static_cast<int64_t>(options.common.jitter_ns * 1000)};
    scenario.make_workload = [job, jitter](uint64_t seed) {
        return std::make_unique<CollectiveWorkload>(job.make(), job.ranks, job.iterations, jitter, seed);
    };
    scenario.make_contents = [job](uint64_t) { return job.contents(job.make()); };
    const Scenario context{scenario.options, scenario.plan, scenario.rows_are_messages, {}, {}, {}};
    scenario.finish = [context, job, shape = ground.shape](const Workload& workload, const RunPlan& run,
                                                           const std::vector<Time>& messages,
                                                           RunRecord& record) {
        finish(context, job, limits_of(context, shape, run), static_cast<const CollectiveWorkload&>(workload),
               messages, record);
    };
    return scenario;
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The scenario `flows --cdf`: it sends Poisson traffic with sizes from a distribution.
#include "peers/profiles.hpp"
#include "run/scenarios.hpp"
#include "run/unstarted.hpp"

#include "hpnsim/poisson_traffic.hpp"
#include "hpnsim/workloads.hpp"

namespace hpnsim
{

namespace
{

/// Records what was asked for, and what the draws made of it.
void add_traffic(const FabricPlan& plan, const SizeDistribution& sizes, const std::vector<FlowSpec>& flows,
                 Time duration, RunRecord& record)
{
    double bytes = 0;
    for (const FlowSpec& flow : flows) bytes += static_cast<double>(flow.bytes);
    const auto rate = static_cast<double>(total_nic_rate(plan).bps);
    record.extra["cdf_mean_bytes"] = sizes.mean();
    record.extra["mean_flow_bytes"] = bytes / static_cast<double>(flows.size());
    record.extra["offered_load"] = 8 * bytes / (rate * duration.s());
}

}  // namespace

Scenario cdf_scenario(const Options& options)
{
    Scenario scenario;
    scenario.options = options;
    scenario.plan = make_fabric(options.common.topology, plan_options(options.common, hosts_needed(options)));
    const SizeDistribution sizes = read_size_distribution("--cdf", options.flows.cdf);
    const Time duration = microseconds_f(options.flows.duration_us);
    const auto flows = [plan = scenario.plan, sizes, load = options.flows.load, duration](uint64_t seed) {
        return poisson_flows(plan, sizes, load, duration, seed);
    };
    for (uint32_t k = 0; k < options.common.seeds; ++k)  // complain before the first run
        scenario.footprint.rows = static_cast<double>(flows(options.common.seed + k).size());
    scenario.make_workload = [flows](uint64_t seed) { return std::make_unique<FlowsWorkload>(flows(seed)); };
    scenario.make_contents = [flows](uint64_t seed) { return make_flows_contents(flows(seed)); };
    scenario.finish = [plan = scenario.plan, options, sizes,
                       duration](const Workload& workload, const RunPlan& run, const std::vector<Time>&,
                                 RunRecord& record) {
        const std::vector<FlowSpec>& drawn = dynamic_cast<const FlowsWorkload&>(workload).flows();
        add_unstarted(options, plan, drawn, run, record);
        add_traffic(plan, sizes, drawn, duration, record);
    };
    scenario.check_times = [plan = scenario.plan, options, sizes, duration](const RunPlan& run) {
        IdealTimes ideals(plan, ideal_terms(options, run), ideal_rule(options.common));
        FlowSpec largest;
        largest.dst = 1;
        largest.bytes = sizes.quantile(1);
        largest.start = duration;
        require_representable("--cdf: " + options.flows.cdf, plan, {largest}, ideals);
    };
    return scenario;
}

}  // namespace hpnsim

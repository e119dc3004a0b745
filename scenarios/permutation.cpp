// SPDX-License-Identifier: GPL-2.0-only
// The scenario `permutation`: every rank sends to one other and hears from one other.
#include "hpnsim/permutation.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/workloads.hpp"
#include "peers/profiles.hpp"
#include "run/scenarios.hpp"
#include "run/unstarted.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Returns the longest that any flow takes alone in the network, by hpnsim's own definition under any
/// profile.
Time ideal_last(const Options& options, const FabricPlan& plan, const std::vector<FlowSpec>& flows,
                const RunPlan& run)
{
    IdealTimes ideals(plan, ideal_terms(options, run));
    Time longest;
    for (const FlowSpec& flow : flows) longest = std::max(longest, ideals.of(flow.src, flow.dst, flow.bytes));
    return longest;
}

/// Compares the last to finish with the longest ideal of any. If one did not finish, nothing is said of the
/// last.
void add_times(Time ideal, RunRecord& record)
{
    Time first = Time::max(), last;
    nlohmann::ordered_json& extra = record.extra;
    extra["ideal_us"] = ideal.us();
    extra["last_fct_us"] = extra["efficiency"] = nullptr;
    for (const FlowRow& row : record.flows) {
        if (!row.completed()) return;
        first = std::min(first, row.start);
        last = std::max(last, row.end);
    }
    if (record.flows.empty()) return;
    extra["last_fct_us"] = (last - first).us();
    if (last > first)
        extra["efficiency"] = static_cast<double>(ideal.ps) / static_cast<double>((last - first).ps);
}

}  // namespace

Scenario permutation_scenario(const Options& options)
{
    Scenario scenario;
    scenario.options = options;
    scenario.plan = make_fabric(options.common.topology, plan_options(options.common, hosts_needed(options)));
    const PermutationOptions& o = options.permutation;
    const double ranks = o.ranks;
    scenario.footprint = {ranks, ranks, ranks};
    const Time jitter{static_cast<int64_t>(options.common.jitter_ns * 1000)};
    const auto flows = [plan = scenario.plan, o, jitter](uint64_t seed) {
        return permutation_flows(plan, o.ranks, o.size, jitter, seed);
    };
    flows(options.common.seed);  // complain before the first run
    scenario.make_workload = [flows](uint64_t seed) { return std::make_unique<FlowsWorkload>(flows(seed)); };
    scenario.make_contents = [flows](uint64_t seed) { return make_flows_contents(flows(seed)); };
    scenario.check_times = [plan = scenario.plan, options, flows](const RunPlan& run) {
        require_representable("--size: " + format_size(options.permutation.size) + " from each rank",
                              ideal_last(options, plan, flows(options.common.seed), run));
    };
    scenario.finish = [plan = scenario.plan, options](const Workload& workload, const RunPlan& run,
                                                      const std::vector<Time>&, RunRecord& record) {
        const std::vector<FlowSpec>& drawn = dynamic_cast<const FlowsWorkload&>(workload).flows();
        add_unstarted(options, plan, drawn, run, record);
        add_times(ideal_last(options, plan, drawn, run), record);
    };
    return scenario;
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
#include "hpnsim/permutation.hpp"
#include "hpnsim/workloads.hpp"
#include "profiles.hpp"
#include "scenarios.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// The last to finish, against the longest ideal of any: each alone in the network.
void finish(RunRecord& record)
{
    Time first = Time::max(), last, ideal;
    for (const FlowRow& row : record.flows) {
        if (!row.completed()) return;
        first = std::min(first, row.start);
        last = std::max(last, row.end);
        ideal = std::max(ideal, row.ideal);
    }
    if (record.flows.empty()) return;
    record.extra["ideal_us"] = ideal.us();
    record.extra["last_fct_us"] = (last - first).us();
    record.extra["efficiency"] = static_cast<double>(ideal.ps) / static_cast<double>((last - first).ps);
}

}  // namespace

Scenario permutation_scenario(const Options& options)
{
    Scenario scenario;
    scenario.options = options;
    scenario.plan = make_fabric(options.common.topology, plan_options(options.common, hosts_needed(options)));
    const PermutationOptions& o = options.permutation;
    const Time jitter{static_cast<int64_t>(options.common.jitter_ns * 1000)};
    const auto flows = [plan = scenario.plan, o, jitter](uint64_t seed) {
        return permutation_flows(plan, o.ranks, o.size, jitter, seed);
    };
    flows(options.common.seed);  // complains now
    scenario.make_workload = [flows](uint64_t seed) { return std::make_unique<FlowsWorkload>(flows(seed)); };
    scenario.make_contents = [flows](uint64_t seed) { return make_flows_contents(flows(seed)); };
    scenario.finish = [](const Workload&, const RunPlan&, const std::vector<Time>&, RunRecord& record) {
        finish(record);
    };
    return scenario;
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The scenario `flows`: it sends the flows of a file. The table from names to scenarios is here too.
#include "peers/profiles.hpp"
#include "run/as_option.hpp"
#include "run/scenarios.hpp"
#include "run/settings.hpp"
#include "run/unstarted.hpp"

#include "hpnsim/text_input.hpp"
#include "hpnsim/workloads.hpp"

#include <iostream>
#include <set>
#include <utility>

namespace hpnsim
{

namespace
{

FlowFile read(const Options& options, const std::string& text, const FlowNodes& nodes)
{
    const FlowsOptions& flows = options.flows;
    return as_option({"flow-file", "format"},
                     [&] { return read_flows(text, flows.flow_file, flows.format, nodes); });
}

/// The fabric that a flow file asks for: a star that does not say its size gets as many hosts as there are.
FabricPlan fabric_of(const Options& options, const std::string& text)
{
    const std::string& topology = options.common.topology;
    uint32_t hosts = 0;
    if (topology.compare(0, 4, "star") == 0) hosts = endpoints_used(read(options, text, UINT32_MAX));
    return make_fabric(topology, plan_options(options.common, hosts));
}

}  // namespace

Scenario flows_scenario(const Options& options)
{
    if (!options.flows.cdf.empty()) return cdf_scenario(options);
    Scenario scenario;
    scenario.options = options;
    const std::string text = read_text("--flow-file", options.flows.flow_file);
    scenario.plan = fabric_of(options, text);
    FlowFile file = read(options, text, scenario.plan);
    if (options.common.profile == "hpcc-sim") start_in_whole_ns(file);
    if (!file.warning.empty()) std::cerr << "flows: " << file.warning << "\n";
    if (!file.sorted && file.triggers.empty() && !options.common.quiet)
        std::cerr << "flows: " << options.flows.flow_file << " is not in order of start; sorted\n";
    scenario.make_workload = [flows = file.flows, triggers = file.triggers](uint64_t) {
        return std::make_unique<FlowsWorkload>(flows, triggers);
    };
    scenario.make_contents = [flows = file.flows](uint64_t) { return make_flows_contents(flows); };
    std::set<std::pair<uint32_t, uint32_t>> pairs;
    for (const FlowSpec& flow : file.flows) pairs.emplace(flow.src, flow.dst);
    scenario.footprint = {static_cast<double>(pairs.size()), 0, static_cast<double>(file.flows.size())};
    const double origin_us = file.origin.us();
    scenario.check_times = [plan = scenario.plan, options, flows = file.flows](const RunPlan& run) {
        IdealTimes ideals(plan, ideal_terms(options, run), ideal_rule(options.common));
        require_representable("--flow-file: " + options.flows.flow_file, plan, flows, ideals);
    };
    scenario.finish = [plan = scenario.plan, options, flows = file.flows, origin_us](
                          const Workload&, const RunPlan& run, const std::vector<Time>&, RunRecord& record) {
        add_unstarted(options, plan, flows, run, record);
        record.extra["origin_us"] = origin_us;
    };
    return scenario;
}

namespace
{

Scenario named_scenario(const Options& options)
{
    if (options.scenario == "incast") return incast_scenario(options);
    if (options.scenario == "allreduce") return allreduce_scenario(options);
    if (options.scenario == "alltoall") return alltoall_scenario(options);
    if (options.scenario == "permutation") return permutation_scenario(options);
    return flows_scenario(options);
}

}  // namespace

Scenario make_scenario(const Options& options)
{
    load_plugins(options.common);
    Scenario scenario = named_scenario(options);
    for (const std::string& warning : scenario.plan.warnings)
        std::cerr << options.scenario << ": " << warning << "\n";
    return scenario;
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios.hpp"

#include "hpnsim/workloads.hpp"

#include <iostream>
#include <set>

namespace hpnsim
{

namespace
{

/// The fabric that a flow file asks for: a star that does not say its size gets as many hosts as there are.
FabricPlan fabric_of(const Options& options)
{
    const std::string& topology = options.common.topology;
    uint32_t hosts = 0;
    if (topology.compare(0, 4, "star") == 0) {
        const FlowFile file = read_flow_file(options.flows.flow_file, options.flows.format, UINT32_MAX);
        hosts = endpoints_used(file.flows);
    }
    return make_fabric(topology, hosts);
}

/// Flows whose time had not come when the run was stopped.
void add_unstarted(const Scenario& scenario, const std::vector<FlowSpec>& flows, const RunPlan& run,
                   RunRecord& record)
{
    const CommonOptions& common = scenario.options.common;
    if (record.flows.size() == flows.size()) return;
    IdealTimes ideals(scenario.plan, common.mtu, wire_named(common.wire, framing_of(run.transport.name)));
    std::set<uint64_t> known;
    for (const FlowRow& row : record.flows) known.insert(row.id);
    for (uint64_t id = 0; id < flows.size(); ++id) {
        if (known.count(id) != 0) continue;
        FlowRow row;
        row.id = id;
        row.src = flows[id].src;
        row.dst = flows[id].dst;
        row.bytes = flows[id].bytes;
        row.start = row.end = flows[id].start;
        row.ideal = ideals.of(row.src, row.dst, row.bytes);
        row.status = "unfinished";
        record.flows.push_back(row);
    }
}

}  // namespace

Scenario flows_scenario(const Options& options)
{
    Scenario scenario;
    scenario.options = options;
    scenario.plan = fabric_of(options);
    const FlowFile file =
        read_flow_file(options.flows.flow_file, options.flows.format, scenario.plan.endpoints);
    if (!file.warning.empty()) std::cerr << "flows: " << file.warning << "\n";
    if (!file.sorted && file.triggers.empty() && !options.common.quiet)
        std::cerr << "flows: " << options.flows.flow_file << " is not in order of start; sorted\n";
    scenario.make_workload = [flows = file.flows, triggers = file.triggers](uint64_t) {
        return std::make_unique<FlowsWorkload>(flows, triggers);
    };
    scenario.make_contents = [flows = file.flows](uint64_t) { return make_flows_contents(flows); };
    const double origin_us = file.origin.us();
    const Scenario context{scenario.options, scenario.plan, scenario.rows_are_messages, {}, {}};
    scenario.finish = [context, flows = file.flows, origin_us](const Workload&, const RunPlan& run,
                                                               const std::vector<Time>&, RunRecord& record) {
        add_unstarted(context, flows, run, record);
        record.extra["origin_us"] = origin_us;
    };
    return scenario;
}

Scenario make_scenario(const Options& options)
{
    if (options.scenario == "incast") return incast_scenario(options);
    if (options.scenario == "allreduce") return allreduce_scenario(options);
    if (options.scenario == "alltoall") return alltoall_scenario(options);
    if (options.scenario == "permutation") return permutation_scenario(options);
    return flows_scenario(options);
}

}  // namespace hpnsim

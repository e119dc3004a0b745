// SPDX-License-Identifier: GPL-2.0-only
// The scenario `incast`: several senders send to one receiver at once, for some rounds.
#include "peers/profiles.hpp"
#include "run/scenarios.hpp"
#include "run/unstarted.hpp"

#include "hpnsim/quantity.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/workloads.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Returns the least time in which the last of the senders can be done, by hpnsim's own definition under any
/// profile.
Time ideal_last(const Options& options, const FabricPlan& plan, const IncastGroup& group, const RunPlan& run)
{
    return IdealTimes(plan, ideal_terms(options, run))
        .incast(group.senders, group.receiver, options.incast.size);
}

/// Counts the bytes that reached the receiver by each of its NIC ports.
nlohmann::ordered_json port_split(const FabricPlan& plan, uint32_t receiver, const RunRecord& record)
{
    const FabricIndex index(plan);
    std::vector<Bytes> bytes(plan.ports_per_nic, 0);
    for (uint32_t port = 0; port < index.ports(receiver) && port < bytes.size(); ++port) {
        const FabricIndex::End& far = index.end(receiver, port);
        if (!far.wired) continue;
        const std::string name = index.port_name(far.peer, far.peer_port);
        for (const PortRow& row : record.ports)
            if (row.name == name) bytes[port] += row.bytes;
    }
    return bytes;
}

/// Adds the flows of the last round whose jitter had not passed when the run was stopped.
void add_unstarted_senders(const Scenario& scenario, const IncastGroup& group, const IncastWorkload& workload,
                           const RunPlan& run, RunRecord& record)
{
    const std::vector<Period>& rounds = workload.periods();
    if (rounds.empty() || rounds.back().end != Time::max()) return;
    std::vector<FlowSpec> flows;
    for (size_t round = 0; round < rounds.size(); ++round)
        for (const uint32_t sender : group.senders) {
            FlowSpec flow;
            flow.src = sender;
            flow.dst = group.receiver;
            flow.bytes = scenario.options.incast.size;
            flow.start = rounds[round].start;
            flows.push_back(flow);
        }
    add_unstarted(scenario.options, scenario.plan, flows, run, record);
}

/// Adds means over the rounds. If some rounds were cut short or lost a flow, no time is compared with an
/// ideal, because the rounds that are left would flatter the run.
void add_times(const IncastWorkload& workload, Time ideal, uint32_t rounds, RunRecord& record)
{
    nlohmann::ordered_json& extra = record.extra;
    extra["ideal_us"] = ideal.us();
    extra["last_fct_us"] = extra["worst_last_fct_us"] = extra["efficiency"] = nullptr;
    const bool complete = workload.periods().size() == rounds && workload.done() &&
                          count_flows(record).completed == record.flows.size();
    if (!complete || rounds == 0) return;
    int64_t sum = 0;
    Time worst;
    for (const Period& period : workload.periods()) {
        sum += (period.end - period.start).ps;
        worst = std::max(worst, period.end - period.start);
    }
    const Time mean{sum / rounds};
    extra["last_fct_us"] = mean.us();
    extra["worst_last_fct_us"] = worst.us();
    if (mean.ps > 0) extra["efficiency"] = static_cast<double>(ideal.ps) / static_cast<double>(mean.ps);
}

void finish(const Scenario& scenario, const IncastGroup& group, const IncastWorkload& workload,
            const RunPlan& run, RunRecord& record)
{
    add_unstarted_senders(scenario, group, workload, run, record);
    add_times(workload, ideal_last(scenario.options, scenario.plan, group, run),
              scenario.options.incast.rounds, record);
    record.extra["receiver_port_bytes"] = port_split(scenario.plan, group.receiver, record);
}

}  // namespace

Scenario incast_scenario(const Options& options)
{
    Scenario scenario;
    scenario.options = options;
    scenario.plan = make_fabric(options.common.topology, plan_options(options.common, hosts_needed(options)));
    const IncastOptions& incast = options.incast;
    const IncastGroup group = place_incast(scenario.plan, incast.placement, incast.senders);
    const Time jitter{static_cast<int64_t>(options.common.jitter_ns * 1000)};
    scenario.make_workload = [group, incast, jitter](uint64_t seed) {
        return std::make_unique<IncastWorkload>(group, incast.size, incast.rounds, jitter, seed);
    };
    scenario.make_contents = [group, incast](uint64_t) { return make_incast_contents(group, incast.size); };
    // The scenario outlives its runs: simulate() is given it by reference.
    const double senders = incast.senders;
    scenario.footprint = {senders, senders, senders * incast.rounds};
    const Scenario context{scenario.options, scenario.plan, true, {}, {}, {}, {}, {}};
    scenario.check_times = [context, group](const RunPlan& run) {
        const IncastOptions& asked = context.options.incast;
        require_representable("--size: " + format_size(asked.size) + " from " +
                                  std::to_string(group.senders.size()) + " senders",
                              ideal_last(context.options, context.plan, group, run), asked.rounds);
    };
    scenario.finish = [context, group](const Workload& workload, const RunPlan& run, const std::vector<Time>&,
                                       RunRecord& record) {
        finish(context, group, static_cast<const IncastWorkload&>(workload), run, record);
    };
    return scenario;
}

}  // namespace hpnsim

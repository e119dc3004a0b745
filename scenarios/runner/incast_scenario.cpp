// SPDX-License-Identifier: GPL-2.0-only
#include "profiles.hpp"
#include "scenarios.hpp"

#include "hpnsim/ideal.hpp"
#include "hpnsim/workloads.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// The least time in which the last of the senders can be done: any of them may be the last, so the least
/// over all of them bounds.
Time ideal_last(const Scenario& scenario, const IncastGroup& group, const RunPlan& run)
{
    const CommonOptions& common = scenario.options.common;
    const FabricIndex adjacency(scenario.plan);
    Time least = Time::max();
    for (const uint32_t sender : group.senders) {
        std::vector<std::vector<HopPlan>> out, back;
        for (uint8_t plane = 0; plane < scenario.plan.ports_per_nic; ++plane) {
            out.push_back(adjacency.path(sender, group.receiver, plane));
            back.push_back(adjacency.path(group.receiver, sender, plane));
        }
        const Wire& wire = wire_named(common.wire, framing_of(run.transport.name));
        least = std::min(least, ideal_incast_last(out, back, static_cast<uint32_t>(group.senders.size()),
                                                  scenario.options.incast.size, common.mtu, wire));
    }
    return least;
}

/// Bytes that reached the receiver by each of its NIC ports.
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

void finish(const Scenario& scenario, const IncastGroup& group, const IncastWorkload& workload,
            const RunPlan& run, RunRecord& record)
{
    const Time ideal = ideal_last(scenario, group, run);
    int64_t sum = 0, rounds = 0;
    Time worst;
    for (const Period& period : workload.periods()) {
        if (period.end == Time::max()) continue;
        const Time last = period.end - period.start;
        sum += last.ps;
        worst = std::max(worst, last);
        ++rounds;
    }
    record.extra["ideal_us"] = ideal.us();
    if (rounds > 0) {
        const Time mean{sum / rounds};
        record.extra["last_fct_us"] = mean.us();
        record.extra["worst_last_fct_us"] = worst.us();
        record.extra["efficiency"] = static_cast<double>(ideal.ps) / static_cast<double>(mean.ps);
    }
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
    const Scenario context{scenario.options, scenario.plan, true, {}, {}, {}};
    scenario.finish = [context, group](const Workload& workload, const RunPlan& run, const std::vector<Time>&,
                                       RunRecord& record) {
        finish(context, group, static_cast<const IncastWorkload&>(workload), run, record);
    };
    return scenario;
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Adds up the counters of NICs, switches and links, and names the ports that they belong to.
#include "run/collect.hpp"

#include "run/port_census.hpp"
#include "run/rank_results.hpp"

#include "helper/fault-injector.h"

#include <algorithm>
#include <vector>

namespace hpnsim
{

namespace
{

PortRow row_of(RoceNetwork& network, uint32_t node, uint16_t port, const LinkTx& tx, Time now)
{
    PortRow row;
    row.name = network.Adjacency().port_name(node, port);
    row.rate = tx.LinkRate();
    row.bytes = tx.SentBytes(now);
    row.utilisation = now.ps > 0 ? tx.BusyTime(now).s() / now.s() : 0;
    return row;
}

std::string role_of(const FabricPlan& plan, uint32_t sw, uint32_t peer)
{
    if (peer < plan.endpoints) return "host";
    const SwitchPlan& own = plan.switches[sw];
    const SwitchPlan& other = plan.switches[peer - plan.endpoints];
    return other.tier > own.tier ? "up" : "down";
}

void collect_device(RoceNetwork& network, uint32_t endpoint, Time now, bool idle, PortCensus& census,
                    RunRecord& record)
{
    RoceNetDevice& device = network.Device(endpoint);
    for (uint32_t function = 0; function < device.FunctionCount(); ++function) {
        const NicCounters& counters = device.GetNic(function).counters();
        record.cnps += counters.cnps;
        record.nacks += counters.naks;
        record.timeouts += counters.timeouts;
        record.retransmitted += counters.retransmitted;
        record.data_packets += counters.data_packets;
    }
    for (uint8_t port = 0; port < device.GetNic().config().ports; ++port) {
        const LinkTx& tx = device.Tx(port);
        record.packet_hops += tx.SentPackets();
        census.add("nic_up", tx.SentPackets() > 0);
        if (tx.SentPackets() == 0 && !idle) continue;
        PortRow row = row_of(network, endpoint, port, tx, now);
        row.tier = "nic";
        row.role = "up";
        row.plane = port;
        row.pfc_pauses = device.PausesObeyed(port);
        row.pfc_paused = device.PausedTime(port, now);
        record.pfc_pauses += row.pfc_pauses;
        record.pfc_paused += row.pfc_paused;
        record.ports.push_back(std::move(row));
    }
    census.end_node();
}

void collect_switch(RoceNetwork& network, uint32_t index, Time now, bool idle, PortCensus& census,
                    RunRecord& record)
{
    const FabricPlan& plan = network.Plan();
    RoceSwitch& sw = network.Switch(index);
    sw.Finish(now);
    record.cnps += sw.Notices();
    const uint32_t node = plan.endpoints + index;
    const std::string tier = tier_name(plan.switches[index].tier);
    for (uint16_t port = 0; port < sw.PortCount(); ++port) {
        const LinkTx& tx = sw.Tx(port);
        const RoceSwitch::PortCounters& counters = sw.Counters(port);
        const std::string role = role_of(plan, index, network.Adjacency().end(node, port).peer);
        if (role == "up") ++record.uplinks[tier];
        record.packet_hops += tx.SentPackets();
        record.drops += counters.drops;
        const bool wired = network.Adjacency().end(node, port).wired;
        if (wired) census.add(tier + "_" + role, tx.SentPackets() > 0);
        if (tx.SentPackets() == 0 && counters.drops == 0 && !(idle && wired)) continue;
        PortRow row = row_of(network, node, port, tx, now);
        row.tier = tier;
        row.role = role;
        // Towards a NIC this is one of its ports, which is the plane where a fabric has any.
        row.plane =
            row.role == "host" ? network.Adjacency().end(node, port).peer_port : plan.switches[index].plane;
        row.peak_queue = sw.Monitor(port).PeakBytes();
        row.mean_queue = sw.Monitor(port).Mean(now);
        row.ecn_marks = counters.marks;
        row.drops = counters.drops;
        row.trims = counters.trims;
        row.pfc_pauses = counters.pausesObeyed;
        row.pfc_paused = counters.paused;
        row.pfc_storms = counters.storms;
        record.pfc_storms += row.pfc_storms;
        record.pfc_watchdog_drops += counters.watchdogDrops;
        record.ecn_marks += row.ecn_marks;
        record.trims += row.trims;
        record.pfc_pauses += row.pfc_pauses;
        record.pfc_paused += row.pfc_paused;
        record.max_queue = std::max(record.max_queue, row.peak_queue);
        record.ports.push_back(std::move(row));
    }
    census.end_node();
}

/// Counts what faults did, by effect, in runs that have any: `faults` of summary.json.
class FaultBooks
{
public:
    void add(const LinkTx& tx)
    {
        if (tx.PeekFaults() == nullptr) return;
        const FaultCounts counts = tx.PeekFaults()->Counts();
        for (int i = 0; i < kFaultEffects; ++i) sum_[i] += counts[i];
        for (int i = 0; i < kFaultEffects; ++i) any_ |= counts[i] > 0;
    }
    void add_arrivals(RoceNetwork& network)
    {
        network.ForEachNic([&](uint32_t, const Nic& nic) { icrc_ += nic.counters().icrc_errors; });
        for (uint32_t i = 0; i < network.SwitchCount(); ++i)
            for (uint16_t port = 0; port < network.Switch(i).PortCount(); ++port)
                unroutable_ += network.Switch(i).Counters(port).unroutable;
    }
    void add_other_ranks(Ranks& ranks)
    {
        std::vector<int64_t> counts(sum_.begin(), sum_.end());
        for (const uint64_t more : {uint64_t{any_}, icrc_, unroutable_})
            counts.push_back(static_cast<int64_t>(more));
        counts = ranks.Sum(Ranks::About::RESULTS, std::move(counts));
        std::copy_n(counts.begin(), kFaultEffects, sum_.begin());
        any_ = counts[kFaultEffects] > 0;
        icrc_ = static_cast<uint64_t>(counts[kFaultEffects + 1]);
        unroutable_ = static_cast<uint64_t>(counts[kFaultEffects + 2]);
    }
    void write(const NetworkConfig& config, RunRecord& record) const
    {
        if (!any_ && config.fabric.loss <= 0 && config.faults.faults.empty()) return;
        nlohmann::ordered_json& out = record.extra["faults"];
        for (int i = 0; i < kFaultEffects; ++i) out[FaultEffectName(static_cast<FaultEffect>(i))] = sum_[i];
        out["icrc_errors"] = icrc_;
        out["unroutable"] = unroutable_;
    }

private:
    bool any_ = false;
    FaultCounts sum_{};
    uint64_t icrc_ = 0, unroutable_ = 0;
};

/// Of all ranks, where there are several.
FaultBooks fault_books(RoceNetwork& network, Ranks* ranks)
{
    FaultBooks books;
    for (const LinkPlan& link : network.Plan().links) {
        books.add(network.Tx(link.a, link.a_port));
        books.add(network.Tx(link.b, link.b_port));
    }
    books.add_arrivals(network);
    if (ranks != nullptr) books.add_other_ranks(*ranks);
    return books;
}

PortCensus of_all_ranks(Ranks& ranks, const PortCensus& own)
{
    RankMessage message;
    MessageWriter out(message);
    own.put(out);
    PortCensus sum;
    for (const RankMessage& each : ranks.Share(Ranks::About::RESULTS, message)) {
        MessageReader in(each);
        sum.add(in);
    }
    return sum;
}

QueueHistogram depth_of(const DepthHistogram& depths)
{
    QueueHistogram histogram{depths.Bins()};
    double total = 0;
    for (const auto& bin : histogram.bins) total += bin.second;
    for (auto& bin : histogram.bins) bin.second /= total;
    return histogram;
}

}  // namespace

uint64_t packet_hops(RoceNetwork& network)
{
    uint64_t hops = 0;
    for (uint32_t i = 0; i < network.DeviceCount(); ++i)
        for (uint8_t port = 0; port < network.Device(i).GetNic().config().ports; ++port)
            hops += network.Device(i).Tx(port).SentPackets();
    for (uint32_t i = 0; i < network.SwitchCount(); ++i)
        for (uint16_t port = 0; port < network.Switch(i).PortCount(); ++port)
            hops += network.Switch(i).Tx(port).SentPackets();
    if (Ranks* ranks = network.TheRanks())
        hops = static_cast<uint64_t>(ranks->Sum(Ranks::About::LOOK, {static_cast<int64_t>(hops)})[0]);
    return hops;
}

namespace
{

/// Adds grants and requests for them, in runs that have any: `credits` and `credit_requests` of summary.json.
void collect_credits(RoceNetwork& network, Ranks* ranks, RunRecord& record)
{
    std::vector<int64_t> counts(2);
    network.ForEachNic([&](uint32_t, const Nic& nic) {
        counts[0] += static_cast<int64_t>(nic.counters().credits);
        counts[1] += static_cast<int64_t>(nic.counters().rts);
    });
    if (ranks != nullptr) counts = ranks->Sum(Ranks::About::RESULTS, std::move(counts));
    const auto credits = static_cast<uint64_t>(counts[0]), requests = static_cast<uint64_t>(counts[1]);
    if (credits == 0) return;
    record.extra["credits"] = credits;
    record.extra["credit_requests"] = requests;
}

}  // namespace

void collect(RoceNetwork& network, Time now, bool idle, RunRecord& record)
{
    record.sim_time = now;
    record.deadlock = network.Deadlock();
    PortCensus census;
    std::vector<uint32_t> nodes;  // of record.ports
    for (uint32_t node = 0; node < network.DeviceCount() + network.SwitchCount(); ++node) {
        if (!network.RunsHere(node)) continue;
        if (node < network.DeviceCount())
            collect_device(network, node, now, idle, census, record);
        else
            collect_switch(network, node - network.DeviceCount(), now, idle, census, record);
        nodes.resize(record.ports.size(), node);
    }
    record.nvlink_hops = network.NvlinkHops();
    // After a rank has ended too early, what the others have counted cannot be asked for.
    Ranks* ranks =
        network.TheRanks() != nullptr && network.TheRanks()->Whole() ? network.TheRanks() : nullptr;
    if (ranks != nullptr) {
        add_other_ranks(*ranks, nodes, record);
        census = of_all_ranks(*ranks, census);
    }
    record.extra["ports"] = census.json();
    fault_books(network, ranks).write(network.Config(), record);
    collect_credits(network, ranks, record);
    record.queue_depth = depth_of(of_all_ranks(ranks, network.Depths()));
}

}  // namespace hpnsim

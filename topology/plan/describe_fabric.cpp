// SPDX-License-Identifier: GPL-2.0-only
// Describes a fabric in lines of words and figures.
#include "hpnsim/describe_fabric.hpp"

#include "hpnsim/ideal.hpp"
#include "hpnsim/topologies.hpp"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <tuple>

namespace hpnsim
{

namespace
{

std::string number(double value, int digits)
{
    std::ostringstream out;
    out << std::setprecision(digits) << value;
    return out.str();
}

std::string gigabits(int64_t bps)
{
    const bool tera = bps >= 10'000'000'000'000;
    return number(static_cast<double>(bps) / (tera ? 1e12 : 1e9), 6) + (tera ? " Tb/s" : " Gb/s");
}

std::string kind_of(const FabricPlan& plan, uint32_t node)
{
    if (node < plan.endpoints) return "nic";
    const std::string name = plan.switch_name(node - plan.endpoints);
    return name.substr(0, name.find(' '));
}

/// Says in the topology's own words what it is.
void describe_structure(std::ostream& out, const FabricPlan& plan)
{
    for (const TopologyInfo& info : all_topologies())
        if (plan.name.substr(0, plan.name.find(':')) == info.name) out << "structure  " << info.doc << "\n";
}

/// Says whose ids the names have, where they are the file's own.
void describe_ids(std::ostream& out, const FabricPlan& plan)
{
    if (!plan.own_ids()) return;
    out << "ids        hosts " << plan.host_ids() << ", switches " << plan.switch_ids()
        << " (the file's own, also in names)\n";
}

/// "2", or "1 to 3" where NICs are not alike.
std::string ports_of_nics(const FabricPlan& plan, const FabricIndex& index)
{
    uint32_t least = plan.ports_per_nic;
    for (uint32_t nic = 0; nic < plan.endpoints; ++nic) least = std::min(least, index.ports(nic));
    const std::string most = std::to_string(plan.ports_per_nic);
    return least < plan.ports_per_nic ? std::to_string(least) + " to " + most : most;
}

void describe_hosts(std::ostream& out, const FabricPlan& plan, const FabricIndex& index)
{
    const uint32_t hosts = plan.endpoints / plan.nics_per_host;
    out << "hosts      " << hosts << " with " << plan.nics_per_host << " NIC(s) of "
        << ports_of_nics(plan, index) << " port(s): " << plan.endpoints << " endpoints";
    if (plan.hosts_per_segment != 0) {
        const uint32_t segments = hosts / (plan.hosts_per_segment + plan.backups_per_segment);
        out << ", " << segments << " segment(s)";
        if (plan.segments_per_pod != 0) out << " in " << segments / plan.segments_per_pod << " pods";
        if (plan.backups_per_segment != 0)
            out << "\nbackups    " << plan.backups_per_segment << " hosts of each segment stand by: "
                << plan.node_name(segments * plan.hosts_per_segment * plan.nics_per_host) << " to "
                << plan.node_name(plan.endpoints - 1);
    }
    out << "\n";
    if (plan.nvlink.rate.bps != 0)
        out << "nvlink     " << gigabits(plan.nvlink.rate.bps) << " per GPU and direction, "
            << number(plan.nvlink.latency.ns(), 6) << " ns to the NVSwitch\n";
}

void describe_switches(std::ostream& out, const FabricPlan& plan)
{
    std::map<std::tuple<Tier, uint16_t, Bytes, int64_t>, uint32_t> alike;
    for (const SwitchPlan& sw : plan.switches) ++alike[{sw.tier, sw.ports, sw.buffer, sw.latency.ps}];
    for (const auto& [what, count] : alike) {
        const auto& [tier, ports, buffer, latency] = what;
        uint32_t sample = 0;
        while (plan.switches[sample].tier != tier) ++sample;
        out << "switches   " << count << " " << kind_of(plan, plan.endpoints + sample) << ", " << ports
            << " ports, buffer " << number(static_cast<double>(buffer) / 1048576.0, 5) << " MiB, latency "
            << number(static_cast<double>(latency) / 1e3, 6) << " ns\n";
    }
}

void describe_links(std::ostream& out, const FabricPlan& plan)
{
    std::map<std::tuple<std::string, int64_t, int64_t>, uint32_t> alike;
    for (const LinkPlan& link : plan.links) {
        const auto [low, high] = std::minmax(link.a, link.b);
        ++alike[{kind_of(plan, low) + "-" + kind_of(plan, high), link.rate.bps, link.delay.ps}];
    }
    for (const auto& [what, count] : alike) {
        const auto& [between_what, rate, delay] = what;
        out << "links      " << count << " " << between_what << ", " << gigabits(rate) << ", "
            << number(static_cast<double>(delay) / 1e3, 6) << " ns\n";
    }
}

void describe_ratios(std::ostream& out, const FabricPlan& plan)
{
    for (const auto& [tier, rates] : tier_rates(plan)) {
        const int64_t up = rates.up_bps + rates.side_bps;
        out << "ratio      " << tier_name(tier) << " down " << gigabits(rates.down_bps);
        if (up == 0) {
            out << ", no uplinks\n";
            continue;
        }
        out << ", up " << gigabits(up) << ": "
            << number(static_cast<double>(rates.down_bps) / static_cast<double>(up), 4) << ":1\n";
    }
}

void describe_bisection(std::ostream& out, const FabricPlan& plan)
{
    const Bisection found = bisection(plan);
    if (found.nics_bps() == 0) return;
    out << "bisection  " << gigabits(found.cut_bps) << " from the first " << found.hosts
        << " host(s) to the others, "
        << number(100 * static_cast<double>(found.cut_bps) / static_cast<double>(found.nics_bps()), 4)
        << " % of what their NICs can carry\n";
    for (const SwitchPlan& sw : plan.switches) {
        if (sw.by_port == 0) continue;
        out << "no hash    a " << tier_name(sw.tier)
            << " sends what comes in by one port out by one port, unless a link there is dead\n";
        break;
    }
}

/// Says in the words of the fabric what kind of pair it is.
std::string pair_class(const FabricPlan& plan, uint32_t src, uint32_t dst)
{
    if (plan.nics_per_host > 1 && plan.host_of(src) == plan.host_of(dst))
        return "same host, over the network";
    std::string name;
    if (plan.nics_per_host > 1) name = plan.rail_of(src) == plan.rail_of(dst) ? "same rail" : "other rail";
    if (plan.hosts_per_segment == 0) return name;
    const uint32_t from = plan.segment_of(src), to = plan.segment_of(dst);
    const bool far = plan.segments_per_pod != 0 && from / plan.segments_per_pod != to / plan.segments_per_pod;
    return name + (name.empty() ? "" : ", ") +
           (from == to ? "same segment"
            : far      ? "other pod"
                       : "other segment");
}

void describe_pair(std::ostream& out, const FabricPlan& plan, const FabricIndex& index, uint32_t dst,
                   Bytes mtu, const Wire& wire)
{
    const Between one = between(plan, index, 0, dst, 0);
    uint64_t ways = 0;
    for (uint8_t plane = 0; plane < plan.ports_per_nic; ++plane)
        ways += between(plan, index, 0, dst, plane).ways;
    const std::string kind = pair_class(plan, 0, dst);
    if (ways == 0) {
        out << "pair       " << plan.node_name(0) << " to " << plan.node_name(dst) << ": "
            << (kind.empty() ? "" : kind + ", ") << "no path in the network"
            << (plan.rails_apart ? ", over NVLink alone" : "") << "\n";
        return;
    }
    const Time rtt = base_rtt(index.path(0, dst, 0), index.path(dst, 0, 0), mtu, wire);
    out << "pair       " << plan.node_name(0) << " to " << plan.node_name(dst) << ": "
        << (kind.empty() ? "" : kind + ", ") << one.links << " links, " << ways << " path(s) (" << one.ways
        << " per port), " << one.choices << " hash(es), base RTT " << number(rtt.us(), 8) << " us\n";
}

/// One example of each kind of pair, from endpoint 0.
void describe_pairs(std::ostream& out, const FabricPlan& plan, const FabricIndex& index, Bytes mtu,
                    const Wire& wire)
{
    std::map<std::pair<size_t, std::string>, uint32_t> examples;
    for (uint32_t dst = 1; dst < plan.endpoints; ++dst)
        examples.emplace(std::make_pair(index.path(0, dst, 0).size(), pair_class(plan, 0, dst)), dst);
    for (const auto& [kind, dst] : examples) describe_pair(out, plan, index, dst, mtu, wire);
}

void describe_keys(std::ostream& out, const FabricPlan& plan)
{
    const std::string name = plan.name.substr(0, plan.name.find(':'));
    for (const TopologyInfo& info : all_topologies()) {
        if (name != info.name) continue;
        for (size_t i = 0; i < plan.params.size(); ++i) {
            const Setting& key = info.settings().at(i);
            const std::string fallback = info.fallback(key);
            out << "key        " << key.name << " = " << plan.params[i].second << "  (default "
                << (fallback.empty() ? "none" : fallback) << (key.values.empty() ? "" : "; " + key.values)
                << (key.source.empty() ? "" : "; " + key.source) << ")\n";
        }
    }
}

}  // namespace

void describe(std::ostream& out, const FabricPlan& plan, Bytes mtu, const Wire& wire)
{
    const FabricIndex index(plan);
    out << "topology   " << plan.name << "\n";
    describe_structure(out, plan);
    describe_ids(out, plan);
    describe_hosts(out, plan, index);
    describe_switches(out, plan);
    describe_links(out, plan);
    describe_ratios(out, plan);
    describe_bisection(out, plan);
    out << "framing    " << wire.name << ", " << mtu << " B of payload\n";
    describe_pairs(out, plan, index, mtu, wire);
    describe_keys(out, plan);
}

}  // namespace hpnsim

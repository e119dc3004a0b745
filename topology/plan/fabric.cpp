// SPDX-License-Identifier: GPL-2.0-only
// Names the nodes of a plan, and makes its adjacency view.
#include "hpnsim/fabric.hpp"

#include <algorithm>

namespace hpnsim
{

const char* tier_name(Tier tier)
{
    switch (tier) {
    case Tier::tor:
        return "tor";
    case Tier::agg:
        return "agg";
    case Tier::core:
        return "core";
    case Tier::other:
        break;
    }
    return "switch";
}

namespace
{

/// Writes ascending numbers as "1 to 3, 7".
std::string ranges(std::vector<uint32_t>::const_iterator at, std::vector<uint32_t>::const_iterator end)
{
    constexpr int kMost = 8;
    std::string text;
    for (int count = 0; at != end; ++count) {
        if (count == kMost) return text + ", ...";
        const uint32_t first = *at;
        uint32_t last = first;
        while (++at != end && *at == last + 1) last = *at;
        text += (count == 0 ? "" : ", ") + std::to_string(first);
        if (last > first) text += " to " + std::to_string(last);
    }
    return text;
}

/// Counts the ports per node. A switch has what the plan declares, or more where a link says so; a NIC has
/// those that are wired, because NICs need not be alike.
std::vector<uint32_t> port_counts(const FabricPlan& plan)
{
    std::vector<uint32_t> count(plan.endpoints, 1);
    for (const SwitchPlan& sw : plan.switches) count.push_back(sw.ports);
    for (const LinkPlan& link : plan.links) {
        count[link.a] = std::max(count[link.a], link.a_port + 1U);
        count[link.b] = std::max(count[link.b], link.b_port + 1U);
    }
    return count;
}

}  // namespace

uint32_t FabricPlan::node_of(uint64_t id) const
{
    const uint64_t nodes = endpoints + switches.size();
    if (ids.empty()) return id < nodes ? static_cast<uint32_t>(id) : kNoNode;
    const auto first_switch = ids.begin() + endpoints;
    for (const auto& [begin, end] :
         {std::pair(ids.begin(), first_switch), std::pair(first_switch, ids.end())}) {
        const auto found = std::lower_bound(begin, end, id);
        if (found != end && *found == id) return static_cast<uint32_t>(found - ids.begin());
    }
    return kNoNode;
}

std::string FabricPlan::host_ids() const
{
    return ranges(ids.begin(), ids.begin() + endpoints);
}

std::string FabricPlan::switch_ids() const
{
    return ranges(ids.begin() + endpoints, ids.end());
}

uint32_t FabricPlan::segment_of(uint32_t endpoint) const
{
    const uint32_t host = host_of(endpoint), hosts = endpoints / nics_per_host;
    const uint32_t active = hosts / (hosts_per_segment + backups_per_segment) * hosts_per_segment;
    return host < active ? host / hosts_per_segment : (host - active) / backups_per_segment;
}

std::string FabricPlan::switch_name(uint32_t sw) const
{
    if (!names.empty()) return names[endpoints + sw];
    const SwitchPlan& it = switches[sw];
    const std::string tier = tier_name(it.tier);
    if (own_ids()) return tier + " " + std::to_string(id_of(endpoints + sw));
    if (hosts_per_segment == 0) return tier + " " + std::to_string(it.index);
    if (it.tier == Tier::tor)
        return tier + " s" + std::to_string(it.segment) + " r" + std::to_string(it.rail) + " p" +
               std::to_string(it.plane);
    const std::string rail = rails_apart ? " r" + std::to_string(it.rail) : "";
    return tier + rail + " p" + std::to_string(it.plane) + " " + std::to_string(it.index);
}

std::string FabricPlan::node_name(uint32_t node) const
{
    if (!names.empty()) return names[node];
    if (node >= endpoints) return switch_name(node - endpoints);
    const std::string host = "h" + std::to_string(own_ids() ? id_of(node) : host_of(node));
    return nics_per_host == 1 ? host : host + " g" + std::to_string(rail_of(node));
}

std::string FabricPlan::word_name(uint32_t node) const
{
    std::string word = node_name(node);
    std::replace(word.begin(), word.end(), ' ', '-');
    return word;
}

FabricIndex::FabricIndex(const FabricPlan& plan) : plan_(plan)
{
    first_.push_back(0);
    for (const uint32_t count : port_counts(plan)) first_.push_back(first_.back() + count);
    ends_.resize(first_.back());
    for (uint32_t i = 0; i < plan.links.size(); ++i) {
        const LinkPlan& link = plan.links[i];
        if (highest_ < link.rate) highest_ = link.rate;
        ends_[first_[link.a] + link.a_port] = {i, link.b, link.b_port, true};
        ends_[first_[link.b] + link.b_port] = {i, link.a, link.a_port, true};
    }
    mark_parallel();
}

void FabricIndex::mark_parallel()
{
    const size_t nodes = first_.size() - 1;
    std::vector<End*> seen(nodes, nullptr);  // the node's first port towards each other node
    for (size_t node = 0; node < nodes; ++node) {
        for (uint32_t i = first_[node]; i < first_[node + 1]; ++i) {
            if (!ends_[i].wired) continue;
            End*& first = seen[ends_[i].peer];
            if (first == nullptr)
                first = &ends_[i];
            else
                first->parallel = ends_[i].parallel = true;
        }
        for (uint32_t i = first_[node]; i < first_[node + 1]; ++i)
            if (ends_[i].wired) seen[ends_[i].peer] = nullptr;
    }
}

std::string FabricIndex::port_name(uint32_t node, uint32_t port) const
{
    const End& far = end(node, port);
    const auto side = [&](uint32_t which, uint32_t number) {
        return plan_.node_name(which) + (far.parallel ? ":" + std::to_string(number) : "");
    };
    return side(node, port) + " -> " + side(far.peer, far.peer_port);
}

/// Returns the first of the next hops with the highest rate, because a degraded link is on no ideal path.
uint32_t FabricIndex::fastest(uint32_t node, const NextHops& next) const
{
    const auto rate = [&](uint32_t port) {
        const bool wired = port < ports(node) && end(node, port).wired;
        return wired ? plan_.links[end(node, port).link].rate : Rate{};
    };
    uint32_t best = next.port(0);
    for (uint32_t i = 1; i < next.count && rate(best) < highest_; ++i)
        if (rate(best) < rate(next.port(i))) best = next.port(i);
    return best;
}

std::vector<HopPlan> FabricIndex::path(uint32_t src, uint32_t dst, uint8_t plane) const
{
    std::vector<HopPlan> hops;
    uint32_t node = src, port = plane, ways = 1;
    while (hops.size() <= plan_.switches.size()) {
        if (port >= ports(node) || !end(node, port).wired) return {};
        const End& far = end(node, port);
        const LinkPlan& link = plan_.links[far.link];
        const bool into_switch = far.peer >= plan_.endpoints;
        hops.push_back({link.rate, link.delay,
                        into_switch ? plan_.switches[far.peer - plan_.endpoints].latency : Time{},
                        into_switch ? ways : 1});
        if (far.peer == dst) return hops;
        if (!into_switch) return {};
        const NextHops next = plan_.router->next(far.peer - plan_.endpoints, dst);
        if (next.count == 0) return {};
        ways *= next.count;
        node = far.peer;
        port = fastest(node, next);
    }
    return {};
}

}  // namespace hpnsim

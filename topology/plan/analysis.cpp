// SPDX-License-Identifier: GPL-2.0-only
// Counts rates per tier, and the paths between two endpoints.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/describe_fabric.hpp"
#include "hpnsim/no_path.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Returns the height above the hosts: an endpoint is at 0, a ToR at 1, ...
int height(const FabricPlan& plan, uint32_t node)
{
    return node < plan.endpoints ? 0 : 1 + static_cast<int>(plan.switches[node - plan.endpoints].tier);
}

void add_rate(std::map<Tier, TierRates>& rates, const FabricPlan& plan, uint32_t node, uint32_t peer,
              Rate rate)
{
    if (node < plan.endpoints) return;
    TierRates& tier = rates[plan.switches[node - plan.endpoints].tier];
    const int own = height(plan, node), other = height(plan, peer);
    int64_t& sum = other < own ? tier.down_bps : other > own ? tier.up_bps : tier.side_bps;
    sum += rate.bps;
}

/// Counts paths to one destination; each switch is worked out once.
class WayCounter
{
public:
    WayCounter(const FabricPlan& plan, const FabricIndex& index, uint32_t dst)
        : plan_(plan), index_(index), dst_(dst)
    {
    }

    uint64_t through(uint32_t node, uint32_t port)
    {
        if (port >= index_.ports(node) || !index_.end(node, port).wired) return 0;
        const uint32_t peer = index_.end(node, port).peer;
        if (peer == dst_) return 1;
        return peer < plan_.endpoints ? 0 : from(peer, index_.end(node, port).peer_port);
    }

private:
    uint64_t from(uint32_t node, uint32_t in_port)
    {
        const uint32_t sw = node - plan_.endpoints;
        const auto key = std::make_pair(node, plan_.switches[sw].by_port == 0 ? 0 : in_port);
        const auto known = ways_.find(key);
        if (known != ways_.end()) return known->second;
        ways_[key] = 0;  // a loop leads nowhere
        const NextHops next = next_hops(plan_, sw, in_port, dst_);
        uint64_t sum = 0;
        for (uint32_t i = 0; i < next.count; ++i) sum += through(node, next.port(i));
        return ways_[key] = sum;
    }

    const FabricPlan& plan_;
    const FabricIndex& index_;
    uint32_t dst_;
    std::map<std::pair<uint32_t, uint32_t>, uint64_t> ways_;  ///< by switch, and its port where it matters
};

}  // namespace

NextHops next_hops(const FabricPlan& plan, uint32_t sw, uint32_t in_port, uint32_t dst)
{
    const NextHops all = plan.router->next(sw, dst);
    const uint16_t by_port = plan.switches[sw].by_port;
    if (by_port == 0 || all.count != by_port) return all;
    return {all.port(in_port % by_port), 1, nullptr};
}

std::map<Tier, TierRates> tier_rates(const FabricPlan& plan)
{
    std::map<Tier, TierRates> rates;
    for (const LinkPlan& link : plan.links) {
        add_rate(rates, plan, link.a, link.b, link.rate);
        add_rate(rates, plan, link.b, link.a, link.rate);
    }
    return rates;
}

Between between(const FabricPlan& plan, const FabricIndex& index, uint32_t src, uint32_t dst, uint8_t plane)
{
    Between found;
    found.links = static_cast<uint32_t>(index.path(src, dst, plane).size());
    if (found.links == 0) return found;
    found.ways = WayCounter(plan, index, dst).through(src, plane);
    FabricIndex::End at = index.end(src, plane);
    while (at.peer != dst) {
        const NextHops next = next_hops(plan, at.peer - plan.endpoints, at.peer_port, dst);
        if (next.count > 1) ++found.choices;
        at = index.end(at.peer, next.port(0));
    }
    return found;
}

void refuse_pair(const FabricPlan& plan, uint32_t src, uint32_t dst)
{
    const bool part = !plan.names.empty();  // whose numbers tell no rails
    const bool rails = plan.rails_apart && (part || plan.rail_of(src) != plan.rail_of(dst));
    throw BadInput("no path of '" + plan.name + "' joins " + plan.node_name(src) + " and " +
                   plan.node_name(dst) +
                   (rails ? ": only NVLink joins its rails; choose pairs of one rail, or an algorithm that "
                            "changes rails inside hosts, as pxn does"
                          : ""));
}

}  // namespace hpnsim

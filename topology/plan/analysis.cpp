// SPDX-License-Identifier: GPL-2.0-only
// Counts rates per tier, and the paths between two endpoints.
#include "hpnsim/describe_fabric.hpp"

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
        return peer < plan_.endpoints ? 0 : from(peer);
    }

private:
    uint64_t from(uint32_t node)
    {
        const auto known = ways_.find(node);
        if (known != ways_.end()) return known->second;
        ways_[node] = 0;  // a loop leads nowhere
        const NextHops next = plan_.router->next(node - plan_.endpoints, dst_);
        uint64_t sum = 0;
        for (uint32_t i = 0; i < next.count; ++i) sum += through(node, next.port(i));
        return ways_[node] = sum;
    }

    const FabricPlan& plan_;
    const FabricIndex& index_;
    uint32_t dst_;
    std::map<uint32_t, uint64_t> ways_;
};

}  // namespace

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
    uint32_t node = index.end(src, plane).peer;
    while (node != dst) {
        const NextHops next = plan.router->next(node - plan.endpoints, dst);
        if (next.count > 1) ++found.choices;
        node = index.end(node, next.port(0)).peer;
    }
    return found;
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The longest base RTT and the rate of the first link stand for the whole network.
#include "hpnsim/network_rtt.hpp"

#include "hpnsim/ideal.hpp"

#include <algorithm>

namespace hpnsim
{

Time network_rtt(const FabricPlan& plan, const FabricIndex& adjacency, Bytes mtu, const Wire& wire)
{
    Time longest;
    for (uint32_t dst = 1; dst < plan.endpoints; ++dst) {
        const auto out = adjacency.path(0, dst, 0), back = adjacency.path(dst, 0, 0);
        if (!out.empty() && !back.empty()) longest = std::max(longest, base_rtt(out, back, mtu, wire));
    }
    return longest;
}

Rate host_rate(const FabricPlan& plan)
{
    for (const LinkPlan& link : plan.links)
        if (link.a < plan.endpoints || link.b < plan.endpoints) return link.rate;
    return gbps(100);
}

}  // namespace hpnsim

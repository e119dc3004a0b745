// SPDX-License-Identifier: GPL-2.0-only
// Describes a fabric in words and figures, for the `topology` tool and for people who check a plan.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/wire.hpp"

#include <algorithm>
#include <iosfwd>
#include <map>

namespace hpnsim
{

/// The rate that the switches of one tier offer toward the hosts and away from them.
struct TierRates {
    int64_t down_bps = 0, up_bps = 0, side_bps = 0;
};
/// Sums these up over all switches of each tier that has any.
std::map<Tier, TierRates> tier_rates(const FabricPlan& plan);

/// What the links between the first half of the hosts and the others can carry in one direction.
struct Bisection {
    uint32_t hosts = 0;                     ///< of the first half, rounded down
    int64_t cut_bps = 0;                    ///< the smallest cut
    int64_t first_bps = 0, second_bps = 0;  ///< all NIC ports of each half
    int64_t nics_bps() const { return std::min(first_bps, second_bps); }
};
Bisection bisection(const FabricPlan& plan);

/// Says what lies between two endpoints, from one NIC port.
struct Between {
    uint32_t links = 0;    ///< of the first path
    uint64_t ways = 0;     ///< equal-cost paths; 0: unreachable
    uint32_t choices = 0;  ///< switches on the first path that choose among next hops
};
Between between(const FabricPlan& plan, const FabricIndex& index, uint32_t src, uint32_t dst, uint8_t plane);

/// Which of the equal next hops of a packet that came in by `in_port` it may take: all, or the one that a
/// switch takes by the port (SwitchPlan::by_port).
NextHops next_hops(const FabricPlan& plan, uint32_t sw, uint32_t in_port, uint32_t dst);

/// Writes counts, oversubscription, pairs with their paths and base RTT, buffers, NVLink, and every key with
/// its value, default and source.
void describe(std::ostream& out, const FabricPlan& plan, Bytes mtu, const Wire& wire);

}  // namespace hpnsim

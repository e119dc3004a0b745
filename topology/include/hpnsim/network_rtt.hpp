// SPDX-License-Identifier: GPL-2.0-only
// Computes the round trip and the rate that stand for a whole network.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/wire.hpp"

namespace hpnsim
{

/// Returns the longest base RTT between endpoint 0 and any other. Queue limits are measured in it.
Time network_rtt(const FabricPlan& plan, const FabricIndex& adjacency, Bytes mtu, const Wire& wire);

/// Returns the rate of the first link of an endpoint; 100 Gb/s if there is none.
Rate host_rate(const FabricPlan& plan);

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Computes the round trip and the rate that stand for a whole network.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/wire.hpp"

namespace hpnsim
{

/// The longest base RTT between endpoint 0 and any other: what queue limits are measured in.
Time network_rtt(const FabricPlan& plan, const FabricIndex& adjacency, Bytes mtu, const Wire& wire);

/// The rate of the first link of an endpoint; 100 Gb/s if there is none.
Rate host_rate(const FabricPlan& plan);

}  // namespace hpnsim

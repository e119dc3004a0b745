// SPDX-License-Identifier: GPL-2.0-only
// The round trip that a whole network is measured by.
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

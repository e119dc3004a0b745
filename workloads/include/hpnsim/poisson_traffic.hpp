// SPDX-License-Identifier: GPL-2.0-only
// Makes the traffic of many independent users: flows arrive at every host as a Poisson process.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/flow_file.hpp"
#include "hpnsim/size_distribution.hpp"

namespace hpnsim
{

/// Makes flows that start before `duration`, in order of start. Each endpoint begins them at random times so
/// that their payload is `load` (0 to 1) of what the ports of its NIC carry, with sizes from `sizes` and
/// every other endpoint equally likely: HPCC-sim's traffic generator. Every endpoint has random streams of
/// its own for times, sizes and destinations, so that one more host, or another load, leaves the other draws
/// as they were. Throws BadInput if that makes no flow, or more than ten million.
std::vector<FlowSpec> poisson_flows(const FabricPlan& plan, const SizeDistribution& sizes, double load,
                                    Time duration, uint64_t seed);

/// Incasts that arrive at random: each time a receiver, and as many senders.
struct RandomIncasts {
    uint32_t senders = 0;  ///< 0: there are none
    Bytes bytes = 500'000;
    double load = 0.02;                      ///< payload, as a share of what all NICs carry
    static constexpr uint32_t kClass = 200;  ///< FlowSpec::cls, as HPCC-sim's scripts have it
};

/// Makes their flows, in order of start. Times, receivers and senders have streams of their own, apart from
/// those of poisson_flows. Throws BadInput if there are fewer endpoints than it takes, if no incast starts
/// before `duration`, or if that makes more than ten million flows.
std::vector<FlowSpec> poisson_incasts(const FabricPlan& plan, const RandomIncasts& incasts, Time duration,
                                      uint64_t seed);

/// Returns what all NICs together carry: a load of 1.
Rate total_nic_rate(const FabricPlan& plan);

}  // namespace hpnsim

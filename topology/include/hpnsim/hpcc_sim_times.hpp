// SPDX-License-Identifier: GPL-2.0-only
// Computes HPCC-sim's own definitions of round trip, bandwidth-delay product and standalone time, in its
// integers. Its profile uses them.
#pragma once

#include "hpnsim/fabric.hpp"

namespace hpnsim
{

/// Counts twice the cables, and once the payload of a full packet on every link: headers and the ACK take no
/// time. Each link's share is cut to a nanosecond.
Time hpcc_sim_rtt(const std::vector<HopPlan>& path, Bytes payload);

/// Returns the time by which HPCC-sim divides a flow's completion time: the round trip, and all bytes with 48
/// B of headers a packet, without INT, at the slowest link. The round trip counts a packet a hop once more,
/// so that a long flow alone is quicker than this. Time::max() when it cannot be represented.
Time hpcc_sim_standalone(const std::vector<HopPlan>& path, Bytes bytes, Bytes payload);

/// Holds the largest round trip, and the largest product of a round trip and its slowest link, among all
/// pairs of endpoints, each from its first port (HPCC-sim's GLOBAL_T=1).
struct HpccSimNetwork {
    Time rtt;
    Bytes bdp = 0;
};
HpccSimNetwork hpcc_sim_network(const FabricPlan& plan, const FabricIndex& index, Bytes payload);

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Computes how long the queues of a whole fabric can hold a packet: automatic timeouts must wait for that.
#pragma once

#include "fabric_settings.hpp"

#include "hpnsim/fabric.hpp"
#include "hpnsim/nic_config.hpp"

namespace hpnsim
{

/**
 * \brief Bounds what queues and pauses add to one round trip, at most by an hour.
 *
 * On a lossless fabric PFC spreads a wait over all hops, so everything that all buffers hold may be ahead of
 * a packet, and leaves by the slowest NIC or link. Where that takes longer than the usual ACK timeout of 67.1
 * ms (timers.hpp), only what one buffer alone holds is counted beyond it, because that much needs no bad
 * luck. On a lossy fabric it is, in each switch of the longest path, the egress queue that the dynamic
 * threshold allows; on a trimming one, the queue limit.
 */
Time WorstQueueing(const FabricPlan& plan, const FabricIndex& adjacency, const FabricSettings& fabric);

/// Tells the NICs what their automatic timeouts must cover.
void PrepareTimeouts(const FabricPlan& plan, const FabricIndex& adjacency, const FabricSettings& fabric,
                     NicConfig& nic);

/// Returns twice the longest time in which a switch empties its buffer through its slowest port: a pause may
/// last so long without anything being wrong.
Time LongestPause(const FabricPlan& plan, const FabricIndex& adjacency, const FabricSettings& fabric);

/// Returns the watchdog's time where nobody has chosen one: SONiC's, or more where deep buffers make pauses
/// long.
Time AutomaticWatchdog(const FabricPlan& plan, const FabricIndex& adjacency, const FabricSettings& fabric);

}  // namespace hpnsim

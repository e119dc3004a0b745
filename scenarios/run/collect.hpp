// SPDX-License-Identifier: GPL-2.0-only
// Reads counters out of a simulated network into a record.
#pragma once

#include "hpnsim/results.hpp"

#include "helper/roce-network.h"

namespace hpnsim
{

/// Counts the packets sent over links so far, without NVLink.
uint64_t packet_hops(RoceNetwork& network);

/// Fills everything of the record that the network knows. Ends the network's statistics at `now`. Ports that
/// sent nothing get rows if `idle` says so.
void collect(RoceNetwork& network, Time now, bool idle, RunRecord& record);

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// What the ranks of a run have counted at their own nodes, put together: every rank has all of it afterwards.
#pragma once

#include "hpnsim/delivery_bins.hpp"
#include "hpnsim/results.hpp"

#include "model/ranks.h"
#include "queueing/queue_monitor.hpp"

#include <vector>

namespace hpnsim
{

/// Adds the bins of the other ranks; null: there are none.
DeliveryBins of_all_ranks(Ranks* ranks, DeliveryBins own);
DepthHistogram of_all_ranks(Ranks* ranks, const DepthHistogram& own);

/// Adds what the other ranks have counted of ports and NICs, and puts their ports among those of the record.
/// `nodes` says of each of these which node it belongs to.
void add_other_ranks(Ranks& ranks, const std::vector<uint32_t>& nodes, RunRecord& record);

}  // namespace hpnsim

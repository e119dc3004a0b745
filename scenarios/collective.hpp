// SPDX-License-Identifier: GPL-2.0-only
// Collects what every collective scenario has in common: ranks, iterations, bandwidths, the lower bound,
// rows.
#pragma once

#include "run/simulate.hpp"

#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

/// A collective as its scenario describes it.
struct CollectiveJob {
    const CollectiveOps* algorithm = nullptr;
    CollectiveCall call;
    uint32_t iterations = 1;
    bool messages = false;  ///< true: every message is a row of flows.csv; false: every iteration is
};

/// Makes the scenario; `job.call.shape` becomes that of `ranks` in the fabric of the options.
Scenario collective_scenario(const Options& options, uint32_t ranks, CollectiveJob job);

}  // namespace hpnsim

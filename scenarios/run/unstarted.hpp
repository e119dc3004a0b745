// SPDX-License-Identifier: GPL-2.0-only
// Reports flows whose time had not come when a run was stopped.
#pragma once

#include "run/simulate.hpp"

#include "hpnsim/flow_file.hpp"

namespace hpnsim
{

/// Adds an `unfinished` row of `flows.csv` for each of `flows` that `record` does not know.
void add_unstarted(const Options& options, const FabricPlan& plan, const std::vector<FlowSpec>& flows,
                   const RunPlan& run, RunRecord& record);

}  // namespace hpnsim

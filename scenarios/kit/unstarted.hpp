// SPDX-License-Identifier: GPL-2.0-only
// Reports flows whose time had not come when a run was stopped.
#pragma once

#include "hpnsim/flow_file.hpp"
#include "hpnsim/ideal_times.hpp"
#include "hpnsim/results.hpp"

namespace hpnsim
{

/// Adds a row of `flows.csv`, `unfinished`, for each of `flows` that `record` does not know.
void add_unstarted(const FabricPlan& plan, const std::vector<FlowSpec>& flows, IdealTimes& ideals,
                   RunRecord& record);

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Makes scenarios by name: from options to fabric, workload and what is reported of it.
#pragma once

#include "run/simulate.hpp"

namespace hpnsim
{

Scenario incast_scenario(const Options& options);
Scenario allreduce_scenario(const Options& options);
Scenario alltoall_scenario(const Options& options);
Scenario permutation_scenario(const Options& options);
Scenario flows_scenario(const Options& options);
Scenario cdf_scenario(const Options& options);

/// Makes the scenario that `options.scenario` names.
Scenario make_scenario(const Options& options);

}  // namespace hpnsim

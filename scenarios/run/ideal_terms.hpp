// SPDX-License-Identifier: GPL-2.0-only
// Collects what the ideal times of a run depend on.
#pragma once

#include "hpnsim/runs.hpp"
#include "hpnsim/scenario.hpp"

namespace hpnsim
{

/// Collects framing, verb and the clock of the links.
Terms ideal_terms(const Scenario& scenario, const RunPlan& run);

/// Makes the ideal times of a run, its profile's own where it has some.
IdealTimes ideals_of(const Scenario& scenario, const RunPlan& run);

}  // namespace hpnsim

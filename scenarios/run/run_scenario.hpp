// SPDX-License-Identifier: GPL-2.0-only
// Does every run of a scenario, one after the other: its folders, tables, plots and report, and the exit
// status.
#pragma once

#include "run/simulate.hpp"

namespace hpnsim
{

/// Exit status as docs/scenarios.md lists them.
int run_scenario(Scenario& scenario);

}  // namespace hpnsim

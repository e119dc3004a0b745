// SPDX-License-Identifier: GPL-2.0-only
// Does every run of a scenario, one after the other: its folders, tables, plots and report, and the exit
// status.
#pragma once

#include "run/simulate.hpp"

namespace hpnsim
{

/// Exit status as docs/scenarios.md lists them. `ranks` are the processes that do each run together; null:
/// this one is alone. Rank 0 writes what there is to write.
int run_scenario(Scenario& scenario, Ranks* ranks = nullptr);

}  // namespace hpnsim

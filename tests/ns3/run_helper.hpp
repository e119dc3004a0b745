// SPDX-License-Identifier: GPL-2.0-only
// Makes runs of the scenarios inside the test program: from the words of a command line to what came of them.
#pragma once

#include "run/scenarios.hpp"
#include "run/simulate.hpp"

#include "hpnsim/flow_file.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

/// `flows` without a file: what it asks for is given as a list.
std::unique_ptr<Scenario> scenario_of(const std::vector<std::string>& words,
                                      const std::vector<FlowSpec>& flows);
/// Any scenario by its command line, whose first word is the scenario.
std::unique_ptr<Scenario> scenario_of(const std::vector<std::string>& words);

/// Returns the first run that the scenario's options ask for, as its profile has it.
RunPlan first_run(const Scenario& scenario);

/// simulate() of the first run that the scenario's options ask for.
Outcome simulate_first(Scenario& scenario);

/// Counts what is left when a network has been run to its last event, with every message done.
struct Drained {
    Bytes posted = 0, delivered = 0, failed = 0;  ///< payload, over all NICs
    int64_t packets_left = 0;                     ///< in the pool
    Bytes shared_left = 0;                        ///< in the switches' buffers
    uint64_t drops = 0, ends = 0, ok = 0;
    Time least_slack = Time::max();  ///< FCT less ideal, of the flow that beat it most or was nearest
};
Drained drain(Scenario& scenario);

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Declares the options that say what hosts and GPUs add to the steps of collectives.
#pragma once

#include "hpnsim/running_collective.hpp"
#include "hpnsim/settings.hpp"

#include <vector>

namespace hpnsim
{

/// The base of the options of scenarios that run collectives.
struct StepCostOptions {
    double step_latency_ns = 0;
    double reduce_GBps = 0;

    static const std::vector<Setting>& settings();
    StepCosts costs() const;
};

}  // namespace hpnsim

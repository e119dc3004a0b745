// SPDX-License-Identifier: GPL-2.0-only
// Makes the scenario that options ask for.
#pragma once

#include "hpnsim/scenario.hpp"

namespace hpnsim
{

/// The scenario `options.scenario` over its fabric, with the plug-ins of the options loaded. Warnings of the
/// fabric go to stderr. Throws BadInput.
std::unique_ptr<Scenario> make_scenario(const Options& options);

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Figures that a run's flows and samples tell beside those of its summary.
#pragma once

#include "hpnsim/study_store.hpp"

namespace hpnsim
{

/// `jain_index` over flows, and `convergence_us` of runs with `--series-us`, where they have one.
Figures flow_figures(const RunRecord& run);

}  // namespace hpnsim

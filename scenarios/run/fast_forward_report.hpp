// SPDX-License-Identifier: GPL-2.0-only
// Says of a run that skipped time what was skipped, and how far its results are off those of the full run.
#pragma once

#include "run/simulate.hpp"

namespace hpnsim
{

/// Runs a seed. With `--fast-forward-check` it runs in full first, and `fast_forward` of the record has the
/// differences.
Outcome simulate_checked(Scenario& scenario, const RunPlan& run, uint64_t seed, RunRecord record,
                         FlowLog* log, const std::filesystem::path& out,
                         const std::filesystem::path& timeline, Ranks* ranks);

/// Adds to the errors in `fast_forward`: of completion times (`fct_error_mean`, `fct_error_max`: shares of
/// the full run's), of the mean time of a collective's messages, and of the whole time.
void compare_with_full(const RunRecord& full, RunRecord& record);

/// Puts a sentence about it among the warnings of a pooled record that has skipped time, and returns it;
/// empty: it has not.
std::string mark_estimates(RunRecord& record);

}  // namespace hpnsim

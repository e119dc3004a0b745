// SPDX-License-Identifier: GPL-2.0-only
// Who has set the parameters of a run, for the report.
#pragma once

#include "hpnsim/runs.hpp"

#include <map>
#include <string>

namespace hpnsim
{

/// By the keys of describe_run(), joined by dots: "given" (the user), "preset" (what a congestion control or
/// one of its presets brings) or "profile". What is not in it is a default.
std::map<std::string, std::string> param_origins(const Options& options, const RunPlan& run);

}  // namespace hpnsim

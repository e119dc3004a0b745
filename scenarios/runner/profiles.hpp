// SPDX-License-Identifier: GPL-2.0-only
// `--profile NAME`: a peer simulator's behaviour where it differs from ours. A profile sets parameters of NICs
// and switches; no part of them knows a profile.
#pragma once

#include "settings.hpp"

namespace hpnsim
{

/// Does nothing without a profile.
void apply_profile(const Options& options, const RunPlan& run, const FabricPlan& plan, NetworkConfig& config);

// One file each.
void imitate_hpcc_sim(const Options& options, const RunPlan& run, const FabricPlan& plan, NetworkConfig& config);
void imitate_htsim(const Options& options, const RunPlan& run, const FabricPlan& plan, NetworkConfig& config);

}  // namespace hpnsim

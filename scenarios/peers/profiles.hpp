// SPDX-License-Identifier: GPL-2.0-only
// Applies `--profile NAME`: a peer simulator's behaviour where it differs from ours. A profile sets
// parameters of NICs and switches; no part of them knows a profile.
#pragma once

#include "run/settings.hpp"

#include "hpnsim/ideal_times.hpp"

namespace hpnsim
{

/// The ideal FCT by the peer's own definition; without one, ours.
IdealRule ideal_rule(const CommonOptions& options);

/// Says how the fabric is read: as the peer does by default.
PlanOptions plan_options(const CommonOptions& options, uint32_t hosts_needed);

/// Sets what options can say of the peer, where the user has not said otherwise. Throws BadInput if the run
/// cannot be the peer's. Like all of these, it does nothing without a profile.
void plan_as_profile(const Options& options, const FabricPlan& plan, RunPlan& run);

/// Sets the rest, which no option can say.
void apply_profile(const Options& options, const RunPlan& run, const FabricPlan& plan, NetworkConfig& config);

/// True if `key=` stands in a NAME:key=value text.
bool names_key(const std::string& text, const std::string& key);

// Each of these has a file of its own.
void plan_as_hpcc_sim(const Options& options, const FabricPlan& plan, RunPlan& run);
void imitate_hpcc_sim(const Options& options, const RunPlan& run, const FabricPlan& plan,
                      NetworkConfig& config);
void plan_as_htsim(const Options& options, const FabricPlan& plan, RunPlan& run);
void imitate_htsim(const Options& options, const RunPlan& run, const FabricPlan& plan, NetworkConfig& config);

}  // namespace hpnsim

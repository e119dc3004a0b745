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

/// What the profile sets of the keys of --fabric, laid under the user's; null without one. Options and plan
/// must outlive it.
FabricProfile profile_of_fabric(const CommonOptions& options, const FabricPlan& plan);

/// What other options can say of the peer, where the user has not said otherwise. Throws BadInput if the run
/// cannot be the peer's. Does nothing without a profile, as all of these.
void plan_as_profile(const Options& options, const FabricPlan& plan, RunPlan& run);

/// Sets the rest, which no option can say.
void apply_profile(const Options& options, const RunPlan& run, const FabricPlan& plan, NetworkConfig& config);

// One file each.
KeyTexts fabric_of_hpcc_sim(const FabricPlan& plan, const FabricChoice& under);
void plan_as_hpcc_sim(const Options& options, const FabricPlan& plan, RunPlan& run);
void imitate_hpcc_sim(const Options& options, const RunPlan& run, const FabricPlan& plan,
                      NetworkConfig& config);
KeyTexts fabric_of_htsim(const FabricPlan& plan, const FabricChoice& under, const Spec& user);
void plan_as_htsim(const Options& options, const FabricPlan& plan, RunPlan& run);
void imitate_htsim(const Options& options, const RunPlan& run, const FabricPlan& plan, NetworkConfig& config);

}  // namespace hpnsim

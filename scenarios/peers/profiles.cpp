// SPDX-License-Identifier: GPL-2.0-only
// Passes each question about a profile on to the profile that the user chose.
#include "peers/profiles.hpp"

#include "hpnsim/hpcc_sim_times.hpp"

namespace hpnsim
{

IdealRule ideal_rule(const CommonOptions& options)
{
    if (options.profile != "hpcc-sim") return {};
    return {[mtu = options.mtu](const std::vector<HopPlan>& path, Bytes bytes) {
                return hpcc_sim_standalone(path, bytes, mtu);
            },
            true};
}

PlanOptions plan_options(const CommonOptions& options, uint32_t hosts_needed)
{
    PlanOptions plan;
    plan.what = "--topology";
    plan.hosts_needed = hosts_needed;
    plan.descending_next_hops = options.profile == "hpcc-sim";
    return plan;
}

FabricProfile profile_of_fabric(const CommonOptions& options, const FabricPlan& plan)
{
    if (options.profile == "hpcc-sim")
        return [&plan](const FabricChoice& under, const Spec&) { return fabric_of_hpcc_sim(plan, under); };
    if (options.profile == "htsim")
        return [&plan](const FabricChoice& under, const Spec& user) {
            return fabric_of_htsim(plan, under, user);
        };
    return nullptr;
}

void plan_as_profile(const Options& options, const FabricPlan& plan, RunPlan& run)
{
    if (options.common.profile == "hpcc-sim") plan_as_hpcc_sim(options, plan, run);
    if (options.common.profile == "htsim") plan_as_htsim(options, plan, run);
}

void apply_profile(const Options& options, const RunPlan& run, const FabricPlan& plan, NetworkConfig& config)
{
    if (options.common.profile == "hpcc-sim") imitate_hpcc_sim(options, run, plan, config);
    if (options.common.profile == "htsim") imitate_htsim(options, run, plan, config);
}

}  // namespace hpnsim

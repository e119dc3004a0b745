// SPDX-License-Identifier: GPL-2.0-only
// Passes each question about a profile on to the profile that the user chose.
#include "peers/profiles.hpp"

#include "hpnsim/hpcc_sim_times.hpp"

namespace hpnsim
{

bool names_key(const std::string& text, const std::string& key)
{
    return text.find(":" + key + "=") != std::string::npos || text.find("," + key + "=") != std::string::npos;
}

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
    plan.hosts_needed = hosts_needed;
    plan.descending_next_hops = options.profile == "hpcc-sim";
    return plan;
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

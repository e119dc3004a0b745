// SPDX-License-Identifier: GPL-2.0-only
#include "profiles.hpp"

namespace hpnsim
{

void apply_profile(const Options& options, const RunPlan& run, const FabricPlan& plan, NetworkConfig& config)
{
    if (options.common.profile == "hpcc-sim") imitate_hpcc_sim(options, run, plan, config);
    if (options.common.profile == "htsim") imitate_htsim(options, run, plan, config);
}

}  // namespace hpnsim

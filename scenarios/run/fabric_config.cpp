// SPDX-License-Identifier: GPL-2.0-only
// Copies the parts of a fabric as the user's keys left them, and tells NICs which priorities theirs are.
#include "run/fabric_config.hpp"

#include "helper/network-defaults.h"

namespace hpnsim
{

void set_fabric(const Options& options, const RunPlan& run, uint64_t seed, NetworkConfig& config)
{
    FabricSettings& fabric = config.fabric;
    static_cast<FabricParts&>(fabric) = static_cast<const FabricParts&>(run.fabric);
    fabric.mode = FabricModeOf("--fabric", run.fabric.name);
    fabric.lb = run.switch_lb;
    fabric.loss = options.common.loss;
    fabric.mtu = options.common.mtu;
    fabric.seed = seed;
    FollowPriorities(fabric.scheduling, config.nic);
}

bool marks_come_first(const FabricChoice& fabric)
{
    return !fabric.marking.Fixed() && (fabric.marking.stepKb == 0 || !fabric.origins.given("ecn-step-kb"));
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Copies the parts of a fabric as the user's keys left them, and tells NICs which priorities theirs are.
#include "run/fabric_config.hpp"

#include "queueing/queueing.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr Time kSonicWatchdog = milliseconds(200);

void set_priorities(const SchedulingSettings& scheduling, NicConfig& nic)
{
    nic.dscp = scheduling.dscp;
    nic.control_dscp = scheduling.controlDscp;
    nic.priority = scheduling.Data();
    nic.control_priority = scheduling.Control();
    nic.ack_in_data_class = scheduling.ackClass == AckClass::DATA;
}

}  // namespace

void set_fabric(const Options& options, const RunPlan& run, uint64_t seed, NetworkConfig& config)
{
    FabricSettings& fabric = config.fabric;
    static_cast<FabricParts&>(fabric) = run.fabric;
    fabric.mode = FabricModeOf("--fabric", run.fabric.name);
    fabric.lb = run.switch_lb;
    fabric.loss = options.common.loss;
    fabric.mtu = options.common.mtu;
    fabric.seed = seed;
    set_priorities(fabric.scheduling, config.nic);
}

bool marks_come_first(const FabricChoice& fabric)
{
    return !fabric.marking.Fixed() && (fabric.marking.stepKb == 0 || !fabric.origins.given("ecn-step-kb"));
}

Time automatic_watchdog(const FabricPlan& plan, const FabricIndex& index, const FabricSettings& fabric)
{
    return std::max(kSonicWatchdog, LongestPause(plan, index, fabric));
}

}  // namespace hpnsim

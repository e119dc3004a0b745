// SPDX-License-Identifier: GPL-2.0-only
// Shows in figures what is chosen when a user leaves a key automatic.
#pragma once

#include "hpnsim/runs.hpp"

#include "helper/roce-network.h"

#include <nlohmann/json.hpp>

namespace hpnsim
{

/// Values of `describe(run.transport)` and of the fabric's keys that stand for a choice become
/// "automatic: " and what `config` and `plan` have in force, timeouts for a QP of that base RTT.
void show_automatic(const RunPlan& run, const FabricPlan& plan, const NetworkConfig& config, Time base_rtt,
                    nlohmann::ordered_json& transport, nlohmann::ordered_json& fabric);

}  // namespace hpnsim

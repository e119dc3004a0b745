// SPDX-License-Identifier: GPL-2.0-only
// Translates the fabric that the user chose into what switches and NICs are told of it.
#pragma once

#include "hpnsim/options.hpp"
#include "hpnsim/runs.hpp"

#include "helper/roce-network.h"

namespace hpnsim
{

/// What holds in any network: the settings of the parts. ServeNeeds then derives what depends on the network.
void set_fabric(const Options& options, const RunPlan& run, uint64_t seed, NetworkConfig& config);

/// The user's own thresholds hold as they are, a CC's come down where PFC would come first.
bool marks_come_first(const FabricChoice& fabric);

}  // namespace hpnsim

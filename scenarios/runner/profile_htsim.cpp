// SPDX-License-Identifier: GPL-2.0-only
#include "profiles.hpp"

namespace hpnsim
{

void imitate_htsim(const Options&, const RunPlan&, const FabricPlan&, NetworkConfig&) {}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
#include "profiles.hpp"

namespace hpnsim
{

void imitate_hpcc_sim(const Options&, const RunPlan&, const FabricPlan&, NetworkConfig&)
{
}

}  // namespace hpnsim

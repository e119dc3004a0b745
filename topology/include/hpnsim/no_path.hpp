// SPDX-License-Identifier: GPL-2.0-only
// Refuses a message between two endpoints that no path of the network joins.
#pragma once

#include "hpnsim/fabric.hpp"

namespace hpnsim
{

/// Throws BadInput that names both, and says what joins them if the rails are apart.
[[noreturn]] void refuse_pair(const FabricPlan& plan, uint32_t src, uint32_t dst);

}  // namespace hpnsim

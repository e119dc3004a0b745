// SPDX-License-Identifier: GPL-2.0-only
// Does the arithmetic of lower bounds, in which a sum that does not fit is never. Internal to the workloads.
#pragma once

#include "hpnsim/collective_ideal.hpp"

namespace hpnsim
{

/// Rounds down, because a lower bound must not exceed what it bounds. What does not fit is Time::max().
Time seconds(double s);
Time sum(Time a, Time b);

/// Returns how long `bytes` in a row take over the NVLink of one GPU.
Time over_nvlink(double bytes, const CollectiveLimits& limits);

}  // namespace hpnsim

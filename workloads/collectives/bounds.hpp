// SPDX-License-Identifier: GPL-2.0-only
// The bounds of collectives are made of these parts. Parts of a buffer that differ by a byte count as the
// smallest of them, and parts without a byte, which nobody sends, do not count: so the longest chain is one
// that data really takes. Internal to the collectives.
#pragma once

#include "hpnsim/collective_ideal.hpp"

#include <vector>

namespace hpnsim
{

/// Rounds down, because a lower bound must not exceed what it bounds. What does not fit is Time::max().
Time seconds(double s);
Time sum(Time a, Time b);
Time twice(Time a);

/// Returns how long `bytes` in a row take over the NVLink of one GPU.
Time over_nvlink(double bytes, const CollectiveLimits& limits);

/// Returns when the last of the bytes that the NIC of `src` sends arrives at `dst`.
Time over_nic(uint32_t src, uint32_t dst, double bytes, double messages, const CollectiveLimits& limits);

/// Returns the longest way twice round a ring less two edges, from any of the first `starts` positions. The
/// two edges left out are those before the start.
Time ring_line(const std::vector<Time>& edges, uint64_t starts);

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The bounds of collectives are made of these parts. Parts of a buffer that differ by a byte count as the
// smallest of them, and parts without a byte, which nobody sends, do not count: so the longest chain is one
// that data really takes. Internal to the collectives.
#pragma once

#include "hpnsim/collective_ideal.hpp"

#include <vector>

namespace hpnsim
{

/// Rounded down: a lower bound must not exceed what it bounds. What does not fit is Time::max().
Time seconds(double s);
Time sum(Time a, Time b);
Time twice(Time a);

/// `bytes` in a row over the NVLink of one GPU.
Time over_nvlink(double bytes, const CollectiveLimits& limits);

/// The NIC of `src` sends so much, and the last of it arrives at `dst`.
Time over_nic(uint32_t src, uint32_t dst, double bytes, double messages, const CollectiveLimits& limits);

/// Twice round a ring of edges less two, from any of the first `starts` positions: the longest such line. It
/// spares the two edges before its start.
Time ring_line(const std::vector<Time>& edges, uint64_t starts);

}  // namespace hpnsim

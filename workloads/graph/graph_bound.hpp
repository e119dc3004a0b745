// SPDX-License-Identifier: GPL-2.0-only
// Computes the lower bound of a collective from its graph alone, whatever the algorithm. Internal to the
// workloads.
#pragma once

#include "hpnsim/collective_ideal.hpp"

namespace hpnsim
{

/// Graphs of more transfers than this are not walked from their end.
inline constexpr uint64_t kMostStored = uint64_t{8} << 20;

/// `host_of` says of each rank which host it is in: transfers inside one go over NVLink.
/// Walks the graph once from its beginning, with every transfer alone in the network, and, for graphs of up
/// to `most_stored` transfers, once from its end: so each link is known to be idle until its first transfer
/// can begin, and after its last one until the rest can have ended. Bytes that one step waits for, or that
/// follow from one step, share the link of the rank that they come to or leave.
CollectiveIdeal graph_bound(const Collective& collective, const std::vector<uint32_t>& host_of,
                            const CollectiveLimits& limits, uint64_t most_stored = kMostStored);

}  // namespace hpnsim

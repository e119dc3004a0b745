// SPDX-License-Identifier: GPL-2.0-only
// The ring that AllReduce, ReduceScatter and AllGather share. Internal to the collectives.
// Channel c passes through all GPUs of a host over NVLink, enters a host on one rail and leaves it on
// another: even hosts are entered at GPU c and left from c+1, odd hosts the other way round, so that each
// NIC sends one channel and receives one, and no edge between hosts leaves its rail. With an odd number of
// hosts the edge that closes the ring crosses from rail c+1 to rail c.
#pragma once

#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

/// What travels round the ring, where it sets out, and how far it goes.
enum class RingKind {
    all_reduce,      ///< a segment of each channel, twice round: added up, then spread
    reduce_scatter,  ///< the sum of a rank's block, from the rank behind it to itself
    all_gather,      ///< a rank's block, from itself to the rank before it
};

std::unique_ptr<Collective> make_ring(RingKind kind, const CollectiveCall& call);

/// What the table says of rings, whichever kind it is.
struct RingDefaults {
    static constexpr const char* kChannels = "number of parallel rings (default: GPUs per host, at most 8)";
    static constexpr const char* kChunk =
        "size of the pieces into which each step is cut, which travel independently (default: one piece)";

    /// One for each rail, as NCCL builds them: so all NICs of a host are busy.
    static uint32_t channels(CollectiveShape shape) { return shape.gpus < 8 ? shape.gpus : 8; }
    static Bytes chunk(CollectiveShape, Bytes) { return 0; }
    static double pairs(CollectiveShape shape) { return 2.0 * shape.ranks; }
};

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Broadcast along the rings of NCCL, a channel per rail: each ring is cut open at rank 0, which sends its
// part of the buffer in chunks; whoever receives a chunk sends it on, and the last rank keeps it. All but the
// last send S/C bytes on each of C channels, so the time is S/C over a NIC's rate, and n - 1 hops for the
// first chunk.
// Source: NCCL, src/device/broadcast.h; E. Chan et al., "Collective communication: theory, practice, and
// experience" (2007), describe the chain.
#include "collectives/tree_steps.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

struct RingBroadcast {
    static constexpr CollectiveInfo info{
        "ring", &kBroadcast, "in chunks along the rings of NCCL, with a channel per rail",
        "number of parallel rings (default: GPUs per host, at most 8)",
        "size of the pieces that follow each other (default: 512K, less where a ring would have few)"};

    static uint32_t channels(CollectiveShape shape) { return std::min(shape.gpus, 8U); }
    static Bytes chunk(CollectiveShape shape, Bytes size)
    {
        return pipelined_chunk(cut(size, channels(shape), 0).bytes, shape.ranks - 1);
    }
    static double pairs(CollectiveShape shape) { return shape.ranks; }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<TreeSteps>(std::make_unique<RingChains>(call.shape, false), call,
                                           TreeWay::down, kLeafWindow);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(RingBroadcast)

}  // namespace hpnsim

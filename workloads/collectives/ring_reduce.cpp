// SPDX-License-Identifier: GPL-2.0-only
// Reduce along the rings of NCCL, a channel per rail: each ring is cut open behind rank 0. The rank that
// follows it sends its part of the buffer in chunks, every other adds its own to a chunk and sends it on, and
// rank 0 has the sum. All but rank 0 send S/C bytes on each of C channels.
// Source: NCCL, src/device/reduce.h.
#include "collectives/tree_steps.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

struct RingReduce {
    static constexpr CollectiveInfo info{
        "ring", &kReduce, "in chunks along the rings of NCCL, with a channel per rail",
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
        return std::make_unique<TreeSteps>(std::make_unique<RingChains>(call.shape, true), call, TreeWay::up,
                                           kLeafWindow);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(RingReduce)

}  // namespace hpnsim

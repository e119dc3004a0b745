// SPDX-License-Identifier: GPL-2.0-only
// What Broadcasts and Reduces have in common: the same channels, chunks and trees, along which a buffer goes
// down from rank 0 or up to it. Internal to the collectives.
#pragma once

#include "collectives/tree_steps.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>

namespace hpnsim
{

/// Along the rings of NCCL, each cut open at rank 0.
template <TreeWay kWay> struct AlongRings {
    static constexpr const char* kDoc = "in chunks along the rings of NCCL, with a channel per rail";
    static constexpr const char* kChannels = "number of parallel rings (default: GPUs per host, at most 8)";
    static constexpr const char* kChunk =
        "size of the pieces that follow each other (default: 512K, less where a ring would have few)";

    static uint32_t channels(CollectiveShape shape) { return std::min(shape.gpus, 8U); }
    static Bytes chunk(CollectiveShape shape, Bytes size)
    {
        return pipelined_chunk(cut(size, channels(shape), 0).bytes, shape.ranks - 1);
    }
    static double pairs(CollectiveShape shape) { return shape.ranks; }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<TreeSteps>(std::make_unique<RingChains>(call.shape, kWay == TreeWay::up),
                                           call, kWay, kLeafWindow);
    }
};

/// Along two binary trees over hosts for each rail, with chains inside hosts.
template <TreeWay kWay> struct AlongHostTrees {
    static constexpr const char* kChannels =
        "number of trees, of which each rail has two in turn (default: 2 per GPU of a host)";
    static constexpr const char* kChunk =
        "size of the pieces that follow each other (default: 512K, less where a tree would have few)";

    static uint32_t channels(CollectiveShape shape) { return 2 * shape.gpus; }
    static Bytes chunk(CollectiveShape shape, Bytes size)
    {
        return pipelined_chunk(cut(size, channels(shape), 0).bytes, HostTrees::depth(shape));
    }
    /// Both trees of a rail have an edge for every host but one.
    static double pairs(CollectiveShape shape) { return 2.0 * shape.gpus * (shape.hosts - 1); }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<TreeSteps>(std::make_unique<HostTrees>(call.shape, true), call, kWay,
                                           kLeafWindow);
    }
};

}  // namespace hpnsim

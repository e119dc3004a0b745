// SPDX-License-Identifier: GPL-2.0-only
// Broadcast along two binary trees over hosts. Rank 0 hands each half of a rail's part of the buffer to one
// of two trees over the other hosts; who is an inner node of one is a leaf of the other, so that every NIC
// sends and receives that part about once, as in a ring, but after log2(hosts) hops. Inside a host the GPUs
// form a chain that begins at the GPU of the rail.
// Source: P. Sanders, J. Speck, J. L. Traff, "Two-tree algorithms for full bandwidth broadcast, reduction and
// scan", Parallel Computing 35 (2009). NCCL has no such Broadcast; its Broadcast is the ring.
#include "collectives/tree_steps.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

struct TreeBroadcast {
    static constexpr CollectiveInfo info{
        "tree", &kBroadcast,
        "down two binary trees over hosts, each with half of the buffer, and chains inside hosts",
        "number of trees, of which each rail has two in turn (default: 2 per GPU of a host)",
        "size of the pieces that follow each other (default: 512K, less where a tree would have few)"};

    static uint32_t channels(CollectiveShape shape) { return 2 * shape.gpus; }
    static Bytes chunk(CollectiveShape shape, Bytes size)
    {
        return pipelined_chunk(cut(size, channels(shape), 0).bytes, HostTrees::depth(shape));
    }
    /// Both trees of a rail have an edge for every host but one.
    static double pairs(CollectiveShape shape) { return 2.0 * shape.gpus * (shape.hosts - 1); }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<TreeSteps>(std::make_unique<HostTrees>(call.shape, true), call, TreeWay::down,
                                           kLeafWindow);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(TreeBroadcast)

}  // namespace hpnsim

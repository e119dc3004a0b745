// SPDX-License-Identifier: GPL-2.0-only
// Broadcast along two binary trees over hosts. Rank 0 hands each half of a rail's part of the buffer to one
// of two trees over the other hosts; who is an inner node of one is a leaf of the other, so that every NIC
// sends and receives that part about once, as in a ring, but after log2(hosts) hops. Inside a host the GPUs
// form a chain that begins at the GPU of the rail.
// Source: P. Sanders, J. Speck, J. L. Traff, "Two-tree algorithms for full bandwidth broadcast, reduction and
// scan", Parallel Computing 35 (2009). NCCL has no such Broadcast; its Broadcast is the ring.
#include "collectives/one_way.hpp"

namespace hpnsim
{

namespace
{

struct TreeBroadcast : AlongHostTrees<TreeWay::down> {
    static constexpr CollectiveInfo info{
        "tree", &kBroadcast,
        "down two binary trees over hosts, each with half of the buffer, and chains inside hosts", kChannels,
        kChunk};
};

}  // namespace

HPNSIM_COLLECTIVE(TreeBroadcast)

}  // namespace hpnsim

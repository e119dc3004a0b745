// SPDX-License-Identifier: GPL-2.0-only
// Reduce along two binary trees over hosts: the Broadcast of the same name backwards. Each half of a rail's
// part of the buffer climbs one of two trees over the other hosts, being added up on its way, and host 0 adds
// both; who is an inner node of one is a leaf of the other, so that every NIC sends and receives that part
// about once. Inside a host the GPUs form a chain that ends at the GPU of the rail, in host 0 at rank 0.
// Source: P. Sanders, J. Speck, J. L. Traff, "Two-tree algorithms for full bandwidth broadcast, reduction and
// scan", Parallel Computing 35 (2009). NCCL has no such Reduce; its Reduce is the ring.
#include "collectives/one_way.hpp"

namespace hpnsim
{

namespace
{

struct TreeReduce : AlongHostTrees<TreeWay::up> {
    static constexpr CollectiveInfo info{
        "tree", &kReduce,
        "up two binary trees over hosts, each with half of the buffer, and chains inside hosts", kChannels,
        kChunk};
};

}  // namespace

HPNSIM_COLLECTIVE(TreeReduce)

}  // namespace hpnsim

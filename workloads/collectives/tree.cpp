// SPDX-License-Identifier: GPL-2.0-only
// AllReduce over the double binary tree of NCCL. Two binary trees pass over the hosts, each of which carries
// half of what a rail carries; whoever has children in one has none in the other. Inside a host the GPUs form
// a chain that ends at the GPU of the channel's rail. Chunks climb to the root of their tree, being added up
// on their way, and their sums come down again, while later chunks still climb.
// In each tree that it is an inner node of, a host takes in two halves and sends one up, then takes in one
// and sends two down; as a leaf of the other it sends one half and takes in one. So a NIC sends and receives
// 2 S/C per pair of channels, as in a ring, but after 2 log2(hosts) network hops instead of 2(n - 1).
// Sources: Sanders, Speck, Traff, Parallel Computing 35 (2009); "Massively Scale Your Deep
// Learning Training with NCCL 2.4" (NVIDIA, 2019); NCCL, src/graph/trees.cc and src/graph/connect.cc.
#include "collectives/tree_steps.hpp"
#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

namespace
{

struct TreeAllReduce {
    static constexpr CollectiveInfo info{
        "tree", &kAllReduce,
        "up and down two binary trees over hosts, each with half of the buffer, and chains inside hosts, as "
        "NCCL builds them",
        "number of trees, of which each rail has two in turn (default: 2 per GPU of a host)",
        "size of the pieces that follow each other through a tree (default: 512K, less where a tree would "
        "have "
        "few, as NCCL chooses)"};

    static uint32_t channels(CollectiveShape shape) { return 2 * shape.gpus; }
    static Bytes chunk(CollectiveShape shape, Bytes size)
    {
        return pipelined_chunk(cut(size, channels(shape), 0).bytes, HostTrees::depth(shape));
    }
    /// Both trees of a rail have an edge for every host but one, in both directions.
    static double pairs(CollectiveShape shape) { return 4.0 * shape.gpus * (shape.hosts - 1); }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<TreeSteps>(std::make_unique<HostTrees>(call.shape, false), call,
                                           TreeWay::up_then_down, window(call.shape));
    }

    /// One chunk for each hop of the network, up and down, keeps all of them busy, and half as many again
    /// make up for their latency. More would fill NVLink with chunks that nobody waits for yet.
    static uint32_t window(CollectiveShape shape)
    {
        return 3 * (HostTrees::depth(shape) - (shape.gpus - 1)) + 3;
    }
};

}  // namespace

HPNSIM_COLLECTIVE(TreeAllReduce)

}  // namespace hpnsim

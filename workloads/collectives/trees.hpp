// SPDX-License-Identifier: GPL-2.0-only
// Trees over all ranks, one for each channel: along which buffers are added up, spread, or both. Internal to
// the collectives.
#pragma once

#include "hpnsim/collective.hpp"

#include <array>

namespace hpnsim
{

/// A tree for each channel.
class Trees
{
public:
    static constexpr uint32_t kNone = 0xffffffff;
    static constexpr uint32_t kMostChildren = 3;

    /// The children of a rank, in the order in which it serves them.
    class Children
    {
    public:
        void add(uint32_t rank)
        {
            if (rank != kNone) ranks_[count_++] = rank;
        }
        uint32_t count() const { return count_; }
        const uint32_t* begin() const { return ranks_.data(); }
        const uint32_t* end() const { return ranks_.data() + count_; }

    private:
        std::array<uint32_t, kMostChildren> ranks_{};
        uint32_t count_ = 0;
    };

    virtual ~Trees() = default;
    /// Returns kNone for the root.
    virtual uint32_t parent(uint32_t channel, uint32_t rank) const = 0;
    virtual Children children(uint32_t channel, uint32_t rank) const = 0;
};

/// The double binary tree over hosts, with a chain over the GPUs inside each. Channel c stays on rail
/// c % gpus and uses tree c / gpus % 2. The trees are those of NCCL: a binary tree whose inner nodes are the
/// even positions, and a second in which the positions are mirrored (of an odd number: moved by one), so that
/// who is an inner node of one is a leaf of the other. (Of an odd number, host 0 has one child in each.) P.
/// Sanders, J. Speck, J. L. Traff, "Two-tree algorithms for full bandwidth broadcast, reduction and scan",
/// Parallel Computing 35 (2009); NCCL, src/graph/trees.cc.
class HostTrees : public Trees
{
public:
    /// `rank0_is_root`: the trees pass over the other hosts, and host 0 is above both. Else each of the two
    /// trees has a root of its own.
    HostTrees(CollectiveShape shape, bool rank0_is_root)
        : shape_(shape), rooted_(rank0_is_root), nodes_(shape.hosts - (rank0_is_root ? 1 : 0))
    {
    }

    uint32_t parent(uint32_t channel, uint32_t rank) const override;
    Children children(uint32_t channel, uint32_t rank) const override;

    /// Counts the hops from the root to the farthest rank, at most.
    static uint32_t depth(CollectiveShape shape);

private:
    uint32_t rail(uint32_t channel) const { return channel % shape_.gpus; }
    bool second(uint32_t channel) const { return channel / shape_.gpus % 2 == 1; }
    /// Returns the position of a host in a tree, and back. Both mirror or both move.
    uint32_t position(uint32_t channel, uint32_t host) const;
    uint32_t host_at(uint32_t channel, uint32_t position) const;
    /// The chain inside a host begins at the GPU of the rail. In host 0, if rank 0 is the root, it begins
    /// there, and the GPU of the rail is next.
    uint32_t place(uint32_t channel, uint32_t rank) const;
    uint32_t rank_at(uint32_t channel, uint32_t host, uint32_t place) const;
    /// Returns the rank whose NIC the channel uses.
    uint32_t gate(uint32_t channel, uint32_t host) const { return host * shape_.gpus + rail(channel); }

    CollectiveShape shape_;
    bool rooted_;
    uint32_t nodes_;  ///< hosts in the binary trees
};

/// The rings of NCCL, cut open at rank 0, which is the root.
class RingChains : public Trees
{
public:
    /// `towards_root`: bytes that travel along the ring approach the root; else they leave it.
    RingChains(CollectiveShape shape, bool towards_root) : shape_(shape), towards_root_(towards_root) {}

    uint32_t parent(uint32_t channel, uint32_t rank) const override;
    Children children(uint32_t channel, uint32_t rank) const override;

private:
    /// Returns who is one place nearer to the root, or farther away; kNone beyond the ends.
    uint32_t neighbour(uint32_t channel, uint32_t rank, bool nearer) const;

    CollectiveShape shape_;
    bool towards_root_;
};

}  // namespace hpnsim

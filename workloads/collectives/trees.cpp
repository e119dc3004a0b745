// SPDX-License-Identifier: GPL-2.0-only
// Implements the double binary tree over hosts, and the rings that are cut open.
#include "collectives/trees.hpp"

#include "collectives/ring_order.hpp"

namespace hpnsim
{

namespace
{

constexpr uint32_t kNone = Trees::kNone;

uint32_t lowest_bit(uint32_t i)
{
    return i & (~i + 1);
}

/// Returns the parent of a position in the binary tree over 0..nodes-1, of which 0 is the root: the nearest
/// that has one more zero at its end.
uint32_t tree_parent(uint32_t nodes, uint32_t i)
{
    if (i == 0) return kNone;
    const uint32_t low = lowest_bit(i), cleared = i ^ low, up = cleared | (low << 1);
    return up < nodes ? up : cleared;
}

/// Returns the child at the lower positions.
uint32_t left_child(uint32_t nodes, uint32_t i)
{
    if (i > 0) return lowest_bit(i) > 1 ? i - lowest_bit(i) / 2 : kNone;
    uint32_t highest = 1;
    while (highest * 2 < nodes) highest *= 2;
    return nodes > 1 ? highest : kNone;
}

/// Returns the child at the higher positions, which are fewer where the tree is not full.
uint32_t right_child(uint32_t nodes, uint32_t i)
{
    if (i == 0) return kNone;
    uint32_t away = lowest_bit(i) / 2;
    while (away > 0 && i + away >= nodes) away /= 2;
    return away > 0 ? i + away : kNone;
}

}  // namespace

uint32_t HostTrees::depth(CollectiveShape shape)
{
    uint32_t hops = shape.gpus - 1;
    for (uint32_t reached = 1; reached < shape.hosts; reached *= 2) ++hops;
    return hops;
}

uint32_t HostTrees::position(uint32_t channel, uint32_t host) const
{
    const uint32_t node = host - (rooted_ ? 1 : 0);
    if (!second(channel)) return node;
    return nodes_ % 2 == 0 ? nodes_ - 1 - node : (node + nodes_ - 1) % nodes_;
}

uint32_t HostTrees::host_at(uint32_t channel, uint32_t position) const
{
    uint32_t node = position;
    if (second(channel)) node = nodes_ % 2 == 0 ? nodes_ - 1 - position : (position + 1) % nodes_;
    return node + (rooted_ ? 1 : 0);
}

uint32_t HostTrees::place(uint32_t channel, uint32_t rank) const
{
    const uint32_t g = shape_.gpus, gpu = rank % g;
    const uint32_t from_rail = (gpu + g - rail(channel)) % g;
    if (!rooted_ || rank >= g) return from_rail;
    if (gpu == 0) return 0;
    return from_rail < (g - rail(channel)) % g ? from_rail + 1 : from_rail;
}

uint32_t HostTrees::rank_at(uint32_t channel, uint32_t host, uint32_t place) const
{
    const uint32_t g = shape_.gpus;
    uint32_t from_rail = place;
    if (rooted_ && host == 0) {
        if (place == 0) return 0;
        if (place - 1 < (g - rail(channel)) % g) from_rail = place - 1;
    }
    return host * g + (rail(channel) + from_rail) % g;
}

uint32_t HostTrees::parent(uint32_t channel, uint32_t rank) const
{
    const uint32_t host = rank / shape_.gpus;
    if (const uint32_t at = place(channel, rank); at > 0) return rank_at(channel, host, at - 1);
    if (rooted_ && host == 0) return kNone;
    const uint32_t above = tree_parent(nodes_, position(channel, host));
    if (above == kNone) return rooted_ ? gate(channel, 0) : kNone;
    return gate(channel, host_at(channel, above));
}

Trees::Children HostTrees::children(uint32_t channel, uint32_t rank) const
{
    Children children;
    const uint32_t host = rank / shape_.gpus;
    if (rank == gate(channel, host)) {
        if (rooted_ && host == 0) {
            if (nodes_ > 0) children.add(gate(channel, host_at(channel, 0)));
        } else {
            const uint32_t at = position(channel, host);
            for (const uint32_t below : {left_child(nodes_, at), right_child(nodes_, at)})
                if (below != kNone) children.add(gate(channel, host_at(channel, below)));
        }
    }
    if (const uint32_t at = place(channel, rank); at + 1 < shape_.gpus)
        children.add(rank_at(channel, host, at + 1));
    return children;
}

uint32_t RingChains::neighbour(uint32_t channel, uint32_t rank, bool nearer) const
{
    const uint32_t n = shape_.ranks, here = ring_position(shape_, channel, rank);
    const uint32_t root = ring_position(shape_, channel, 0);
    const bool onwards = nearer == towards_root_;
    const uint32_t there = onwards ? (here + 1) % n : (here + n - 1) % n;
    return (nearer ? here : there) == root ? kNone : ring_rank(shape_, channel, there);
}

uint32_t RingChains::parent(uint32_t channel, uint32_t rank) const
{
    return neighbour(channel, rank, true);
}

Trees::Children RingChains::children(uint32_t channel, uint32_t rank) const
{
    Children children;
    children.add(neighbour(channel, rank, false));
    return children;
}

}  // namespace hpnsim

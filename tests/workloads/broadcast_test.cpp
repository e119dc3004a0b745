// SPDX-License-Identifier: GPL-2.0-only
// Compares the Broadcasts with what the literature says of them: every NIC carries its rail's part of the
// buffer once, and the first byte takes n - 1 hops in a ring, log2(n) + 1 in the trees.
#include "collective_load.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

constexpr Bytes kMib = 1 << 20;

CollectiveLoad broadcast(const char* name, CollectiveShape shape, Bytes size, uint32_t channels = 0,
                         Bytes chunk = 0)
{
    return load_of(kBroadcast, name, {shape, size, channels, chunk});
}

TEST(RingBroadcast, NicsCarryTheirPartOnceAndNvlinkTheRest)
{
    const CollectiveLoad load = broadcast("ring", {64, 8, 8}, 64 * kMib);
    EXPECT_EQ(load.busiest(&RankLoad::nic), 8 * kMib);
    EXPECT_EQ(load.busiest(&RankLoad::nvlink), 7 * 8 * kMib);
    for (uint32_t rank = 1; rank < 64; ++rank)
        EXPECT_EQ(load.ranks[rank].nic[1] + load.ranks[rank].nvlink[1], 64 * kMib) << rank;
    EXPECT_EQ(load.ranks[0].nic[1] + load.ranks[0].nvlink[1], 0);
}

TEST(RingBroadcast, StaysOnItsRails)
{
    for (const auto& [src, dst] : broadcast("ring", {16, 8, 2}, kMib).pairs) EXPECT_EQ(src % 8, dst % 8);
}

/// The ring of channel 0 walks 0, 7, 6, ..., 1, and leaves host 0 there.
TEST(RingBroadcast, GoesTheWayOfTheRing)
{
    const std::set<std::pair<uint32_t, uint32_t>> way = {{1, 9}};
    EXPECT_EQ(broadcast("ring", {16, 8, 2}, kMib, 1).pairs, way);
}

TEST(RingBroadcast, AByteTakesAHopToEveryRank)
{
    EXPECT_NEAR(broadcast("ring", {16, 1, 16}, 1).end.us(), 15 * 3, 1e-3);
    EXPECT_NEAR(broadcast("ring", {13, 1, 13}, 1).end.us(), 12 * 3, 1e-3);
}

// Two chunks of 1 us each: the second leaves rank 0 after 1 us, and takes three hops of 1 + 3 us.
TEST(RingBroadcast, TakesTheTimeThatHandReckoningGives)
{
    EXPECT_EQ(broadcast("ring", {4, 1, 4}, 100'000, 1, 50'000).end, microseconds(13));
}

TEST(TreeBroadcast, NicsCarryTheirPartOnceAndEveryRankReceivesItOnce)
{
    for (const uint32_t hosts : {8U, 7U, 3U, 2U}) {
        const CollectiveLoad load = broadcast("tree", {hosts * 8, 8, hosts}, 64 * kMib);
        EXPECT_EQ(load.busiest(&RankLoad::nic), 8 * kMib) << hosts;
        for (uint32_t rank = 1; rank < hosts * 8; ++rank)
            EXPECT_EQ(load.ranks[rank].nic[1] + load.ranks[rank].nvlink[1], 64 * kMib) << rank;
        for (const auto& [src, dst] : load.pairs) EXPECT_EQ(src % 8, dst % 8);
    }
}

// One hop to the tree over the other 15 hosts, which is 4 deep.
TEST(TreeBroadcast, AByteTakesTheDepthOfTheTree)
{
    EXPECT_NEAR(broadcast("tree", {16, 1, 16}, 2).end.us(), 5 * 3, 1e-3);
}

// The first tree over hosts 1, 2, 3 is a line: 1, 3, 2.
TEST(TreeBroadcast, TakesTheTimeThatHandReckoningGives)
{
    EXPECT_EQ(broadcast("tree", {4, 1, 4}, 50'000, 1, 50'000).end, microseconds(3 * 4));
}

TEST(Broadcasts, ComeNearTheirBounds)
{
    for (const char* name : {"ring", "tree"})
        for (const uint32_t hosts : {8U, 3U}) {
            EXPECT_GT(broadcast(name, {hosts * 8, 8, hosts}, kMib).efficiency(), 0.93) << name << hosts;
            EXPECT_GT(broadcast(name, {hosts * 8, 8, hosts}, 64 * kMib).efficiency(), 0.97) << name << hosts;
        }
}

}  // namespace
}  // namespace hpnsim

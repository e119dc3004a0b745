// SPDX-License-Identifier: GPL-2.0-only
// Compares the AllReduce over double binary trees with what the literature says of it: a NIC carries twice
// its rail's part of the buffer at most, and a byte takes 2 log2(hosts) hops.
#include "collective_load.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

constexpr Bytes kMib = 1 << 20;

CollectiveLoad tree(CollectiveShape shape, Bytes size, uint32_t channels = 0, Bytes chunk = 0)
{
    return load_of(kAllReduce, "tree", {shape, size, channels, chunk});
}

// A rail carries S/8, in halves. An inner node takes in two halves and a sum and sends a half and two sums;
// in the other tree it is a leaf, one each way: 4 halves in and 4 out.
TEST(TreeAllReduce, ANicCarriesTwiceItsPartOfTheBuffer)
{
    const CollectiveLoad load = tree({64, 8, 8}, 8 * kMib);
    EXPECT_EQ(load.busiest(&RankLoad::nic), 2 * 8 * kMib / 8);
    Bytes sum = 0;
    for (const RankLoad& rank : load.ranks) sum += rank.nic[0];
    EXPECT_EQ(sum, 2 * 7 * 8 * kMib);  // every host but the root sends and receives the whole buffer
}

/// Of three hosts none has more than one child in a tree, or it is a leaf in the other: 3 halves.
TEST(TreeAllReduce, OfThreeHostsANicCarriesOneAndAHalf)
{
    EXPECT_EQ(tree({24, 8, 3}, 8 * kMib).busiest(&RankLoad::nic), 3 * 8 * kMib / 16);
}

/// Each GPU is the end of one chain in eight, which takes in nothing, and the root of one, which sends
/// nothing up: 2 x 7/8 S each way.
TEST(TreeAllReduce, NvlinkCarriesAsMuchAsInARing)
{
    for (const RankLoad& rank : tree({24, 8, 3}, 8 * kMib).ranks) {
        EXPECT_EQ(rank.nvlink[0], 2 * 8 * kMib * 7 / 8);
        EXPECT_EQ(rank.nvlink[1], 2 * 8 * kMib * 7 / 8);
    }
}

TEST(TreeAllReduce, StaysOnItsRails)
{
    for (const auto& [src, dst] : tree({24, 8, 3}, kMib).pairs) EXPECT_EQ(src % 8, dst % 8);
}

// 16 hosts, a byte for each tree: 2 log2(16) hops of 3 us.
TEST(TreeAllReduce, AByteTakesTwiceTheDepthOfTheTree)
{
    EXPECT_NEAR(tree({16, 1, 16}, 2).end.us(), 2 * 4 * 3, 1e-3);
    EXPECT_NEAR(tree({17, 1, 17}, 2).end.us(), 2 * 5 * 3, 1e-3);
}

// One tree over four hosts: 2 is below 0, and 1 and 3 below 2. A chunk of 50,000 B takes 1 us and 3 us of
// latency. 1 and 3 send to 2 at once: 3 + 2; 2 to 0 and back: 2 x (3 + 1); 2 to 1, then to 3: 3 + 2.
TEST(TreeAllReduce, TakesTheTimeThatHandReckoningGives)
{
    EXPECT_EQ(tree({4, 1, 4}, 50'000, 1, 50'000).end, microseconds(18));
}

TEST(TreeAllReduce, ComesNearItsBound)
{
    for (const uint32_t hosts : {8U, 3U}) {
        EXPECT_GT(tree({hosts * 8, 8, hosts}, kMib).efficiency(), 0.88) << hosts;
        EXPECT_GT(tree({hosts * 8, 8, hosts}, 256 * kMib).efficiency(), 0.93) << hosts;
    }
}

}  // namespace
}  // namespace hpnsim

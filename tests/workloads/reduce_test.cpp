// SPDX-License-Identifier: GPL-2.0-only
// Compares the Reduces with what the literature says of them: every NIC carries its rail's part of the buffer
// once, and the last byte takes n - 1 hops in a ring, log2(n) + 1 in the trees. Leaves wait for credits.
#include "collective_load.hpp"

#include <gtest/gtest.h>

#include <map>

namespace hpnsim
{
namespace
{

constexpr Bytes kMib = 1 << 20;

CollectiveLoad reduce(const char* name, CollectiveShape shape, Bytes size, uint32_t channels = 0,
                      Bytes chunk = 0)
{
    return load_of(kReduce, name, {shape, size, channels, chunk});
}

/// Credits are what NVLink carries beside the buffer: 8 bytes for a chunk of 32 KiB or more.
TEST(Reduces, NicsCarryTheirPartOnceAndEveryRankSendsItOnce)
{
    for (const char* name : {"ring", "tree"})
        for (const uint32_t hosts : {8U, 7U, 2U}) {
            const CollectiveLoad load = reduce(name, {hosts * 8, 8, hosts}, 8 * kMib);
            EXPECT_EQ(load.busiest(&RankLoad::nic), kMib) << name << hosts;
            for (uint32_t rank = 1; rank < hosts * 8; ++rank) {
                const Bytes sent = load.ranks[rank].nic[0] + load.ranks[rank].nvlink[0];
                EXPECT_GE(sent, 8 * kMib) << name << rank;
                EXPECT_LE(sent, 8 * kMib + 8 * kMib / 4096) << name << rank;
            }
            EXPECT_LE(load.ranks[0].nic[0] + load.ranks[0].nvlink[0], 8 * kMib / 4096);
        }
}

TEST(Reduces, StayOnTheirRails)
{
    for (const char* name : {"ring", "tree"})
        for (const auto& [src, dst] : reduce(name, {16, 8, 2}, kMib).pairs) EXPECT_EQ(src % 8, dst % 8);
}

/// The ring of channel 0 walks 0, 7, 6, ..., 1, and leaves host 0 there; it enters at GPU 0.
TEST(RingReduce, GoesTheWayOfTheRing)
{
    const std::set<std::pair<uint32_t, uint32_t>> way = {{1, 9}, {8, 0}};
    EXPECT_EQ(reduce("ring", {16, 8, 2}, kMib, 1).pairs, way);
}

TEST(RingReduce, AByteTakesAHopFromEveryRank)
{
    EXPECT_NEAR(reduce("ring", {16, 1, 16}, 1).end.us(), 15 * 3, 1e-3);
}

// One hop from the tree over the other 15 hosts, which is 4 deep.
TEST(TreeReduce, AByteTakesTheDepthOfTheTree)
{
    EXPECT_NEAR(reduce("tree", {16, 1, 16}, 2).end.us(), 5 * 3, 1e-3);
}

// Two chunks of 1 us each: the second begins 1 us after the first, and takes three hops of 1 + 3 us.
TEST(RingReduce, TakesTheTimeThatHandReckoningGives)
{
    EXPECT_EQ(reduce("ring", {4, 1, 4}, 100'000, 1, 50'000).end, microseconds(13));
}

// The first tree over hosts 1, 2, 3 is a line: 1, 3, 2.
TEST(TreeReduce, TakesTheTimeThatHandReckoningGives)
{
    EXPECT_EQ(reduce("tree", {4, 1, 4}, 50'000, 1, 50'000).end, microseconds(3 * 4));
}

/// Returns the most chunks of any leaf that were under way at once in a host of 8 GPUs and a ring.
int most_under_way(uint32_t leaf)
{
    const CollectiveShape shape{8, 8, 1};
    const CollectiveCall call{shape, kMib, 1, 1024};
    CollectiveWorkload workload(make_collective(find_collective("algorithm", kReduce, "ring"), call), shape,
                                1, {}, 1);
    int now = 0, most = 0;
    FakeCarrier carrier;
    carrier.on_send = [&](const Message& m) {
        if (m.src == leaf) most = std::max(most, ++now);
    };
    carrier.on_arrival = [&](const Message& m) { now -= m.src == leaf ? 1 : 0; };
    carrier.run(workload);
    EXPECT_TRUE(workload.done());
    return most;
}

/// The ring of channel 0 walks 0, 7, 6, ..., 1: GPU 7 follows the root.
TEST(Reduces, ALeafWaitsForCredits)
{
    EXPECT_EQ(most_under_way(7), 2);
}

TEST(Reduces, ComeNearTheirBounds)
{
    for (const uint32_t hosts : {8U, 3U}) {
        const CollectiveShape shape{hosts * 8, 8, hosts};
        EXPECT_GT(reduce("ring", shape, kMib).efficiency(), 0.95) << hosts;
        EXPECT_GT(reduce("ring", shape, 64 * kMib).efficiency(), 0.97) << hosts;
        EXPECT_GT(reduce("tree", shape, kMib).efficiency(), 0.85) << hosts;
        EXPECT_GT(reduce("tree", shape, 64 * kMib).efficiency(), 0.82) << hosts;
    }
}

}  // namespace
}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Compares recursive halving and doubling with its formula: 2 log2(n) steps, 2(n-1)/n S bytes from every
// rank, and for ranks beyond a power of two a whole buffer there and back (Thakur et al. 2005).
#include "collective_load.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

constexpr Bytes kMib = 1 << 20;

CollectiveLoad halving(CollectiveShape shape, Bytes size, Bytes chunk = 0)
{
    return load_of(kAllReduce, "halving-doubling", {shape, size, 0, chunk});
}

TEST(HalvingDoubling, EveryRankSendsTwiceTheBufferButAnNth)
{
    for (const RankLoad& rank : halving({16, 1, 16}, 16 * kMib).ranks)
        for (const Bytes bytes : rank.nic) EXPECT_EQ(bytes, 2 * 15 * kMib);
}

// Halvings of S/2, S/4, S/8 inside the host, of S/16, S/32, S/64 between hosts; and back.
TEST(HalvingDoubling, NearRanksExchangeMost)
{
    const CollectiveLoad load = halving({64, 8, 8}, 64 * kMib);
    for (const RankLoad& rank : load.ranks) {
        EXPECT_EQ(rank.nic[0], 2 * (4 + 2 + 1) * kMib);
        EXPECT_EQ(rank.nvlink[0], 2 * (32 + 16 + 8) * kMib);
    }
    for (const auto& [src, dst] : load.pairs) EXPECT_EQ(src % 8, dst % 8);
}

// 13 ranks: 8 partners, of which 5 act for two. 0, 2, ..., 8 send their buffers; 1, 3, ..., 9 return the sum.
TEST(HalvingDoubling, RanksBeyondAPowerOfTwoFold)
{
    const CollectiveLoad load = halving({13, 1, 13}, 8 * kMib);
    for (uint32_t rank = 0; rank < 13; ++rank) {
        const Bytes folded = rank < 10 ? 8 * kMib : 0;
        const Bytes exchanged = rank < 10 && rank % 2 == 0 ? 0 : 2 * 7 * kMib;
        EXPECT_EQ(load.ranks[rank].nic[0], folded + exchanged) << rank;
        EXPECT_EQ(load.ranks[rank].nic[1], folded + exchanged) << rank;
    }
}

TEST(HalvingDoubling, TakesTwiceTheLogarithmOfSteps)
{
    EXPECT_NEAR(halving({16, 1, 16}, 16).end.us(), 2 * 4 * 3, 1e-3);
    EXPECT_NEAR(halving({13, 1, 13}, 8).end.us(), (2 * 3 + 2) * 3, 1e-3);
    EXPECT_NEAR(halving({16, 1, 16}, 1).end.us(), 2 * 4 * 3, 1e-3);  // most intervals are empty
}

// 200,000 B take 4 us, and 3 of latency. Four ranks: 2 + 3, 1 + 3 and back. Three: 4 + 3, 2 + 3 and back.
TEST(HalvingDoubling, TakesTheTimeThatHandReckoningGives)
{
    EXPECT_EQ(halving({4, 1, 4}, 200'000).end, microseconds(2 * (5 + 4)));
    EXPECT_EQ(halving({3, 1, 3}, 200'000).end, microseconds(2 * (7 + 5)));
}

TEST(HalvingDoubling, PiecesOverlapNvlinkWithTheNetwork)
{
    const Time whole = halving({64, 8, 8}, 64 * kMib).end;
    EXPECT_LT(halving({64, 8, 8}, 64 * kMib, 4 * kMib).end.s(), 0.85 * whole.s());
}

TEST(HalvingDoubling, ComesNearItsBound)
{
    for (const uint32_t hosts : {8U, 3U})
        for (const Bytes size : {kMib, 256 * kMib})
            EXPECT_GT(halving({hosts * 8, 8, hosts}, size).efficiency(), 0.99) << hosts << " " << size;
}

}  // namespace
}  // namespace hpnsim

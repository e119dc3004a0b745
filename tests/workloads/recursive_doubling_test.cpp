// SPDX-License-Identifier: GPL-2.0-only
// Judges recursive doubling and halving: log2(n) rounds, and every block moves once to each rank.
#include "collective_loads.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

const Operation* const kBoth[] = {&kReduceScatter, &kAllGather};

// n = 64, blocks of 1 KiB: distances 1, 2, 4 stay in the host, 8, 16, 32 cross on their rail, a block each.
TEST(RecursiveDoubling, LoadsNicAndNvlinkAsTheFormulaSays)
{
    for (const Operation* operation : kBoth) {
        const CollectiveLoads loads = loads_of(*operation, "recursive-doubling", {hosts_of_8(64), 64 << 10});
        EXPECT_EQ(loads.nic, std::vector<Bytes>(64, 56 << 10)) << operation->name;
        EXPECT_EQ(loads.nvlink, std::vector<Bytes>(64, 7 << 10)) << operation->name;
        EXPECT_EQ(loads.nic_messages, std::vector<int>(64, 3)) << operation->name;
        EXPECT_TRUE(loads.crossing.empty()) << operation->name;
        EXPECT_EQ(loads.pairs.size(), 64U * 3);
        EXPECT_EQ(find_collective("algorithm", *operation, "recursive-doubling").pairs(hosts_of_8(64)), 192);
    }
}

// 5 rounds for 24 ranks, the last of 8 blocks: 23 blocks for everybody. Blocks wrap for as many ranks as
// there are blocks less one: 0 + 1 + 3 + 7 + 7 of them need two messages.
TEST(RecursiveDoubling, WorksForAnyNumberOfRanks)
{
    for (const Operation* operation : kBoth) {
        const CollectiveOps& ops = find_collective("algorithm", *operation, "recursive-doubling");
        const CollectiveLoads loads = loads_of(*operation, "recursive-doubling", {hosts_of_8(24), 24 << 10});
        for (uint32_t rank = 0; rank < 24; ++rank) EXPECT_EQ(loads.nic[rank] + loads.nvlink[rank], 23 << 10);
        EXPECT_EQ(make_collective(ops, {hosts_of_8(24), 24 << 10})->transfers(), 24U * 5 + 18);
        EXPECT_EQ(static_cast<double>(loads.pairs.size()), ops.pairs(hosts_of_8(24)));
    }
}

// 8 ranks of one GPU, 8 MiB: 1, 2 and 4 MiB at 400 Gb/s, 7 x 20.97152 us, and 3 us for each of 3 rounds.
TEST(RecursiveDoubling, TakesItsRounds)
{
    for (const Operation* operation : kBoth)
        EXPECT_EQ(loads_of(*operation, "recursive-doubling", {{8, 1, 8}, 8 << 20}).end,
                  Time{7 * 20'971'520 + 3 * 3'000'000})
            << operation->name;
}

TEST(RecursiveDoubling, ComesNearItsBound)
{
    for (const Operation* operation : kBoth)
        for (const uint32_t ranks : {64U, 24U})
            for (const Bytes size : {Bytes{1} << 20, Bytes{256} << 20})
                EXPECT_GT(loads_of(*operation, "recursive-doubling", {hosts_of_8(ranks), size}).efficiency(),
                          0.9)
                    << operation->name << " " << ranks << " " << size;
}

}  // namespace
}  // namespace hpnsim

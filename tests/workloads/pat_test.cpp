// SPDX-License-Identifier: GPL-2.0-only
// Judges PAT: a logarithmic number of messages, with few bytes for far ranks.
#include "collective_loads.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

const Operation* const kBoth[] = {&kReduceScatter, &kAllGather};

// n = 64 in 8 hosts, blocks of 1 KiB: 3 rounds on the rail bring the blocks of 7 hosts, 3 over NVLink those
// of all 8 hosts from 7 GPUs.
TEST(Pat, LoadsNicAndNvlinkAsTheFormulaSays)
{
    for (const Operation* operation : kBoth) {
        const CollectiveLoads loads = loads_of(*operation, "pat", {hosts_of_8(64), 64 << 10});
        EXPECT_EQ(loads.nic, std::vector<Bytes>(64, 7 << 10)) << operation->name;
        EXPECT_EQ(loads.nvlink, std::vector<Bytes>(64, 56 << 10)) << operation->name;
        EXPECT_EQ(loads.nic_messages, std::vector<int>(64, 3)) << operation->name;
        EXPECT_EQ(loads.nvlink_messages, std::vector<int>(64, 3)) << operation->name;
        EXPECT_TRUE(loads.crossing.empty()) << operation->name;
        EXPECT_EQ(static_cast<double>(loads.pairs.size()),
                  find_collective("algorithm", *operation, "pat").pairs(hosts_of_8(64)));
    }
}

// 11 ranks of one GPU: distances 8, 4, 2 and 1 bring 1 + 1 + 3 + 5 blocks. Before the last round the
// distances 0, 8, 4, 2, 10, 6 are known in this order, and from 10 none is reached: that takes two messages.
TEST(Pat, WorksForAnyNumberOfRanks)
{
    for (const Operation* operation : kBoth) {
        const CollectiveLoads loads = loads_of(*operation, "pat", {{11, 1, 11}, 11 << 10});
        EXPECT_EQ(loads.nic, std::vector<Bytes>(11, 10 << 10)) << operation->name;
        EXPECT_EQ(loads.nic_messages, std::vector<int>(11, 5)) << operation->name;
    }
}

// 8 ranks of one GPU, 8 MiB uncut: 1, 2 and 4 MiB at 400 Gb/s, 7 x 20.97152 us, and 3 us for each of 3
// rounds.
TEST(Pat, TakesItsRounds)
{
    for (const Operation* operation : kBoth)
        EXPECT_EQ(loads_of(*operation, "pat", {{8, 1, 8}, 8 << 20, 1, 1 << 20}).end,
                  Time{7 * 20'971'520 + 3 * 3'000'000})
            << operation->name;
}

// A block of 1 MiB is cut into 32, of which 16 are in progress at once: the latency is not waited for but at
// the end.
TEST(Pat, PiecesHideTheLatency)
{
    for (const Operation* operation : kBoth) {
        const CollectiveLoads loads = loads_of(*operation, "pat", {{8, 1, 8}, 8 << 20});
        EXPECT_EQ(loads.nic_messages, std::vector<int>(8, 3 * 32));
        EXPECT_LT(loads.end.us(), 7 * 20.97152 + 3.001) << operation->name;
    }
}

TEST(Pat, ComesNearItsBound)
{
    for (const Operation* operation : kBoth)
        for (const uint32_t ranks : {64U, 24U})
            for (const Bytes size : {Bytes{1} << 20, Bytes{256} << 20})
                EXPECT_GT(loads_of(*operation, "pat", {hosts_of_8(ranks), size}).efficiency(), 0.8)
                    << operation->name << " " << ranks << " " << size;
}

}  // namespace
}  // namespace hpnsim

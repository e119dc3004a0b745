// SPDX-License-Identifier: GPL-2.0-only
// Judges the AllToAll in two levels: few messages between hosts, each on its rail, and all NICs alike.
#include "collective_loads.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

constexpr const char* kName = "hierarchical";

// n = 24, 3 hosts, blocks of 1 KiB: 16 targets on other hosts are dealt out to 8 GPUs, 2 in a row: a NIC
// sends one message of 2 x 8 blocks. Over NVLink a GPU sends 7 blocks inside the host, 14 to other leaders,
// and spreads 2 x 8; GPUs 0 and 7 are among their own targets (number 0 of 16 and 15), and keep 8.
TEST(HierarchicalAlltoall, LoadsNicAndNvlinkAsTheFormulaSays)
{
    const CollectiveLoads loads = loads_of(kAllToAll, kName, {hosts_of_8(24), 24 << 10});
    EXPECT_EQ(loads.nic, std::vector<Bytes>(24, 16 << 10));
    EXPECT_EQ(loads.nic_messages, std::vector<int>(24, 1));
    for (uint32_t rank = 0; rank < 24; ++rank) {
        const bool keeps = rank % 8 == 0 || rank % 8 == 7;
        EXPECT_EQ(loads.nvlink[rank], (7 + 14 + (keeps ? 8 : 16)) << 10) << rank;
    }
}

// 15 hosts: 14 x 8 targets are 14 for each GPU, those of two or three hosts.
TEST(HierarchicalAlltoall, ManyHostsHaveFewLeadersForEach)
{
    const CollectiveLoads loads = loads_of(kAllToAll, kName, {hosts_of_8(120), 120 << 10});
    EXPECT_EQ(loads.nic, std::vector<Bytes>(120, (14 * 8) << 10));
    int messages = 0;
    for (uint32_t gpu = 0; gpu < 8; ++gpu) {
        EXPECT_LE(loads.nic_messages[gpu], 3);
        messages += loads.nic_messages[gpu];
    }
    EXPECT_EQ(messages,
              14 + 6);  // 6 of the 7 borders between GPUs are within a host; the fourth is at 56 = 7 x 8
    EXPECT_EQ(static_cast<double>(loads.pairs.size()),
              find_collective("algorithm", kAllToAll, kName).pairs(hosts_of_8(120)));
}

TEST(HierarchicalAlltoall, NothingLeavesItsRail)
{
    for (const uint32_t ranks : {24U, 64U})
        for (const Bytes size : {Bytes{5}, Bytes{100'000}})
            EXPECT_TRUE(loads_of(kAllToAll, kName, {hosts_of_8(ranks), size}).crossing.empty());
}

// 2 hosts of 2 GPUs, 4 MiB: a block of 1 MiB takes 2.33017 us over NVLink and 50 ns; then 2 MiB over the
// network, 41.94304 us and 3 us. Each GPU leads for its own number: nothing is to be spread.
TEST(HierarchicalAlltoall, TwoHostsTakeAsLongAsPxn)
{
    EXPECT_NEAR(loads_of(kAllToAll, kName, {{4, 2, 2}, 4 << 20}).end.us(), 2.38017 + 44.94304, 1e-4);
}

// Steps that follow each other have the same leaders: 16 hosts at 8 steps leave the later GPUs' NICs idle.
TEST(HierarchicalAlltoall, AllNicsSendAtOnce)
{
    const CollectiveCall all{hosts_of_8(128), 1 << 20}, few{hosts_of_8(128), 1 << 20, 8};
    EXPECT_GT(loads_of(kAllToAll, kName, all).efficiency(), 0.85);
    EXPECT_LT(1.3 * loads_of(kAllToAll, kName, all).end.s(), loads_of(kAllToAll, kName, few).end.s());
}

TEST(HierarchicalAlltoall, ComesNearItsBound)
{
    for (const uint32_t ranks : {64U, 24U})
        for (const Bytes size : {Bytes{1} << 20, Bytes{256} << 20})
            EXPECT_GT(loads_of(kAllToAll, kName, {hosts_of_8(ranks), size}).efficiency(), 0.9)
                << ranks << " " << size;
}

}  // namespace
}  // namespace hpnsim

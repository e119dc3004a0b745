// SPDX-License-Identifier: GPL-2.0-only
// Judges PXN: no message leaves its rail, and a NIC sends one to every other host.
#include "collective_loads.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

// n = 24 ranks, 3 hosts, blocks of 1 KiB: a NIC sends 8 blocks to each of 2 hosts. NVLink carries 7 blocks
// for each of them to the other rails, and 7 that stay.
TEST(Pxn, LoadsNicAndNvlinkAsTheFormulaSays)
{
    const CollectiveLoads loads = loads_of(kAllToAll, "pxn", {hosts_of_8(24), 24 << 10});
    EXPECT_EQ(loads.nic, std::vector<Bytes>(24, 2 * 8 * 1024));
    EXPECT_EQ(loads.nic_messages, std::vector<int>(24, 2));
    EXPECT_EQ(loads.nvlink, std::vector<Bytes>(24, (2 * 7 + 7) * 1024));
    EXPECT_EQ(loads.pairs.size(), 24U * 2);
}

TEST(Pxn, NothingLeavesItsRail)
{
    for (const uint32_t ranks : {24U, 64U})
        for (const Bytes size : {Bytes{5}, Bytes{100'000}})
            EXPECT_TRUE(loads_of(kAllToAll, "pxn", {hosts_of_8(ranks), size}).crossing.empty());
}

TEST(Pxn, CountsEveryRanksTransfers)
{
    const auto pxn = make_collective(find_collective("algorithm", kAllToAll, "pxn"), {hosts_of_8(24), 24});
    EXPECT_EQ(pxn->transfers(), 24U * 23);
    EXPECT_EQ(pxn->share(3), 2U * (7 + 2 * 7 + 2));  // inside, to and from proxies, on the rail
}

// 2 hosts of 2 GPUs, 4 MiB: a block of 1 MiB takes 2.33017 us over NVLink and 50 ns; then one message of 2
// MiB, 41.94304 us and 3 us.
TEST(Pxn, SendsWhenTheBlocksOfItsHostAreCollected)
{
    EXPECT_NEAR(loads_of(kAllToAll, "pxn", {{4, 2, 2}, 4 << 20}).end.us(), 2.38017 + 44.94304, 1e-4);
}

// 64 ranks in 8 hosts, 1 MiB: 7 messages of 128 KiB, 18.35 us at 50 GB/s, 3 us until the last has arrived,
// and less than 3 us until the first is collected: the NIC never waits for the hosts one after the other.
TEST(Pxn, ServesManyHostsAtOnce)
{
    EXPECT_LT(loads_of(kAllToAll, "pxn", {hosts_of_8(64), 1 << 20}).end, nanoseconds(24'350));
}

TEST(Pxn, ComesNearItsBound)
{
    for (const uint32_t ranks : {64U, 24U})
        for (const Bytes size : {Bytes{1} << 20, Bytes{256} << 20})
            EXPECT_GT(loads_of(kAllToAll, "pxn", {hosts_of_8(ranks), size}).efficiency(), 0.9)
                << ranks << " " << size;
}

}  // namespace
}  // namespace hpnsim

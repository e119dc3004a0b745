// SPDX-License-Identifier: GPL-2.0-only
// Judges SendRecv: every rank sends its buffer to the next one, once.
#include "collective_loads.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

TEST(SendRecv, TheLastGpuOfAHostSendsToTheNextHost)
{
    const CollectiveLoads loads = loads_of(kSendRecv, "direct", {hosts_of_8(24), 4096});
    const std::set<std::pair<uint32_t, uint32_t>> edges = {{7, 8}, {15, 16}, {23, 0}};
    EXPECT_EQ(loads.pairs, edges);
    EXPECT_EQ(loads.crossing, edges);  // from GPU 7 to GPU 0
    EXPECT_EQ(find_collective("algorithm", kSendRecv, "").pairs(hosts_of_8(24)), 3);
    EXPECT_EQ(find_collective("algorithm", kSendRecv, "").pairs(hosts_of_8(8)), 0);
    for (uint32_t rank = 0; rank < 24; ++rank) {
        EXPECT_EQ(loads.nic[rank], rank % 8 == 7 ? 4096 : 0);
        EXPECT_EQ(loads.nvlink[rank], rank % 8 == 7 ? 0 : 4096);
    }
}

// 1 MiB at 400 Gb/s takes 20.97152 us, and 3 us to arrive; over NVLink alone 2.33017 us and 50 ns.
TEST(SendRecv, TakesOneMessage)
{
    EXPECT_EQ(loads_of(kSendRecv, "direct", {{16, 1, 16}, 1 << 20}).end, Time{23'971'520});
    EXPECT_NEAR(loads_of(kSendRecv, "direct", {{8, 8, 1}, 1 << 20}).end.us(), 2.38017, 1e-4);
}

TEST(SendRecv, ReachesItsBound)
{
    for (const uint32_t ranks : {64U, 24U})
        for (const Bytes size : {Bytes{1} << 20, Bytes{256} << 20})
            EXPECT_GT(loads_of(kSendRecv, "direct", {hosts_of_8(ranks), size}).efficiency(), 0.999);
}

}  // namespace
}  // namespace hpnsim

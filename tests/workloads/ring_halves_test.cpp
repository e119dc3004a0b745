// SPDX-License-Identifier: GPL-2.0-only
// Judges the rings of ReduceScatter and AllGather: each is half of the ring of AllReduce.
#include "collective_loads.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

const Operation* const kHalves[] = {&kReduceScatter, &kAllGather};

// n = 32 ranks, 4 hosts, S = 8 x 32 x 1024: every NIC carries one channel, (n-1)/n S/8 = 31 x 1024; NVLink
// the seven others.
TEST(RingHalves, EveryNicCarriesOneChannel)
{
    for (const Operation* operation : kHalves) {
        const CollectiveLoads loads = loads_of(*operation, "ring", {hosts_of_8(32), 8 * 32 * 1024});
        EXPECT_EQ(loads.nic, std::vector<Bytes>(32, 31 * 1024)) << operation->name;
        EXPECT_EQ(loads.nvlink, std::vector<Bytes>(32, 7 * 31 * 1024)) << operation->name;
        EXPECT_EQ(loads.nic_messages, std::vector<int>(32, 31)) << operation->name;
    }
}

TEST(RingHalves, StayOnTheirRailsWithAnEvenNumberOfHosts)
{
    for (const Operation* operation : kHalves) {
        EXPECT_TRUE(loads_of(*operation, "ring", {hosts_of_8(32), 1 << 16}).crossing.empty());
        EXPECT_EQ(loads_of(*operation, "ring", {hosts_of_8(24), 1 << 16}).crossing.size(), 8U);
    }
}

// 16 ranks of one GPU, 16 MiB at 400 Gb/s: 15 steps of 1 MiB (20.97152 us) and 3 us. Worked by hand.
TEST(RingHalves, TakeStepsTimesTransferAndLatency)
{
    for (const Operation* operation : kHalves)
        EXPECT_EQ(loads_of(*operation, "ring", {{16, 1, 16}, 16 << 20}).end, Time{15 * 23'971'520})
            << operation->name;
}

// A chunk is on its way while the next one is being sent: 4 pieces of 5.24288 us, so that a step
// takes 20.97152 us, and only the first waits for the latency, while 3 us is less than what is left to send.
TEST(RingHalves, ChunksHideTheLatency)
{
    for (const Operation* operation : kHalves)
        EXPECT_EQ(loads_of(*operation, "ring", {{16, 1, 16}, 16 << 20, 1, 1 << 18}).end,
                  Time{15 * 20'971'520 + 3'000'000})
            << operation->name;
}

TEST(RingHalves, EveryBlockMakesOneRound)
{
    const CollectiveOps& ops = find_collective("algorithm", kReduceScatter, "ring");
    EXPECT_EQ(make_collective(ops, {hosts_of_8(24), 24 << 10})->transfers(), 24U * 23 * 8);
    EXPECT_EQ(make_collective(ops, {hosts_of_8(24), 24 << 10})->share(5), 2U * 23 * 8);
    EXPECT_EQ(make_collective(ops, {hosts_of_8(24), 5, 1})->transfers(), 5U * 23);
}

TEST(RingHalves, ComeNearTheirBounds)
{
    for (const Operation* operation : kHalves)
        for (const uint32_t ranks : {64U, 24U})
            for (const Bytes size : {Bytes{1} << 20, Bytes{256} << 20})
                EXPECT_GT(loads_of(*operation, "ring", {hosts_of_8(ranks), size}).efficiency(), 0.9)
                    << operation->name << " " << ranks << " " << size;
}

}  // namespace
}  // namespace hpnsim

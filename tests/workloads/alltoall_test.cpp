// SPDX-License-Identifier: GPL-2.0-only
// Judges AllToAll by what it is for: every rank sends its block to every other exactly once.
#include "by_name.hpp"
#include "fake_carrier.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hpnsim
{
namespace
{

CollectiveWorkload workload_of(CollectiveShape shape, Bytes size, uint32_t channels, uint32_t iterations = 1)
{
    return CollectiveWorkload(make_alltoall(shape, size, channels), shape, iterations, {}, 1);
}

TEST(Alltoall, EveryPairExchangesItsBlocksOnce)
{
    for (const CollectiveShape shape :
         {CollectiveShape{2, 1, 2}, {8, 8, 1}, {24, 8, 3}, {12, 4, 3}, {7, 1, 7}})
        for (const Bytes size : {Bytes{1}, Bytes{5}, Bytes{1003}, Bytes{1} << 20})
            for (const uint32_t channels : {0U, 1U, 3U, 1000U}) {
                CollectiveWorkload workload = workload_of(shape, size, channels);
                std::map<std::pair<uint32_t, uint32_t>, int> sent;
                FakeCarrier carrier;
                carrier.on_send = [&](const Message& m) {
                    const Transfer t = workload.transfer(m);
                    ++sent[{m.src, m.dst}];
                    EXPECT_EQ(t.offset, cut(size, shape.ranks, m.dst).offset);
                    EXPECT_EQ(m.bytes, cut(size, shape.ranks, m.dst).bytes);
                    EXPECT_EQ(m.nvlink, m.src / shape.gpus == m.dst / shape.gpus);
                };
                carrier.run(workload);
                EXPECT_TRUE(workload.done());
                for (uint32_t src = 0; src < shape.ranks; ++src)
                    for (uint32_t dst = 0; dst < shape.ranks; ++dst) {
                        const bool empty = src == dst || cut(size, shape.ranks, dst).bytes == 0;
                        EXPECT_EQ((sent[{src, dst}]), empty ? 0 : 1) << src << " " << dst << " " << size;
                    }
            }
}

/// Where there is a byte for everybody, a rank never has more than C blocks open.
TEST(Alltoall, StepsUnderWayAreBounded)
{
    const CollectiveShape shape{16, 4, 4};
    CollectiveWorkload workload = workload_of(shape, 64 << 10, 3);
    std::vector<int> sent(16), received(16);
    FakeCarrier carrier;
    carrier.on_send = [&](const Message& m) {
        ++sent[m.src];
        EXPECT_LE(sent[m.src] - received[m.src], 3);
    };
    carrier.on_arrival = [&](const Message& m) { ++received[m.dst]; };
    carrier.run(workload);
    EXPECT_EQ(received, std::vector<int>(16, 15));
}

TEST(Alltoall, EveryStepIsAPermutation)
{
    const auto alltoall = make_alltoall({24, 8, 3}, 24 << 10, 0);
    for (uint32_t step = 1; step < 24; ++step) {
        std::set<uint32_t> targets;
        for (uint32_t rank = 0; rank < 24; ++rank)
            targets.insert(alltoall->transfer(uint64_t{rank} * 24 + step).dst);
        EXPECT_EQ(targets.size(), 24U);
    }
}

// 8 ranks of one GPU, 8 MiB: 7 steps of 1 MiB at 400 Gb/s (20.97152 us) and 3 us. Worked by hand.
TEST(Alltoall, OneAtATimeTakesStepsTimesTransferAndLatency)
{
    FakeCarrier carrier;
    CollectiveWorkload workload = workload_of({8, 1, 8}, 8 << 20, 1);
    carrier.run(workload);
    EXPECT_EQ(workload.periods()[0].end, Time{7 * (20'971'520 + 3'000'000)});
    const CollectiveIdeal ideal =
        alltoall_ideal({8, 1, 8}, 8 << 20, 1, uniform_limits(50e9, 0, microseconds(3), Time{}));
    EXPECT_NEAR(ideal.total().us(), 7 * 23.97152, 1e-3);
}

// 64 ranks in 8 hosts, 64 MiB: 56 blocks of 1 MiB over the NIC at 50 GB/s, 1174.41 us; 7 over NVLink at 450
// GB/s, 16.311 us, each of them followed by 7 steps over the NIC, 146.801 us. busbw = 64 MiB / 1174.41 us x
// 63/64 = 56.25 GB/s: more than a NIC, as 7 of 63 blocks stay inside.
TEST(AlltoallIdeal, WorkedByHand)
{
    const CollectiveIdeal ideal =
        alltoall_ideal({64, 8, 8}, 64 << 20, 0, uniform_limits(50e9, 450e9, Time{}, Time{}));
    EXPECT_NEAR(ideal.nic.us(), 1174.405, 0.001);
    EXPECT_NEAR(ideal.nvlink.us(), 16.311 + 146.801, 0.001);
    EXPECT_NEAR(busbw_GBps(kAllToAll, 64 << 20, ideal.total(), 64), 56.25, 0.01);
}

TEST(AlltoallIdeal, NeverExceedsWhatTheFakeNetworkTakes)
{
    for (const CollectiveShape shape : {CollectiveShape{16, 1, 16}, {8, 8, 1}, {8, 2, 4}, {32, 8, 4}})
        for (const Bytes size : {Bytes{5}, Bytes{1000}, Bytes{1} << 20, Bytes{64} << 20})
            for (const uint32_t channels : {0U, 1U, 4U}) {
                FakeCarrier carrier;
                CollectiveWorkload workload = workload_of(shape, size, channels);
                carrier.run(workload);
                const CollectiveIdeal ideal = alltoall_ideal(
                    shape, size, channels, uniform_limits(50e9, 450e9, microseconds(3), nanoseconds(50)));
                EXPECT_LE(ideal.total().us(), workload.periods()[0].end.us())
                    << shape.ranks << "/" << shape.gpus << " " << size << " " << channels;
                if (size > 1 << 24) {
                    EXPECT_GT(ideal.total().us(), 0.8 * workload.periods()[0].end.us())
                        << shape.ranks << "/" << shape.gpus << " " << channels;
                }
            }
}

}  // namespace
}  // namespace hpnsim

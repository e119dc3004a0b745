// SPDX-License-Identifier: GPL-2.0-only
// Compares the lower bound with a table computed by hand, t = (S/8) 2(H-1)/H / 50e9 (hierarchical, no
// latency), and with runs over the fake network, which it must never exceed.
#include "by_name.hpp"
#include "fake_carrier.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

constexpr double kNone = 1e30;  // a link that never binds

TEST(AllreduceIdeal, MatchesTheTable)
{
    const struct {
        uint32_t gpus;
        Bytes size;
        double ms;
        double tolerance;  // half a unit of the last digit of the table
    } table[] = {{64, 16 << 20, 0.073, 0.0005},       {64, 256 << 20, 1.174, 0.0005},
                 {64, Bytes{1} << 30, 4.698, 0.0005}, {64, Bytes{4} << 30, 18.79, 0.005},
                 {448, 16 << 20, 0.082, 0.0005},      {1024, 16 << 20, 0.083, 0.0005}};
    for (const auto& row : table) {
        const CollectiveIdeal ideal = allreduce_ideal("hierarchical", {row.gpus, 8, row.gpus / 8}, row.size,
                                                      0, 0, uniform_limits(50e9, kNone, Time{}, Time{}));
        EXPECT_NEAR(ideal.nic.s() * 1e3, row.ms, row.tolerance) << row.gpus << " " << row.size;
        EXPECT_EQ(ideal.total(), ideal.nic);
    }
}

// 64 ranks, 1 GiB, ring: the NIC carries (S/8) 2 x 63/64 = 264,241,152 B, 5.285 ms at 50 GB/s. NVLink of an
// H800 (200 GB/s) carries seven times that: 9.248 ms, and bounds the ring at busbw 2 x 63/64 x S / t = 228.6
// GB/s.
TEST(AllreduceIdeal, RingIsBoundByTheNvlinkOfH800)
{
    const Bytes size = Bytes{1} << 30;
    const CollectiveIdeal ideal =
        allreduce_ideal("ring", {64, 8, 8}, size, 0, 0, uniform_limits(50e9, 200e9, Time{}, Time{}));
    EXPECT_NEAR(ideal.nic.us(), 5284.82, 0.01);
    EXPECT_NEAR(ideal.nvlink.us(), 9248.44, 0.01);
    EXPECT_NEAR(busbw_GBps(kAllReduce, size, ideal.total(), 64), 228.57, 0.01);
}

// Steps x (latency + transfer), as the fake network takes exactly: 30 x (20.97152 + 3) us.
TEST(AllreduceIdeal, PlainRingIsStepsTimesLatencyPlusTransfer)
{
    const CollectiveIdeal ideal = allreduce_ideal("ring", {16, 1, 16}, 16 << 20, 1, 0,
                                                  uniform_limits(50e9, 0, microseconds(3), Time{}));
    EXPECT_NEAR(ideal.total().us(), 30 * 23.97152, 1e-3);
}

TEST(AllreduceIdeal, NeverExceedsWhatTheFakeNetworkTakes)
{
    for (const char* algorithm : {"ring", "hierarchical"})
        for (const CollectiveShape shape :
             {CollectiveShape{16, 1, 16}, {8, 8, 1}, {8, 2, 4}, {32, 8, 4}, {24, 8, 3}})
            for (const Bytes size : {Bytes{100}, Bytes{1} << 20, Bytes{64} << 20})
                for (const Bytes chunk : {Bytes{0}, size / 64 + 1}) {
                    FakeCarrier carrier;
                    CollectiveWorkload workload(make_allreduce(algorithm, shape, size, 0, chunk), shape, 1,
                                                {}, 1);
                    carrier.run(workload);
                    const CollectiveIdeal ideal =
                        allreduce_ideal(algorithm, shape, size, 0, chunk,
                                        uniform_limits(50e9, 450e9, microseconds(3), nanoseconds(50)));
                    const double share = ideal.total().us() / workload.periods()[0].end.us();
                    EXPECT_LE(share, 1) << algorithm << " " << shape.ranks << "/" << shape.gpus << " " << size
                                        << " " << chunk;
                    if (size > 1 << 24) {
                        EXPECT_GT(share, 0.6) << algorithm << shape.ranks << "/" << shape.gpus;
                    }
                }
}

// nccl-tests PERFORMANCE.md: algbw = S / t, busbw = algbw x 2(n-1)/n; 1e9 bytes in 10 ms over 8 ranks.
TEST(Busbw, IsThatOfNcclTests)
{
    EXPECT_DOUBLE_EQ(algbw_GBps(1'000'000'000, milliseconds(10)), 100);
    EXPECT_DOUBLE_EQ(busbw_GBps(kAllReduce, 1'000'000'000, milliseconds(10), 8), 175);
}

}  // namespace
}  // namespace hpnsim

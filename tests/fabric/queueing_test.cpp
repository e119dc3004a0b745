// SPDX-License-Identifier: GPL-2.0-only
// Compares what queues and pauses of a fabric may add to a round trip with numbers worked by hand.
#include "queueing/queueing.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

Time worst(const char* topology, const FabricSettings& settings)
{
    const FabricPlan plan = make_fabric(topology, 2);
    return WorstQueueing(plan, FabricIndex(plan), settings);
}

/// 1 MB is 1048576 bytes: 83.886 us at 100 Gb/s.
TEST(WorstQueueing, LosslessIsAllBuffersThroughTheSlowestWay)
{
    FabricSettings settings;
    EXPECT_EQ(worst("star:hosts=2,gbps=100,buffer-mb=10", settings).ps, 838'860'800);
    EXPECT_EQ(worst("dumbbell:gbps=100,bottleneck-gbps=10,buffer-mb=10", settings).ps, 16'777'216'000);
    EXPECT_EQ(worst("leaf-spine:leaves=2,hosts=2,spines=2,gbps=100,buffer-mb=10", settings).ps,
              3'355'443'200);
    settings.buffer.size = 5 << 20;
    EXPECT_EQ(worst("star:hosts=2,gbps=100,buffer-mb=10", settings).ps, 419'430'400) << "the run's own";
    settings.buffer.size = Bytes{1} << 60;
    EXPECT_EQ(worst("star:hosts=2,gbps=0.001", settings).ps, int64_t{3600} * 1'000'000'000'000);
}

/// Four switches of 1 GB hold 344 ms, one of them 86 ms; at 400 MB 134 and 34 ms.
TEST(WorstQueueing, BeyondTheUsualTimeoutOneBufferCounts)
{
    FabricSettings settings;
    const char* topology = "leaf-spine:leaves=2,hosts=2,spines=2,gbps=100,uplink-gbps=100";
    settings.buffer.size = Bytes{1} << 30;
    EXPECT_NEAR(worst(topology, settings).us(), 85'899.346, 0.001);
    settings.buffer.size = Bytes{400} << 20;
    EXPECT_NEAR(worst(topology, settings).us(), 67'108.864, 0.001);
}

/// A queue takes alpha of what it leaves free, 1/9 of the buffer: three switches on the longest path.
TEST(WorstQueueing, LossyIsTheQueuesOfOnePath)
{
    FabricSettings settings;
    settings.mode = FabricMode::LOSSY;
    EXPECT_NEAR(worst("star:hosts=2,gbps=100,buffer-mb=9", settings).us(), 83.886, 0.001);
    EXPECT_NEAR(
        worst("leaf-spine:leaves=2,hosts=2,spines=2,gbps=100,uplink-gbps=100,buffer-mb=9", settings).us(),
        3 * 83.886, 0.001);
    settings.buffer.alpha = 1;
    EXPECT_NEAR(worst("star:hosts=2,gbps=100,buffer-mb=2", settings).us(), 83.886, 0.001);
}

TEST(WorstQueueing, TrimmingIsTheQueueLimits)
{
    FabricSettings settings;
    settings.mode = FabricMode::TRIMMING;
    settings.trim = [](Rate, bool last) { return last ? Bytes{125'000} : Bytes{100'000}; };
    EXPECT_EQ(worst("star:hosts=2,gbps=100", settings), microseconds(10));
    EXPECT_EQ(worst("dumbbell:gbps=100,bottleneck-gbps=100", settings), microseconds(20));
}

TEST(LongestPause, IsTwiceADrainOfTheSlowestPort)
{
    const FabricPlan plan = make_fabric("dumbbell:gbps=100,bottleneck-gbps=10,buffer-mb=10", 2);
    EXPECT_EQ(LongestPause(plan, FabricIndex(plan), {}).ps, 16'777'216'000);
}

TEST(PrepareTimeouts, OnlyALossyFabricKeepsLossesToItself)
{
    const FabricPlan plan = make_fabric("star:hosts=2,gbps=100,buffer-mb=10", 2);
    FabricSettings settings;
    NicConfig nic;
    PrepareTimeouts(plan, FabricIndex(plan), settings, nic);
    EXPECT_TRUE(nic.basis.losses_are_told);
    EXPECT_EQ(nic.basis.queueing.ps, 838'860'800);
    settings.mode = FabricMode::LOSSY;
    PrepareTimeouts(plan, FabricIndex(plan), settings, nic);
    EXPECT_FALSE(nic.basis.losses_are_told);
}

}  // namespace
}  // namespace hpnsim::test

// SPDX-License-Identifier: GPL-2.0-only
// Tests what an outage cost on curves made by hand. A bin is 1 us and holds 1,000 bytes (8 Gb/s) when all is
// well; an iteration takes 10 us.
#include "hpnsim/outage.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

Throughput curve(const std::vector<std::pair<int, double>>& parts)
{
    Throughput made{microseconds(1), {}};
    for (const auto& [bins, bytes] : parts) made.bytes.insert(made.bytes.end(), bins, bytes);
    return made;
}

OutageStory story(int failure, int end)
{
    OutageStory made;
    made.failure = made.last = microseconds(failure);
    made.end = microseconds(end);
    return made;
}

/// Adds iterations of `length` us, one after the other, from `from` to `to`.
void add_iterations(OutageStory& story, int from, int to, int length)
{
    for (int at = from; at + length <= to; at += length)
        story.iterations.emplace_back(microseconds(at), microseconds(at + length));
}

void expect_us(const std::optional<Time>& time, double us, double within)
{
    ASSERT_TRUE(time.has_value());
    EXPECT_NEAR(time->us(), us, within);
}

}  // namespace

/// Nothing arrives from 100 to 140 us: 40,000 bytes. A mean over 10 us is back at 95 % half a microsecond
/// before the curve is.
TEST(Outage, AGapIsAnInterruptionAndALoss)
{
    OutageStory told = story(100, 300);
    add_iterations(told, 0, 100, 10);
    told.iterations.emplace_back(microseconds(100), microseconds(150));
    add_iterations(told, 150, 300, 10);
    const Outage outage = judge_outage(curve({{100, 1'000}, {40, 0}, {160, 1'000}}), told);
    EXPECT_NEAR(*outage.steady_gbps, 8, 1e-9);
    expect_us(outage.usual_pause, 0, 0);
    expect_us(outage.interruption, 40, 0);
    expect_us(outage.recovery, 40, 1);
    EXPECT_NEAR(*outage.lost_bytes, 40'000, 600);
    EXPECT_FALSE(outage.repair_recovery);
    expect_us(outage.iteration_before, 10, 0);
    expect_us(outage.iteration_during, 50, 0);
    expect_us(outage.iteration_after, 10, 0);
    EXPECT_NEAR(*outage.during_gbps, 1.6, 1e-9);
    EXPECT_NEAR(*outage.after_gbps, 8, 1e-9);
}

/// Below a tenth is as good as nothing, and above it is not.
TEST(Outage, ATrickleIsAnInterruption)
{
    OutageStory told = story(100, 200);
    add_iterations(told, 0, 100, 10);
    expect_us(judge_outage(curve({{100, 1'000}, {20, 99}, {80, 1'000}}), told).interruption, 20, 0);
    expect_us(judge_outage(curve({{100, 1'000}, {20, 101}, {80, 1'000}}), told).interruption, 0, 0);
}

/// The failure is inside a bin and an iteration, and the run ends in the interruption.
TEST(Outage, WithoutRecoveryTheLossGoesOn)
{
    OutageStory told = story(100, 200);
    told.failure = told.last = nanoseconds(104'500);
    add_iterations(told, 0, 100, 10);
    const Outage outage = judge_outage(curve({{104, 1'000}, {1, 500}}), told);
    EXPECT_FALSE(outage.recovery);
    EXPECT_FALSE(outage.iteration_during);
    EXPECT_FALSE(outage.iteration_after);
    expect_us(outage.interruption, 95, 0.5);
    EXPECT_NEAR(*outage.lost_bytes, 90'500, 600);  // until the last whole mean begins, at 190 us
}

/// What is left permits half: recovered is what reaches that, until the repair brings the rest.
TEST(Outage, RecoveryIsWhatIsPermitted)
{
    OutageStory told = story(100, 400);
    add_iterations(told, 0, 100, 10);
    told.permitted = 0.5;
    const Throughput slow = curve({{100, 1'000}, {20, 0}, {100, 500}, {20, 400}, {160, 1'000}});
    Outage outage = judge_outage(slow, told);
    expect_us(outage.recovery, 20, 1);
    told.repair = microseconds(220);
    outage = judge_outage(slow, told);
    expect_us(outage.recovery, 20, 1);
    expect_us(outage.repair_recovery, 20, 1);
    told.permitted = 1;  // then only the repair helps
    outage = judge_outage(slow, told);
    expect_us(outage.recovery, 140, 1);
    told.permitted = 0;
    outage = judge_outage(slow, told);
    expect_us(outage.recovery, 140, 1);
}

/// A link that goes down twice is not back between.
TEST(Outage, FlapsCountToTheLast)
{
    OutageStory told = story(100, 300);
    told.last = microseconds(150);
    add_iterations(told, 0, 100, 10);
    const Outage outage =
        judge_outage(curve({{100, 1'000}, {10, 0}, {40, 1'000}, {20, 0}, {130, 1'000}}), told);
    expect_us(outage.recovery, 70, 1);
    expect_us(outage.interruption, 20, 0);
    EXPECT_NEAR(*outage.lost_bytes, 30'000, 600);
}

/// Half of every iteration moves nothing over the network. That is no interruption, and no loss.
TEST(Outage, PausesOfTheWorkloadAreItsOwn)
{
    Throughput pulses{microseconds(1), {}};
    for (int i = 0; i < 300; ++i) pulses.bytes.push_back(i % 10 < 5 ? 2'000 : 0);
    OutageStory told = story(103, 300);
    add_iterations(told, 0, 300, 10);
    const Outage outage = judge_outage(pulses, told);
    EXPECT_NEAR(*outage.steady_gbps, 8, 1e-9);
    expect_us(outage.usual_pause, 5, 0);
    expect_us(outage.interruption, 0, 0);
    expect_us(outage.recovery, 0, 0);
    EXPECT_NEAR(*outage.lost_bytes, 0, 1e-6);
}

TEST(Outage, WithoutABeforeNothingIsKnown)
{
    OutageStory told = story(5, 300);
    add_iterations(told, 0, 300, 10);
    const Outage outage = judge_outage(curve({{300, 1'000}}), told);
    EXPECT_FALSE(outage.steady_gbps);
    EXPECT_FALSE(outage.interruption);
    EXPECT_FALSE(outage.recovery);
    EXPECT_FALSE(outage.lost_bytes);
    EXPECT_FALSE(judge_outage({}, story(100, 200)).steady_gbps);
}

// SPDX-License-Identifier: GPL-2.0-only
// Gives path policies scripted feedback, and tests what they pick next, worked by hand.
#include "paths.hpp"

#include "hpnsim/entropies.hpp"

#include <gtest/gtest.h>

#include <map>

using namespace hpnsim;
using namespace hpnsim::test;

namespace
{

std::vector<uint16_t> list(std::initializer_list<uint16_t> values)
{
    return values;
}

}  // namespace

// ---- reps ----

TEST(Reps, WhatWorkedIsUsedAgainOnceOldestFirst)
{
    Paths reps("reps");
    EXPECT_TRUE(reps.path.ops->sprays);
    for (const uint16_t port : {0xC001, 0xC002, 0xC003}) reps.feedback(PathEvent::good, port);
    EXPECT_EQ(reps.lap(3), list({0xC001, 0xC002, 0xC003}));
    const uint64_t before = reps.flow.stream;
    reps.pick();
    EXPECT_NE(reps.flow.stream, before) << "nothing fresh is left: a random one";
}

TEST(Reps, MarkedTrimmedAndLostAreNotRecycled)
{
    Paths reps("reps");
    reps.feedback(PathEvent::ecn, 0xC001);
    reps.feedback(PathEvent::nack, 0xC002);
    const uint64_t before = reps.flow.stream;
    reps.pick();
    EXPECT_NE(reps.flow.stream, before);
}

TEST(Reps, TheBufferKeepsTheNewestEight)
{
    Paths reps("reps");
    for (uint16_t i = 1; i <= 10; ++i) reps.feedback(PathEvent::good, static_cast<uint16_t>(0xC000 + i));
    EXPECT_EQ(reps.lap(8), list({0xC003, 0xC004, 0xC005, 0xC006, 0xC007, 0xC008, 0xC009, 0xC00A}));
}

TEST(Reps, APortKeepsItsOwn)
{
    Paths reps("reps");
    reps.feedback(PathEvent::good, 0xC001, 0);
    reps.feedback(PathEvent::good, 0xC002, 1);
    EXPECT_EQ(reps.pick(1), 0xC002);
    EXPECT_EQ(reps.pick(0), 0xC001);
}

TEST(Reps, ATimeoutFreezesThenExplores)
{
    Paths reps("reps:freeze-us=100,explore=2");
    reps.feedback(PathEvent::good, 0xC001);
    reps.feedback(PathEvent::good, 0xC002);
    EXPECT_EQ(reps.pick(), 0xC001);
    reps.flow.now = microseconds(50);
    reps.feedback(PathEvent::timeout, 0);
    // The fresh one first; then all that ever worked, in turn.
    EXPECT_EQ(reps.lap(5), list({0xC002, 0xC001, 0xC002, 0xC001, 0xC002}));
    reps.flow.now = microseconds(149);
    EXPECT_EQ(reps.pick(), 0xC001);
    reps.flow.now = microseconds(150);
    uint64_t before = reps.flow.stream;
    reps.pick();
    EXPECT_NE(reps.flow.stream, before) << "frozen no more: explores";
    reps.feedback(PathEvent::good, 0xC009);
    reps.feedback(PathEvent::timeout, 0);
    before = reps.flow.stream;
    reps.pick();
    EXPECT_NE(reps.flow.stream, before) << "the second of two explorations; no freezing meanwhile";
    EXPECT_EQ(reps.pick(), 0xC009) << "recycles again";
}

TEST(Reps, NothingOfADeadPort)
{
    Paths reps("reps");
    reps.feedback(PathEvent::good, 0xC001, 1);
    reps.flow.live_ports = 1;
    reps.feedback(PathEvent::good, 0xC002, 1);  // an ACK that was on its way when the port died
    reps.feedback(PathEvent::timeout, 0);
    reps.flow.live_ports = 3;
    for (int i = 0; i < 100; ++i) {
        const uint16_t picked = reps.pick(1);
        EXPECT_NE(picked, 0xC001);
        EXPECT_NE(picked, 0xC002);
    }
}

TEST(Reps, RandomOnesAreUniform)
{
    Paths reps("reps:preset=htsim");
    std::map<uint16_t, int> count;
    for (int i = 0; i < 64'000; ++i) ++count[reps.pick()];
    EXPECT_EQ(count.size(), 64U);
    // 1000 each, sigma 31.4: six of them
    for (const auto& [port, n] : count) EXPECT_NEAR(n, 1000, 189) << port;
}

// ---- bitmap ----

TEST(Bitmap, WithoutFeedbackEveryValueOncePerLap)
{
    for (const int n : {1, 7, 64, 256}) {
        Paths bitmap("bitmap:paths=" + std::to_string(n));
        EXPECT_EQ(distinct(bitmap.lap(n)).size(), static_cast<size_t>(n));
        EXPECT_EQ(distinct(bitmap.lap(n)).size(), static_cast<size_t>(n));
    }
}

TEST(Bitmap, AMarkSkipsOneTurnATrimFour)
{
    Paths bitmap("bitmap:paths=16");
    const std::vector<uint16_t> values = bitmap.lap(16);
    bitmap.feedback(PathEvent::ecn, values[3]);
    bitmap.feedback(PathEvent::nack, values[9]);
    std::map<uint16_t, int> count;
    // Passing over takes no turn of its own. Alone, a value with penalty p misses p laps of 16: in 6 laps'
    // time the marked one is skipped once and the trimmed one four times, unless the two are neighbours in
    // a lap, when only the first of them serves. 200 picks are plenty for both to be back.
    for (int i = 0; i < 200; ++i) ++count[bitmap.pick()];
    int others = 0, least = 200, most = 0;
    for (const auto& [port, n] : count) {
        if (port == values[3] || port == values[9]) continue;
        others += n;
        least = std::min(least, n);
        most = std::max(most, n);
    }
    EXPECT_LE(most - least, 1);
    EXPECT_NEAR(most - count[values[3]], 1, 1);
    EXPECT_NEAR(most - count[values[9]], 4, 1);
    EXPECT_EQ(others + count[values[3]] + count[values[9]], 200);
}

TEST(Bitmap, AllPenalisedStillSends)
{
    Paths bitmap("bitmap:paths=8,ecn=15");
    for (const uint16_t value : bitmap.lap(8)) bitmap.feedback(PathEvent::ecn, value);
    EXPECT_GE(bitmap.pick(), 0xC000);
}

TEST(Bitmap, APenaltyIsOfItsPortAlone)
{
    Paths bitmap("bitmap:paths=2,nack=15");
    const uint16_t bad = bitmap.pick(0);
    bitmap.feedback(PathEvent::nack, bad, 0);
    for (int i = 0; i < 10; ++i) EXPECT_NE(bitmap.pick(0), bad);
    EXPECT_EQ(distinct(bitmap.lap(2, 1)).count(bad), 1U);
}

TEST(Bitmap, ForeignEntropiesAndTimeoutsPenaliseNothing)
{
    Paths bitmap("bitmap:paths=4");
    const std::set<uint16_t> all = distinct(bitmap.lap(4));
    bitmap.feedback(PathEvent::timeout, 0);
    bitmap.feedback(PathEvent::timeout, *all.begin());
    bitmap.feedback(PathEvent::nack, 0);
    bitmap.feedback(PathEvent::nack, static_cast<uint16_t>(*all.rbegin() + 1));
    EXPECT_EQ(distinct(bitmap.lap(4)), all);
}

// ---- mixed ----

TEST(Mixed, RecyclesThenWalks)
{
    Paths mixed("mixed"), bitmap("bitmap");
    const std::vector<uint16_t> walked = bitmap.lap(6);
    EXPECT_EQ(mixed.lap(3), (std::vector<uint16_t>(walked.begin(), walked.begin() + 3)));
    mixed.feedback(PathEvent::good, walked[1]);
    mixed.feedback(PathEvent::good, walked[0]);
    EXPECT_EQ(mixed.lap(2), (std::vector<uint16_t>{walked[1], walked[0]}));
    EXPECT_EQ(mixed.lap(3), (std::vector<uint16_t>(walked.begin() + 3, walked.end()))) << "as bitmap would";
}

TEST(Mixed, WhatWasMarkedIsNotRecycled)
{
    Paths mixed("mixed:paths=2,ecn=15");
    const uint16_t bad = mixed.pick();
    mixed.feedback(PathEvent::ecn, bad);
    for (int i = 0; i < 8; ++i) EXPECT_NE(mixed.pick(), bad);
    mixed.feedback(PathEvent::good, bad);
    EXPECT_EQ(mixed.pick(), bad) << "a later packet of it came back unmarked";
}

TEST(Mixed, RemembersTheNewest128)
{
    Paths mixed("mixed:paths=256");
    const std::vector<uint16_t> values = mixed.lap(130);
    for (const uint16_t value : values) mixed.feedback(PathEvent::good, value);
    EXPECT_EQ(mixed.lap(128), (std::vector<uint16_t>(values.begin() + 2, values.end())));
}

TEST(Mixed, NothingOfADeadPort)
{
    Paths mixed("mixed:paths=2,nack=15");
    const uint16_t value = mixed.pick(1);
    mixed.feedback(PathEvent::good, value, 1);
    mixed.flow.live_ports = 1;
    mixed.feedback(PathEvent::nack, value, 1);
    mixed.flow.live_ports = 3;
    for (int i = 0; i < 8; ++i) EXPECT_NE(mixed.pick(1), value);
}

// ---- flowlet ----

TEST(Flowlet, KeepsItsPathUntilAPause)
{
    Paths flowlet("flowlet:gap-us=5");
    EXPECT_FALSE(flowlet.path.ops->sprays);
    std::set<uint16_t> seen;
    for (int burst = 0; burst < 20; ++burst) {
        flowlet.flow.now = flowlet.flow.now + microseconds(5);
        const uint16_t path = flowlet.pick();
        seen.insert(path);
        for (int i = 0; i < 10; ++i) {
            flowlet.flow.now = flowlet.flow.now + nanoseconds(4999);
            EXPECT_EQ(flowlet.pick(), path);
        }
    }
    EXPECT_GT(seen.size(), 10U) << "20 draws of 64 values";
}

TEST(Flowlet, ThePauseIsTheBaseRttUnlessSet)
{
    Paths flowlet("flowlet:paths=16384");
    const uint16_t first = flowlet.pick();
    flowlet.flow.now = nanoseconds(9999);
    EXPECT_EQ(flowlet.pick(), first);
    flowlet.flow.now = flowlet.flow.now + microseconds(10);
    EXPECT_NE(flowlet.pick(), first);
}

// ---- uet-htsim's laps and its timeout ----

/// A lap by mask visits i ^ r for i = 0, 1, ...; the next lap has another r.
TEST(Walk, ByMaskIsAnExclusiveOr)
{
    uint64_t stream = 7;
    Walk walk;
    walk.start(stream, 64, true);
    std::set<uint16_t> masks;
    for (int lap = 0; lap < 5; ++lap) {
        const uint16_t mask = walk.next(stream, 64);
        masks.insert(mask);
        for (uint16_t i = 1; i < 64; ++i) EXPECT_EQ(walk.next(stream, 64), i ^ mask);
    }
    EXPECT_GT(masks.size(), 2U);
}

TEST(Walk, WithoutAPowerOfTwoStepsServe)
{
    uint64_t stream = 7;
    Walk walk;
    walk.start(stream, 6, true);
    for (int lap = 0; lap < 5; ++lap) {
        std::set<uint16_t> visited;
        for (int i = 0; i < 6; ++i) visited.insert(walk.next(stream, 6));
        EXPECT_EQ(visited.size(), 6U);
        EXPECT_EQ(*visited.rbegin(), 5U);
    }
}

/// Its timeouts name path 0, which then sits out 15 laps of the other 63.
TEST(Bitmap, HtsimsTimeoutBlamesTheFirstPath)
{
    Paths ours("bitmap"), peer("bitmap:preset=htsim");
    for (Paths* paths : {&ours, &peer}) paths->feedback(PathEvent::timeout, 0);
    EXPECT_EQ(distinct(ours.lap(64)).size(), 64U);
    const auto blamed = distinct(peer.lap(15 * 63));
    EXPECT_EQ(blamed.size(), 63U);
    EXPECT_EQ(distinct(peer.lap(64)).size(), 64U) << "served";
}

// SPDX-License-Identifier: GPL-2.0-only
// Tests adaptive routing, the flowlet table and the phantom queue, each alone.
#include "balancing/adaptive_routing.hpp"
#include "balancing/flowlet_table.hpp"
#include "marking/phantom_queue.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <vector>

using namespace hpnsim;

namespace
{

/// Counts how often each of the loads is chosen.
std::vector<int> choices(AdaptiveRouting& routing, const std::vector<Bytes>& loads, int trials)
{
    std::vector<int> count(loads.size());
    for (int i = 0; i < trials; ++i)
        ++count.at(routing.Choose(static_cast<uint32_t>(loads.size()), [&](uint32_t k) { return loads[k]; }));
    return count;
}

constexpr NextHops kHops{4, 8, nullptr};  // ports 4 to 11

}  // namespace

TEST(AdaptiveRouting, LevelsDoubleInWidth)
{
    const AdaptiveRouting routing(5, 1'000, 1);
    const std::pair<Bytes, uint32_t> table[] = {{0, 0},
                                                {999, 0},
                                                {1'000, 1},
                                                {1'999, 1},
                                                {2'000, 2},
                                                {3'999, 2},
                                                {4'000, 3},
                                                {7'999, 3},
                                                {8'000, 4},
                                                {1 << 30, 4},
                                                {AdaptiveRouting::kPaused, 5}};
    for (const auto& [load, level] : table) EXPECT_EQ(routing.Level(load), level) << load;
}

/// Loads 500 and 900 are on one level: each is drawn half of the time, within five standard deviations.
TEST(AdaptiveRouting, TheLowestLevelWinsAndTiesAreRandom)
{
    constexpr int kTrials = 10'000;
    AdaptiveRouting routing(8, 1'000, 7);
    const std::vector<int> count = choices(routing, {5'000, 500, 1'000, 900}, kTrials);
    EXPECT_EQ(count[0] + count[2], 0);
    EXPECT_NEAR(count[1], kTrials / 2.0, 5 * std::sqrt(kTrials / 4.0));
    EXPECT_EQ(count[1] + count[3], kTrials);
    for (const int each : choices(routing, {1, 2, 3, 4, 5}, kTrials))
        EXPECT_NEAR(each, kTrials / 5.0, 5 * std::sqrt(kTrials * 0.2 * 0.8));
}

TEST(AdaptiveRouting, PausedOnesAreTheLastResort)
{
    constexpr Bytes kPaused = AdaptiveRouting::kPaused;
    AdaptiveRouting routing(4, 1'000, 7);
    EXPECT_EQ(choices(routing, {kPaused, 1 << 30, kPaused}, 100), (std::vector<int>{0, 100, 0}));
    for (const int each : choices(routing, {kPaused, kPaused}, 1'000)) EXPECT_GT(each, 400);
}

TEST(AdaptiveRouting, TheStreamDecidesTheTies)
{
    AdaptiveRouting a(8, 1'000, 1), same(8, 1'000, 1), other(8, 1'000, 2);
    int differ = 0;
    const auto empty = [](uint32_t) { return Bytes{0}; };
    for (int i = 0; i < 100; ++i) {
        const uint32_t choice = a.Choose(8, empty);
        EXPECT_EQ(same.Choose(8, empty), choice);
        differ += other.Choose(8, empty) != choice ? 1 : 0;
    }
    EXPECT_GT(differ, 50);
}

/// Packets 9 us apart with a gap of 10 us are one flowlet; 10 us apart each is one of its own.
TEST(FlowletTable, ABurstStaysTogether)
{
    FlowletTable table(1024, microseconds(10), 3);
    const uint16_t port = table.Choose(77, kHops, {});
    for (int i = 1; i <= 100; ++i) EXPECT_EQ(table.Choose(77, kHops, microseconds(9) * i), port);
    std::map<uint16_t, int> taken;
    constexpr int kBursts = 8'000;
    for (int i = 0; i < kBursts; ++i) ++taken[table.Choose(77, kHops, microseconds(1'000 + 10 * i))];
    ASSERT_EQ(taken.size(), 8U);
    for (const auto& [which, count] : taken)
        EXPECT_NEAR(count, kBursts / 8.0, 5 * std::sqrt(kBursts * 7.0 / 64)) << which;
}

TEST(FlowletTable, FlowsOfTwoEntriesAreApartThoseOfOneAreNot)
{
    FlowletTable table(2, microseconds(10), 3);
    std::set<std::pair<uint16_t, uint16_t>> pairs;
    for (int i = 0; i < 200; ++i) {
        const Time now = milliseconds(1) * i;
        const uint16_t low = table.Choose(1, kHops, now), high = table.Choose(1U << 31, kHops, now);
        EXPECT_EQ(table.Choose((1U << 31) - 1, kHops, now), low);
        EXPECT_EQ(table.Choose(UINT32_MAX, kHops, now), high);
        pairs.emplace(low, high);
    }
    EXPECT_GT(pairs.size(), 40U);  // of 64
}

/// A port that is no longer among the next hops ends the flowlet; one that still is does not.
TEST(FlowletTable, LeavesADeadPortAtOnce)
{
    FlowletTable table(16, microseconds(10), 3);
    const uint16_t port = table.Choose(0, kHops, {});
    const uint16_t with[] = {port, 20}, without[] = {20, 21};
    EXPECT_EQ(table.Choose(0, {0, 2, with}, nanoseconds(1)), port);
    const uint16_t next = table.Choose(0, {0, 2, without}, nanoseconds(2));
    EXPECT_TRUE(next == 20 || next == 21);
    EXPECT_NE(table.Choose(0, kHops, nanoseconds(3)), next);  // dead in its turn
}

/// 1,000 B take 400 ns on a link of 20 Gb/s and 500 ns to drain at 0.8 of it: back to back each packet finds
/// 200 B more than the one before. A pause of 1 us then lets 2,000 B drain.
TEST(PhantomQueue, DrainsAtItsShareOfTheLink)
{
    PhantomQueue phantom;
    EXPECT_FALSE(phantom.Enabled());
    phantom.Configure(gbps(20), 0.8);
    ASSERT_TRUE(phantom.Enabled());
    Time now;
    for (int i = 0; i < 1'000; ++i, now += nanoseconds(400)) ASSERT_EQ(phantom.Pass(1'000, now), 200 * i);
    now += microseconds(1);
    EXPECT_EQ(phantom.Pass(1'000, now), 200'000 - 2'000);
    EXPECT_EQ(phantom.Pass(1'000, now + milliseconds(1)), 0);
}

/// At or below its share it is empty when the next packet comes.
TEST(PhantomQueue, StaysEmptyBelowItsShare)
{
    PhantomQueue phantom;
    phantom.Configure(gbps(20), 0.8);
    for (int i = 0; i < 1'000; ++i) ASSERT_EQ(phantom.Pass(1'000, nanoseconds(500) * i), 0);
}

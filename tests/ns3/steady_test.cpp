// SPDX-License-Identifier: GPL-2.0-only
// Tests what counts as steady, and what of messages is foreseen.
#include "run/foresight.hpp"
#include "run/steady.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

constexpr Bytes kMtu = 1000;

/// A look at flows that send a packet every `periods[i]` ps, of which `grown` more bytes are in flight.
FlowsSeen look(int64_t at, const std::vector<int64_t>& periods, Bytes grown = 0)
{
    FlowsSeen seen;
    seen.at = Time{at};
    for (size_t i = 0; i < periods.size(); ++i) {
        const int64_t sent = at / periods[i];
        seen.flows.push_back({i, static_cast<uint64_t>(sent), Time{sent * periods[i]}, 10 * kMtu + grown});
    }
    return seen;
}

std::optional<Steady> judged(const std::vector<FlowsSeen>& looks, double band = 0.02)
{
    SteadyTest test(band, kMtu);
    for (const FlowsSeen& each : looks) test.add(each);
    return test.judge();
}

TEST(Steady, KnowsTheExactRateOfRegularFlowsWhereverItLooks)
{
    const auto found =
        judged({look(100'003, {700, 1300}), look(200'019, {700, 1300}), look(299'777, {700, 1300})});
    ASSERT_TRUE(found);
    EXPECT_DOUBLE_EQ(found->rates[0], 1.0 / 700);
    EXPECT_DOUBLE_EQ(found->rates[1], 1.0 / 1300);
    EXPECT_GT(found->reach.ps, 1'000'000) << "what does not change may be trusted for long";
}

TEST(Steady, NeedsThreeLooksAndPackets)
{
    EXPECT_FALSE(judged({look(100'000, {700}), look(200'000, {700})}));
    EXPECT_FALSE(judged({look(0, {700}), look(7'000, {700}), look(14'000, {700})}))
        << "ten packets are too few";
    EXPECT_FALSE(judged({look(100'000, {}), look(200'000, {}), look(300'000, {})}));
}

TEST(Steady, IsOverWhenARateLeavesTheBand)
{
    FlowsSeen last = look(300'000, {700, 1300});
    last.flows[1].sent += 4;  // of 77
    EXPECT_FALSE(judged({look(100'000, {700, 1300}), look(200'000, {700, 1300}), last}));
    EXPECT_TRUE(judged({look(100'000, {700, 1300}), look(200'000, {700, 1300}), last}, 0.1));
}

TEST(Steady, ReachesAsFarAsTheTrendStaysInTheBand)
{
    FlowsSeen last = look(300'000, {700});
    last.flows[0].sent += 1;  // of 143: 0.7 %
    const auto found = judged({look(100'000, {700}), look(200'000, {700}), last});
    ASSERT_TRUE(found);
    EXPECT_NEAR(static_cast<double>(found->reach.ps), 1e5 * 0.02 * 143, 2e4);
}

TEST(Steady, IsNotWhatFillsQueues)
{
    EXPECT_FALSE(
        judged({look(100'000, {700}), look(200'000, {700}, 10 * kMtu), look(300'000, {700}, 20 * kMtu)}));
    const auto found =
        judged({look(100'000, {700}), look(200'000, {700}, 2 * kMtu), look(300'000, {700}, 4 * kMtu)}, 0.05);
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->rates[0] * 700, 1 - 4.0 / 286, 1e-3) << "queues do not deliver";
}

TEST(Steady, IsNotWhatChangesFlowsOrRepairsLosses)
{
    FlowsSeen last = look(300'000, {700});
    last.repairs = 1;
    EXPECT_FALSE(judged({look(100'000, {700}), look(200'000, {700}), last}));
    last = look(300'000, {700});
    last.flows[0].key = 9;
    EXPECT_FALSE(judged({look(100'000, {700}), look(200'000, {700}), last}));
}

constexpr Bytes kMessage = 100 * kMtu;

/// Lets messages of a lane be posted and arrive one by one, `takes` after each other.
struct Lane {
    Foresight& foresight;
    uint64_t lane;
    int64_t now = 0;
    uint64_t next = 0;
    Foresight::Plan one(int64_t takes, Bytes bytes = kMessage)
    {
        const uint64_t number = lane * 1000 + next++;
        const Foresight::Plan plan = foresight.begin(number, lane, bytes, Time{now});
        now += takes;
        foresight.arrived(number, Time{now});
        if (plan.way == Foresight::Way::real) foresight.completed(number, Time{50});
        return plan;
    }
};

TEST(Foresight, KnowsAMessageAfterThreeOfItsKind)
{
    Foresight foresight(0.02, kMtu);
    Lane lane{foresight, 1};
    for (int i = 0; i < Foresight::kAgree; ++i) EXPECT_EQ(lane.one(10'000).way, Foresight::Way::real);
    const Foresight::Plan plan = foresight.begin(77, 1, kMessage, Time{lane.now});
    EXPECT_EQ(plan.way, Foresight::Way::foreseen);
    EXPECT_EQ(plan.takes.ps, 10'000);
    EXPECT_EQ(foresight.completion_of(77).ps, 50);
    EXPECT_EQ(lane.one(10'000, kMessage / 2).way, Foresight::Way::waits) << "another length is another kind";
}

TEST(Foresight, ForgetsWhatDoesNotRepeat)
{
    Foresight foresight(0.02, kMtu);
    Lane lane{foresight, 1};
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(lane.one(i % 2 == 0 ? 10'000 : 11'000).way, Foresight::Way::real) << i;
}

TEST(Foresight, SendsAllForRealWhileAnUnknownMessageIsUnderWay)
{
    Foresight foresight(0.02, kMtu);
    Lane lane{foresight, 1};
    for (int i = 0; i < Foresight::kAgree; ++i) lane.one(10'000);
    foresight.begin(5, 2, kMessage, Time{lane.now});  // of a lane of which nothing is known
    EXPECT_EQ(lane.one(10'000).way, Foresight::Way::real);
    foresight.arrived(5, Time{lane.now});
    EXPECT_EQ(lane.one(10'000).way, Foresight::Way::foreseen);
    foresight.begin(6, 3, kMessage, Time{lane.now});
    foresight.lost(6, Time{lane.now});
    EXPECT_EQ(lane.one(10'000).way, Foresight::Way::foreseen) << "a message that failed is gone";
}

TEST(Foresight, MessagesOfALaneFollowEachOther)
{
    Foresight foresight(0.02, kMtu);
    uint64_t number = 0;
    int64_t now = 0;
    // Two are always under way: each arrives 9,000 ps after the one before it.
    foresight.begin(number++, 1, kMessage, Time{now});
    Foresight::Plan plan;
    for (int i = 0; i <= Foresight::kAgree + 2; ++i) {
        plan = foresight.begin(number++, 1, kMessage, Time{now});
        now += 9'000;
        if (i <= Foresight::kAgree + 1) {
            EXPECT_EQ(plan.way, Foresight::Way::real);
            EXPECT_TRUE(foresight.arrived(number - 2, Time{now}).empty());
        }
    }
    EXPECT_EQ(plan.way, Foresight::Way::waits) << "a real one is before it";
    const auto released = foresight.arrived(number - 2, Time{now});
    ASSERT_EQ(released.size(), 1u);
    EXPECT_EQ(released[0].message, number - 1);
    EXPECT_EQ(released[0].plan.way, Foresight::Way::foreseen);
    EXPECT_EQ(released[0].plan.takes.ps, 9'000);
}

}  // namespace
}  // namespace hpnsim

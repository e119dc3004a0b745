// SPDX-License-Identifier: GPL-2.0-only
// Tests what `incast` and `flows` send, and when, over a fake network.
#include "fake_carrier.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hpnsim
{
namespace
{

FabricPlan hpn_like()
{
    FabricPlan plan;
    plan.name = "hpn:hosts=4";
    plan.endpoints = 2 * 4 * 8;
    plan.nics_per_host = 8;
    plan.hosts_per_segment = 4;
    return plan;
}

std::string sentence_of(const std::function<void()>& act)
{
    try {
        act();
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

TEST(PlaceIncast, PutsSendersWhereTheOptionSays)
{
    EXPECT_EQ(place_incast(hpn_like(), "rail", 3).senders, (std::vector<uint32_t>{8, 16, 24}));
    EXPECT_EQ(place_incast(hpn_like(), "cross-segment", 2).senders, (std::vector<uint32_t>{32, 40}));
    EXPECT_EQ(place_incast(hpn_like(), "index", 3).senders, (std::vector<uint32_t>{1, 2, 3}));
    EXPECT_EQ(place_incast(hpn_like(), "rail", 3).receiver, 0U);
}

TEST(PlaceIncast, SaysHowManyThereAre)
{
    EXPECT_EQ(
        sentence_of([] { place_incast(hpn_like(), "rail", 8); }),
        "senders: 8 senders placed by rail need as many hosts beside the receiver's, and 'hpn:hosts=4' has "
        "7");
    EXPECT_EQ(sentence_of([] { place_incast(hpn_like(), "cross-segment", 5); }),
              "senders: 5 senders placed by cross-segment need as many hosts beside the receiver's, and "
              "'hpn:hosts=4' has 4");
    EXPECT_EQ(sentence_of([] { place_incast(hpn_like(), "index", 64); }),
              "senders: 64 senders placed by index need as many endpoints beside the receiver's, and "
              "'hpn:hosts=4' "
              "has 63");
    FabricPlan star = hpn_like();
    star.hosts_per_segment = 0;
    EXPECT_NE(sentence_of([&] { place_incast(star, "cross-segment", 1); }), "");
}

TEST(IncastWorkload, RoundsFollowEachOtherOnAnEmptyNetwork)
{
    IncastWorkload workload({0, {1, 2, 3}}, 1000, 4, {}, 1);
    std::map<Time, int> sends_at;
    std::set<uint64_t> ids;
    FakeCarrier carrier;
    carrier.on_send = [&](const Message& m) {
        ++sends_at[carrier.now()];
        EXPECT_TRUE(ids.insert(m.id).second);
        EXPECT_EQ(m.dst, 0U);
        EXPECT_EQ(m.bytes, 1000);
    };
    carrier.run(workload);
    EXPECT_TRUE(workload.done());
    EXPECT_EQ(carrier.sent, 12U);
    ASSERT_EQ(workload.periods().size(), 4U);
    for (size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(sends_at[workload.periods()[i].start], 3);
        // 3,000 B into one link at 400 Gb/s take 60 ns, then 3 us to the receiver and 3 us back.
        EXPECT_EQ(workload.periods()[i].end - workload.periods()[i].start, nanoseconds(6060));
        if (i > 0) {
            EXPECT_EQ(workload.periods()[i].start, workload.periods()[i - 1].end);
        }
    }
}

TEST(IncastWorkload, JitterSpreadsTheStartsWithinItsBound)
{
    IncastWorkload workload({0, {1, 2, 3, 4, 5, 6, 7, 8}}, 1000, 1, microseconds(1), 5);
    std::set<int64_t> starts;
    FakeCarrier carrier;
    carrier.on_send = [&](const Message&) { starts.insert(carrier.now().ps); };
    carrier.run(workload);
    EXPECT_GT(starts.size(), 6U);
    EXPECT_LE(*starts.rbegin(), 1'000'000);
    EXPECT_TRUE(workload.done());
}

TEST(IncastWorkload, AFailedSenderDoesNotHoldTheRoundUp)
{
    IncastWorkload workload({0, {1, 2}}, 1000, 2, {}, 1);
    FakeCarrier carrier;
    carrier.status = [](const Message& m) { return m.id == 0 ? FlowStatus::retry_exceeded : FlowStatus::ok; };
    carrier.run(workload);
    EXPECT_TRUE(workload.done());
    EXPECT_EQ(carrier.sent, 4U);
}

TEST(FlowsWorkload, SendsEachFlowAtItsStart)
{
    FlowsWorkload workload({{0, 1, 100, 10, {}}, {2, 1, 100, 20, {}}, {1, 0, 100, 30, nanoseconds(70)}});
    std::vector<std::pair<uint64_t, int64_t>> sends;
    FakeCarrier carrier;
    carrier.on_send = [&](const Message& m) { sends.emplace_back(m.id, carrier.now().ps); };
    carrier.run(workload);
    EXPECT_EQ(sends, (std::vector<std::pair<uint64_t, int64_t>>{{0, 0}, {1, 0}, {2, 70'000}}));
    EXPECT_TRUE(workload.done());
    EXPECT_EQ(workload.progress(), 1);
}

}  // namespace
}  // namespace hpnsim

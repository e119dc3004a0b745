// SPDX-License-Identifier: GPL-2.0-only
// Tests that a message can be shortened while it is being sent, and that both ends then end it whole.
#include "rig.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace hpnsim::test
{
namespace
{

constexpr Bytes kMtu = 4096;

RigOptions options_of(Reliability reliability)
{
    RigOptions options;
    options.nic.reliability = reliability;
    options.nic.retry.rto = microseconds(200);
    return options;
}

class Cut : public testing::TestWithParam<Reliability>
{
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Transports, Cut,
                         testing::Values(Reliability::go_back_n, Reliability::irn, Reliability::rud));

TEST_P(Cut, AMessageEndsAtBothEndsWithItsLastPacket)
{
    Rig rig(options_of(GetParam()));
    rig.connect();
    rig.post(0, 0, 1000 * kMtu + 100, Verb::write, 7);
    rig.run_until(microseconds(20));
    const Outgoing before = rig.nic(0).outgoing(0);
    EXPECT_EQ(before.cookie, 7u);
    ASSERT_GT(before.spare, 900u);
    rig.nic(0).cut(0, 900, rig.nic(1));
    EXPECT_EQ(rig.nic(0).outgoing(0).spare, before.spare - 900);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().data_packets, 101u);
    const auto sent = rig.done_of(Completion::Kind::sent, 0);
    const auto placed = rig.done_of(Completion::Kind::placed, 1);
    ASSERT_EQ(sent.size(), 1u);
    ASSERT_EQ(placed.size(), 1u);
    EXPECT_EQ(sent[0].completion.status, Status::success);
    EXPECT_EQ(sent[0].completion.bytes, 100 * kMtu + 100);
    EXPECT_EQ(placed[0].completion.bytes, 100 * kMtu + 100);
    EXPECT_EQ(rig.seen_of(PacketKind::data, 0).back().packet.payload, 100u)
        << "the last packet keeps its length";
    EXPECT_EQ(rig.nic(1).counters().delivered, rig.nic(0).counters().posted);
    EXPECT_TRUE(rig.seen_of(PacketKind::nak, 1).empty());
    EXPECT_EQ(rig.nic(0).flow(0).backlog, 0);
}

TEST_P(Cut, RequestsBehindItMoveUp)
{
    Rig rig(options_of(GetParam()));
    rig.connect();
    for (uint64_t cookie = 1; cookie <= 3; ++cookie) rig.post(0, 0, 200 * kMtu, Verb::write, cookie);
    rig.run_until(microseconds(20));
    ASSERT_EQ(rig.nic(0).outgoing(0).cookie, 1u);
    rig.nic(0).cut(0, 100, rig.nic(1));
    ASSERT_TRUE(rig.run());
    const auto placed = rig.done_of(Completion::Kind::placed, 1);
    ASSERT_EQ(placed.size(), 3u);
    EXPECT_EQ(placed[0].completion.bytes, 100 * kMtu);
    EXPECT_EQ(placed[1].completion.bytes, 200 * kMtu);
    EXPECT_EQ(placed[2].completion.cookie, 3u);
    EXPECT_EQ(rig.nic(0).counters().data_packets, 500u);
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 3u);
}

TEST_P(Cut, PsnsMayWrapAround)
{
    Rig rig(options_of(GetParam()));
    rig.connect(0, 0xffffffU - 150);
    rig.post(0, 0, 1000 * kMtu);
    rig.post(0, 0, 10 * kMtu);
    rig.run_until(microseconds(20));
    ASSERT_GT(rig.nic(0).outgoing(0).spare, 800u);
    rig.nic(0).cut(0, 800, rig.nic(1));
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 2u);
    EXPECT_EQ(rig.nic(1).counters().delivered, 210 * kMtu);
    EXPECT_LT(rig.seen_of(PacketKind::data, 0).back().packet.psn, 100u);
}

TEST_P(Cut, RefusesWhatHasBeenSentAndTheLastPacket)
{
    Rig rig(options_of(GetParam()));
    rig.connect();
    EXPECT_EQ(rig.nic(0).outgoing(0).spare, 0u) << "there is no message";
    rig.post(0, 0, 1000 * kMtu);
    rig.run_until(microseconds(20));
    const uint32_t spare = rig.nic(0).outgoing(0).spare;
    EXPECT_EQ(spare, 1000 - rig.nic(0).flow(0).next_psn - 1);
    EXPECT_THROW(rig.nic(0).cut(0, spare + 1, rig.nic(1)), std::logic_error);
    rig.nic(0).cut(0, spare, rig.nic(1));
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.done_of(Completion::Kind::placed, 1).size(), 1u);
    EXPECT_EQ(rig.nic(0).outgoing(0).spare, 0u) << "all has been sent";
}

TEST_P(Cut, SparesNothingWhileALossIsRepaired)
{
    Rig rig(options_of(GetParam()));
    rig.connect();
    bool dropped = false;
    rig.script = [&dropped](const Seen& s) {
        Fate fate;
        fate.drop = !dropped && s.packet.kind == PacketKind::data && s.packet.psn == 20;
        dropped |= fate.drop;
        return fate;
    };
    rig.post(0, 0, 4000 * kMtu);
    bool repaired = false;
    for (int i = 1; i < 4000 && !repaired; ++i) {
        rig.run_until(nanoseconds(100 * i));
        repaired = dropped && rig.nic(0).counters().naks + rig.nic(0).counters().timeouts == 0 &&
                   rig.nic(0).flow(0).next_psn > 20 && rig.nic(0).outgoing(0).spare == 0;
    }
    EXPECT_TRUE(repaired || GetParam() == Reliability::rud) << "rud repairs at once, between two looks";
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(1).counters().delivered, 4000 * kMtu);
}

TEST(CutOfGoBackN, WaitsUntilTheReceiverKnowsTheMessage)
{
    Rig rig(options_of(Reliability::go_back_n));
    rig.connect();
    rig.post(0, 0, 1000 * kMtu);
    rig.run_until(nanoseconds(500));  // the first packet is on its way, with the length of the message
    ASSERT_GT(rig.nic(0).flow(0).next_psn, 0u);
    EXPECT_EQ(rig.nic(0).outgoing(0).spare, 0u);
    rig.run_until(microseconds(20));
    EXPECT_GT(rig.nic(0).outgoing(0).spare, 0u);
}

TEST(CutOfGoBackN, TakesReadsForNothingToCut)
{
    Rig rig(options_of(Reliability::go_back_n));
    rig.connect();
    rig.post(0, 0, 1000 * kMtu, Verb::read);
    rig.run_until(microseconds(5));
    EXPECT_EQ(rig.nic(0).outgoing(0).spare, 0u);
    ASSERT_TRUE(rig.run());
}

}  // namespace hpnsim::test

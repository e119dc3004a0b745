// SPDX-License-Identifier: GPL-2.0-only
// Tests how fast a QP sends, how QPs share a port, what goes first, and what PFC stops.
#include "rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hpnsim::test
{

TEST(Pacing, GapsAreExact)
{
    RigOptions options;
    options.cc.rate = gbps(30);
    Rig rig(options);
    rig.connect();
    rig.post(0, 0, 4 * 4096);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(data.size(), 4u);
    // 4194 B at 30 Gb/s: 1,118,400 ps. 4178 B: 1,114,133.3 ps, rounded up.
    EXPECT_EQ((data[1].at - data[0].at).ps, 1'118'400);
    EXPECT_EQ((data[2].at - data[1].at).ps, 1'114'134);
    EXPECT_EQ((data[3].at - data[2].at).ps, 1'114'134);
}

TEST(Pacing, AtLineRateTheWireIsNeverIdle)
{
    Rig rig({});
    rig.connect();
    rig.post(0, 0, 3 * 4096);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    EXPECT_EQ((data[1].at - data[0].at).ps, 335'520);
    EXPECT_EQ((data[2].at - data[1].at).ps, 334'240);
}

TEST(Pacing, AWindowBelowOneMtuBecomesARate)
{
    RigOptions options;
    options.cc.window = 1024;  // a quarter of an MTU: one packet in four base RTTs
    options.base_rtt = microseconds(10);
    Rig rig(options);
    rig.connect();
    rig.post(0, 0, 4 * 4096);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(data.size(), 4u);
    for (int i = 1; i < 4; ++i) EXPECT_EQ(data[i].at - data[i - 1].at, microseconds(40));
}

TEST(Pacing, SmallMessagesUnderASmallWindowAreNotSlowedAsIfFull)
{
    RigOptions options;
    options.cc.window = 1024;
    options.base_rtt = microseconds(10);
    Rig rig(options);
    rig.connect();
    for (int i = 0; i < 4; ++i) rig.post(0, 0, 512);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(data.size(), 4u);
    for (int i = 1; i < 4; ++i) EXPECT_EQ(data[i].at - data[i - 1].at, microseconds(5));
}

TEST(Fairness, ManyQueuePairsTakeTurns)
{
    Rig rig({});
    constexpr uint32_t kQps = 50;
    for (uint32_t i = 0; i < kQps; ++i) rig.connect();
    for (uint32_t i = 0; i < kQps; ++i) rig.post(0, i, 20 * 4096);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(data.size(), 20u * kQps);
    for (size_t round = 1; round < 19; ++round) {
        std::vector<int> turns(kQps);
        for (uint32_t i = 0; i < kQps; ++i) ++turns[data[round * kQps + i].packet.dst_qp];
        EXPECT_EQ(std::count(turns.begin(), turns.end(), 1), kQps) << "round " << round;
    }
}

TEST(Fairness, ALateComerIsNotStarved)
{
    Rig rig({});
    rig.connect();
    rig.connect();
    rig.post(0, 0, 1000 * 4096);
    rig.run_until(microseconds(20));
    rig.post(0, 1, 10 * 4096);
    rig.run_until(microseconds(30));  // 20 packets would need 6.7 us
    int second = 0;
    for (const Seen& s : rig.seen_of(PacketKind::data, 0)) second += s.packet.dst_qp == 1;
    EXPECT_EQ(second, 10);
}

TEST(Priority, AcksLeaveBeforeWaitingData)
{
    Rig rig({});
    rig.connect();
    rig.post(0, 0, 100 * 4096);
    rig.post(1, 0, 10 * 4096);
    ASSERT_TRUE(rig.run());
    // NIC 0 always has data waiting: each ACK leaves as soon as the packet on the wire is out.
    const auto back = rig.seen_of(PacketKind::data, 1);
    const auto acks = rig.seen_of(PacketKind::ack, 0);
    ASSERT_EQ(acks.size(), 10u);
    for (size_t i = 0; i < 10; ++i) {
        const Time arrived = back[i].at + wire_time(back[i].packet.wire_bytes) + microseconds(1);
        EXPECT_GE(acks[i].at, arrived);
        EXPECT_LE(acks[i].at, arrived + wire_time(4178));
    }
}

TEST(Pfc, StopsDataAndNotControl)
{
    Rig rig({});
    rig.connect();
    rig.pause(0, 0, kDataPriority, true);
    rig.post(0, 0, 3 * 4096);
    rig.post(1, 0, 4096);
    rig.run_until(microseconds(50));
    EXPECT_TRUE(rig.seen_of(PacketKind::data, 0).empty());
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 1).size(), 1u) << "NIC 0 still acknowledges";
    rig.pause(0, 0, kDataPriority, false);
    EXPECT_EQ(rig.seen_of(PacketKind::data, 0)[0].at, microseconds(50));
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(1).counters().delivered, 3 * 4096);
}

TEST(Pfc, AcksInTheDataClassStopWithIt)
{
    RigOptions options;
    options.nic.ack_in_data_class = true;
    options.receiver = "cnp";
    Rig rig(options);
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.mark = s.packet.kind == PacketKind::data;
        return fate;
    };
    rig.pause(1, 0, kDataPriority, true);
    rig.post(0, 0, 4096);
    rig.post(0, 0, 4096);
    rig.run_until(microseconds(50));
    EXPECT_TRUE(rig.seen_of(PacketKind::ack, 1).empty());
    EXPECT_EQ(rig.seen_of(PacketKind::cnp, 1).size(), 1u) << "CNPs are control: no ACK holds them back";
    rig.pause(1, 0, kDataPriority, false);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 2u);
}

TEST(Cnps, AreDelayed)
{
    for (Time delay : {Time{}, microseconds(55)}) {
        RigOptions options;
        options.receiver = "cnp";
        options.nic.cnp.delay = delay;
        Rig rig(options);
        rig.connect();
        rig.script = [](const Seen& s) {
            Fate fate;
            fate.mark = s.packet.kind == PacketKind::data;
            return fate;
        };
        rig.post(0, 0, 4096);
        ASSERT_TRUE(rig.run());
        const auto cnps = rig.seen_of(PacketKind::cnp, 1);
        ASSERT_EQ(cnps.size(), 1u);
        EXPECT_EQ(cnps[0].at.ps, 1'335'520 + delay.ps);
        EXPECT_EQ(cnps[0].packet.wire_bytes, 98u);  // 14 + 20 + 8 + 12 + 16 + 4 + 4, preamble and gap 20
        // 98 B x 80 ps + 1 us; without delay it goes out ahead of the ACK.
        const auto told = rig.journal().of(Event::Kind::cnp);
        ASSERT_EQ(told.size(), 1u);
        EXPECT_EQ(told[0].now.ps, cnps[0].at.ps + 7'840 + 1'000'000);
    }
}

}  // namespace hpnsim::test

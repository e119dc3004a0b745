// SPDX-License-Identifier: GPL-2.0-only
// Tests go-back-N as the InfiniBand architecture has it for RC: one NAK a gap, retransmission from the named
// PSN, timeout of the oldest packet, receiver not ready.
#include "rig.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

/// Loses the n-th data packets (from 1) that NIC 0 sends.
auto lose(const std::vector<int>& which)
{
    return [which, n = 0](const Seen& s) mutable {
        Fate fate;
        if (s.packet.kind != PacketKind::data || s.from != 0) return fate;
        ++n;
        for (int w : which) fate.drop |= n == w;
        return fate;
    };
}

std::vector<uint32_t> psns(const std::vector<Seen>& seen)
{
    std::vector<uint32_t> list;
    for (const Seen& one : seen) list.push_back(one.packet.psn);
    return list;
}

}  // namespace

TEST(GoBackN, OneNakAGapAndBackToIt)
{
    Rig rig({});
    rig.connect();
    rig.script = lose({2});
    rig.post(0, 0, 6 * 4096);
    rig.run_until(microseconds(100));
    const auto naks = rig.seen_of(PacketKind::nak, 1);
    ASSERT_EQ(naks.size(), 1u) << "packets 2 to 5 all arrive early, one NAK is enough";
    EXPECT_EQ(naks[0].packet.psn, 1u);
    EXPECT_EQ(naks[0].packet.syndrome, syndrome::kSequence);
    EXPECT_EQ(psns(rig.seen_of(PacketKind::data, 0)),
              (std::vector<uint32_t>{0, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5}));
    EXPECT_EQ(rig.nic(0).counters().retransmitted, 5 * 4096);
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0)[0].completion.retransmitted, 5 * 4096);
    EXPECT_EQ(rig.nic(0).counters().timeouts, 0u);
}

TEST(GoBackN, TheRateLawHearsOfTheLossOnce)
{
    Rig rig({});
    rig.connect();
    rig.script = lose({2});
    rig.post(0, 0, 6 * 4096);
    ASSERT_TRUE(rig.run());
    const auto nacks = rig.journal().of(Event::Kind::nack);
    ASSERT_EQ(nacks.size(), 1u);
    EXPECT_EQ(nacks[0].nack.psn, 1u);
    EXPECT_EQ(nacks[0].nack.why, Loss::out_of_order);
    EXPECT_EQ(nacks[0].in_flight, 5 * 4096) << "still holds the lost bytes (events.hpp)";
    EXPECT_EQ(nacks[0].nack.lost, 5 * 4096);
}

TEST(GoBackN, ASecondGapHasItsOwnNak)
{
    Rig rig({});
    rig.connect();
    rig.script = lose({2, 9});  // PSN 1; then PSN 3 of the second round 1 2 3 4 5
    rig.post(0, 0, 6 * 4096);
    rig.run_until(microseconds(100));
    EXPECT_EQ(psns(rig.seen_of(PacketKind::nak, 1)), (std::vector<uint32_t>{1, 3}));
    EXPECT_EQ(rig.done_of(Completion::Kind::placed, 1).size(), 1u);
}

TEST(GoBackN, ANakAcknowledgesWhatIsBeforeIt)
{
    RigOptions options;
    options.nic.acks.every = 100;
    Rig rig(options);
    rig.connect();
    rig.script = lose({4});
    rig.post(0, 0, 6 * 4096);
    rig.run_until(microseconds(100));
    EXPECT_EQ(psns(rig.seen_of(PacketKind::data, 0)), (std::vector<uint32_t>{0, 1, 2, 3, 4, 5, 3, 4, 5}));
}

TEST(GoBackN, AnOldNakIsIgnored)
{
    Rig rig({});
    rig.connect();
    rig.script = [inner = lose({2})](const Seen& s) mutable {
        Fate fate = inner(s);
        if (s.packet.kind == PacketKind::nak) fate.late = microseconds(1200);  // beyond the timeout
        return fate;
    };
    rig.post(0, 0, 6 * 4096);
    rig.run_until(microseconds(1190));
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 1u) << "by timeout";
    const auto before = rig.nic(0).counters().data_packets;
    rig.post(0, 0, 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().data_packets, before + 1);
    EXPECT_TRUE(rig.journal().of(Event::Kind::nack).empty());
}

TEST(GoBackN, ALostLastPacketComesAgainAtTheTimeout)
{
    RigOptions options;
    options.nic.retry.ack_timeout = microseconds(100);
    Rig rig(options);
    rig.connect();
    rig.script = lose({1});
    rig.post(0, 0, 4096);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(data.size(), 2u);
    EXPECT_EQ(data[1].at, microseconds(100)) << "counted from its sending";
    EXPECT_EQ(rig.nic(0).counters().timeouts, 1u);
    const auto told = rig.journal().of(Event::Kind::timeout);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].timeout.lost, 4096);
    EXPECT_EQ(told[0].timeout.in_a_row, 1);
    EXPECT_EQ(told[0].in_flight, 4096);
}

TEST(GoBackN, TheTimerDoesNotCountIdleTime)
{
    RigOptions options;
    options.nic.retry.ack_timeout = microseconds(100);
    Rig rig(options);
    rig.connect();
    rig.script = lose({2});
    rig.post(0, 0, 4096);
    rig.run_until(microseconds(300));
    rig.post(0, 0, 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.seen_of(PacketKind::data, 0)[2].at, microseconds(400));
}

TEST(GoBackN, TheTimerRestartsWithProgress)
{
    RigOptions options;
    options.nic.retry.ack_timeout = microseconds(100);
    Rig rig(options);
    rig.connect();
    rig.script = lose({2});
    rig.post(0, 0, 4096 + 10);
    ASSERT_TRUE(rig.run());
    // The first ACK, at 2,342,400 ps (send_test.cpp), restarts it.
    EXPECT_EQ(rig.seen_of(PacketKind::data, 0)[2].at.ps, 2'342'400 + 100'000'000);
}

TEST(GoBackN, ALostLastAckIsMadeAgainByTheDuplicate)
{
    RigOptions options;
    options.nic.retry.ack_timeout = microseconds(100);
    Rig rig(options);
    rig.connect();
    rig.script = [n = 0](const Seen& s) mutable {
        Fate fate;
        fate.drop = s.packet.kind == PacketKind::ack && n++ == 0;
        return fate;
    };
    rig.post(0, 0, 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.done_of(Completion::Kind::placed, 1).size(), 1u) << "placed once";
    const auto sent = rig.done_of(Completion::Kind::sent, 0);
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].at.ps, 100'000'000 + 2'342'400);
}

TEST(GoBackN, ATrimmedPacketIsAGap)
{
    Rig rig({});
    rig.connect();
    rig.script = [n = 0](const Seen& s) mutable {
        Fate fate;
        fate.trim = s.packet.kind == PacketKind::data && n++ == 2;
        return fate;
    };
    rig.post(0, 0, 3 * 4096);
    rig.run_until(microseconds(50));
    EXPECT_EQ(psns(rig.seen_of(PacketKind::data, 0)), (std::vector<uint32_t>{0, 1, 2, 2}));
}

TEST(ReceiverNotReady, WaitsAndRecovers)
{
    RigOptions options;
    options.nic.rnr.timer = 12;
    Rig rig(options);
    rig.connect();
    rig.post(0, 0, 3 * 4096, Verb::send, 5);
    rig.run_until(microseconds(300));
    const auto naks = rig.seen_of(PacketKind::nak, 1);
    ASSERT_EQ(naks.size(), 1u) << "the packets behind the refused one are dropped in silence";
    EXPECT_EQ(naks[0].packet.syndrome, syndrome::kRnr + 12);
    EXPECT_TRUE(rig.done.empty());
    rig.post_receive(1, 0);
    ASSERT_TRUE(rig.run());
    // The first SEND packet, 4178 B, and the NAK of 86 B: 334,240 + 6,880 ps + 2 us, then the wait.
    const auto data = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(data.size(), 6u);
    EXPECT_EQ(data[3].at.ps, 2'341'120 + 640'000'000);
    EXPECT_EQ(rig.done_of(Completion::Kind::received, 1).size(), 1u);
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 1u);
    EXPECT_EQ(rig.nic(0).counters().timeouts, 0u);
    EXPECT_TRUE(rig.journal().of(Event::Kind::nack).empty()) << "not congestion";
}

TEST(ReceiverNotReady, KeepsTryingForEver)
{
    RigOptions options;
    options.nic.rnr.timer = 1;
    options.nic.retry.retries = 2;
    Rig rig(options);
    rig.connect();
    rig.post(0, 0, 4096, Verb::send);
    rig.run_until(microseconds(2000));
    EXPECT_GT(rig.seen_of(PacketKind::nak, 1).size(), 100u);
    EXPECT_TRUE(rig.done.empty());
    rig.post_receive(1, 0);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0)[0].completion.status, Status::success);
}

TEST(ReceiverNotReady, AWriteNeedsNoReceive)
{
    Rig rig({});
    rig.connect();
    rig.post(0, 0, 4096);
    rig.post(0, 0, 4096, Verb::send);
    rig.post_receive(1, 0);
    ASSERT_TRUE(rig.run());
    EXPECT_TRUE(rig.seen_of(PacketKind::nak, 1).empty());
    ASSERT_EQ(rig.done_of(Completion::Kind::placed, 1).size(), 1u);
    EXPECT_EQ(rig.done_of(Completion::Kind::received, 1).size(), 1u);
}

}  // namespace hpnsim::test

// SPDX-License-Identifier: GPL-2.0-only
// Tests selective repeat: trimmed headers, timeouts, and reports that come too late.
#include "rig.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

RigOptions rud(Time rto = microseconds(100))
{
    RigOptions options;
    options.nic.reliability = Reliability::rud;
    options.nic.retry.rto = rto;
    return options;
}

/// Loses the first transmission of some PSNs.
auto lose_first(const std::vector<uint32_t>& psns)
{
    return [psns](const Seen& s) {
        Fate fate;
        if (s.packet.kind == PacketKind::data && !s.packet.retransmitted)
            for (uint32_t psn : psns) fate.drop |= s.packet.psn == psn;
        return fate;
    };
}

std::vector<Seen> repairs(const Rig& rig)
{
    std::vector<Seen> found;
    for (const Seen& s : rig.seen_of(PacketKind::data, 0))
        if (s.packet.retransmitted) found.push_back(s);
    return found;
}

}  // namespace

TEST(Trimming, BringsBackJustThatPacket)
{
    Rig rig(rud());
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.trim = s.packet.kind == PacketKind::data && s.packet.psn == 3 && !s.packet.retransmitted;
        return fate;
    };
    rig.post(0, 0, 10 * 4096);
    rig.run_until(microseconds(50));
    const auto naks = rig.seen_of(PacketKind::nak, 1);
    ASSERT_EQ(naks.size(), 1u);
    EXPECT_EQ(naks[0].packet.syndrome, syndrome::kTrimmed);
    EXPECT_EQ(naks[0].packet.echo_psn, 3u);
    ASSERT_EQ(repairs(rig).size(), 1u);
    EXPECT_EQ(repairs(rig)[0].packet.psn, 3u);
    EXPECT_TRUE(repairs(rig)[0].packet.ack_request);
    const auto nacks = rig.journal().of(Event::Kind::nack);
    ASSERT_EQ(nacks.size(), 1u);
    EXPECT_EQ(nacks[0].nack.psn, 3u);
    EXPECT_EQ(nacks[0].nack.lost, 4096);
    EXPECT_EQ(nacks[0].nack.why, Loss::trimmed);
    EXPECT_EQ(nacks[0].in_flight % 4096, 0);
    EXPECT_GE(nacks[0].in_flight, 4096) << "still holds the lost bytes";
}

TEST(Trimming, TellsTheLastHop)
{
    Rig rig(rud());
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.trim = fate.last_hop = s.packet.kind == PacketKind::data && !s.packet.retransmitted;
        return fate;
    };
    rig.post(0, 0, 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.seen_of(PacketKind::nak, 1)[0].packet.syndrome, syndrome::kTrimmedLastHop);
    EXPECT_EQ(rig.journal().of(Event::Kind::nack)[0].nack.why, Loss::trimmed_at_last_hop);
}

TEST(Trimming, RepairsComeBeforeNewPackets)
{
    RigOptions options = rud();
    options.cc.window = 20 * 4096;
    Rig rig(options);
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.trim = s.packet.kind == PacketKind::data && s.packet.psn == 0 && !s.packet.retransmitted;
        return fate;
    };
    rig.post(0, 0, 100 * 4096);
    ASSERT_TRUE(rig.run());
    const Time nak_arrives = rig.seen_of(PacketKind::nak, 1)[0].at + wire_time(132) + microseconds(1);
    ASSERT_EQ(repairs(rig).size(), 1u);
    EXPECT_LE(repairs(rig)[0].at, nak_arrives + wire_time(4300)) << "after the packet on the wire, if any";
}

TEST(Trimming, ALateOrRepeatedNackIsIgnored)
{
    Rig rig(rud());
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.trim = s.packet.kind == PacketKind::data && s.packet.psn == 3 && !s.packet.retransmitted;
        fate.twice = s.packet.kind == PacketKind::nak;
        return fate;
    };
    rig.post(0, 0, 10 * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(repairs(rig).size(), 1u);
    EXPECT_EQ(rig.journal().of(Event::Kind::nack).size(), 1u);

    Rig late(rud());
    late.connect();
    late.script = [](const Seen& s) {
        Fate fate;
        fate.trim = s.packet.kind == PacketKind::data && s.packet.psn == 3 && !s.packet.retransmitted;
        if (s.packet.kind == PacketKind::nak) fate.late = microseconds(99);  // the repair is on its way
        return fate;
    };
    late.post(0, 0, 10 * 4096);
    ASSERT_TRUE(late.run());
    EXPECT_EQ(repairs(late).size(), 1u);
    EXPECT_TRUE(late.journal().of(Event::Kind::nack).empty());
}

TEST(RudTimeout, OnlyWhatIsOverdue)
{
    Rig rig(rud());
    rig.connect();
    rig.script = lose_first({2, 5});
    rig.post(0, 0, 10 * 4096);
    ASSERT_TRUE(rig.run());
    const auto again = repairs(rig);
    ASSERT_EQ(again.size(), 2u);
    EXPECT_EQ(again[0].packet.psn, 2u);
    EXPECT_EQ(again[0].at, rig.seen_of(PacketKind::data, 0)[2].at + microseconds(100));
    EXPECT_EQ(again[1].packet.psn, 5u);
    const auto told = rig.journal().of(Event::Kind::timeout);
    EXPECT_EQ(told[0].timeout.lost, 4096);
    EXPECT_EQ(told[0].in_flight, 2 * 4096) << "still holds the lost bytes (events.hpp)";
}

TEST(RudTimeout, WatchesThePacketSentLongestAgoNotTheLowest)
{
    // 0 is trimmed and sent again later than 5, which is lost: 5 must not wait for 0's second chance.
    Rig rig(rud());
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        if (s.packet.kind != PacketKind::data) return fate;
        fate.trim = s.packet.psn == 0 && !s.packet.retransmitted;
        fate.drop = (s.packet.psn == 5 && !s.packet.retransmitted) ||
                    (s.packet.psn == 0 && s.packet.retransmitted && s.at < microseconds(50));
        return fate;
    };
    rig.post(0, 0, 10 * 4096);
    ASSERT_TRUE(rig.run());
    const Time sent = rig.seen_of(PacketKind::data, 0)[5].at;
    bool found = false;
    for (const Seen& s : repairs(rig))
        if (s.packet.psn == 5) {
            EXPECT_EQ(s.at, sent + microseconds(100));
            found = true;
        }
    EXPECT_TRUE(found);
}

TEST(RudTimeout, ARepairHasItsOwnTime)
{
    Rig rig(rud());
    rig.connect();
    rig.script = [n = 0](const Seen& s) mutable {
        Fate fate;
        if (s.packet.kind != PacketKind::data || s.packet.psn != 0) return fate;
        fate.trim = n == 0;
        fate.drop = n++ == 1;
        return fate;
    };
    rig.post(0, 0, 10 * 4096);
    ASSERT_TRUE(rig.run());
    const auto again = repairs(rig);
    ASSERT_EQ(again.size(), 2u);
    EXPECT_GT(again[0].at, microseconds(2));
    EXPECT_EQ(again[1].at - again[0].at, microseconds(100));
}

TEST(RudTimeout, BacksOff)
{
    RigOptions options = rud();
    options.nic.retry.retries = 4;
    Rig rig(options);
    rig.connect();
    rig.script = [](const Seen&) {
        Fate fate;
        fate.drop = true;
        return fate;
    };
    rig.post(0, 0, 4096);
    ASSERT_TRUE(rig.run());
    std::vector<int64_t> at;
    for (const Seen& s : rig.seen) at.push_back(s.at.ps / 1'000'000);
    // 100, then 200, 400, 800 us later; given up 1600 us after the last.
    EXPECT_EQ(at, (std::vector<int64_t>{0, 100, 300, 700, 1500}));
    EXPECT_EQ(rig.done[0].at, microseconds(3100));
    EXPECT_EQ(rig.done[0].completion.status, Status::retry_exceeded);
}

/// 20 packets and their repairs are lost: 60 packets expire, but these are three retries, not 60.
TEST(RudTimeout, AWindowThatIsLostIsOneRetry)
{
    RigOptions options = rud();
    options.nic.retry.retries = 3;
    Rig rig(options);
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.drop = s.at < microseconds(350);
        return fate;
    };
    rig.post(0, 0, 20 * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0)[0].completion.status, Status::success);
    // Each packet has its own time: after 100 us, 200 more, 400 more.
    const auto sends = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(sends.size(), 80u);
    for (size_t i = 0; i < 20; ++i) {
        EXPECT_EQ(sends[20 + i].at - sends[i].at, microseconds(100)) << i;
        EXPECT_EQ(sends[40 + i].at - sends[20 + i].at, microseconds(200)) << i;
        EXPECT_EQ(sends[60 + i].at - sends[40 + i].at, microseconds(400)) << i;
    }
}

TEST(RudTimeout, NewsOfOtherPacketsEndsTheRow)
{
    // PSN 0 never arrives for a while; the others do, one by one. Their SACKs are progress.
    RigOptions options = rud();
    options.nic.retry.retries = 3;
    options.nic.acks.bytes = 1;
    options.cc.rate = mbps(200);  // one packet in some 170 us
    Rig rig(options);
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.drop = s.packet.kind == PacketKind::data && s.packet.psn == 0 && s.at < milliseconds(3);
        return fate;
    };
    rig.post(0, 0, 40 * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_GT(rig.nic(0).counters().timeouts, 4u);
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0)[0].completion.status, Status::success);
}

TEST(RudTimeout, ALostLastAckIsMadeAgain)
{
    Rig rig(rud());
    rig.connect();
    rig.script = [n = 0](const Seen& s) mutable {
        Fate fate;
        fate.drop = s.packet.kind == PacketKind::ack && n++ == 0;
        return fate;
    };
    rig.post(0, 0, 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.done_of(Completion::Kind::placed, 1).size(), 1u);
    ASSERT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 1u);
    EXPECT_EQ(repairs(rig)[0].at, microseconds(100));
}

/// Behind a gap only SACKs report what arrives. One of them is lost: the next says the same again.
TEST(Sack, ALostAckIsMadeUpForByTheNext)
{
    for (const Reliability reliability : {Reliability::irn, Reliability::rud}) {
        RigOptions options = rud();
        options.nic.reliability = reliability;
        options.nic.irn_cap = 1 << 30;
        options.nic.selective.reorder = 0.1;
        options.nic.acks.bytes = 2 * 4096;
        Rig rig(options);
        rig.connect();
        rig.script = [acks = 0](const Seen& s) mutable {
            Fate fate;
            if (s.packet.kind == PacketKind::ack) fate.drop = s.packet.out_of_order > 0 && acks++ == 1;
            if (s.packet.kind == PacketKind::data) fate.drop = s.packet.psn == 3 && !s.packet.retransmitted;
            return fate;
        };
        rig.post(0, 0, 60 * 4096);
        ASSERT_TRUE(rig.run());
        EXPECT_EQ(repairs(rig).size(), 1u) << "irn, rud: " << static_cast<int>(reliability);
    }
}

namespace
{

/// A packet counts as lost when one has arrived that was sent more than 5 us later.
RigOptions overtaking()
{
    RigOptions options = rud();
    options.nic.selective.reorder = 0.5;  // of a base RTT of 10 us
    options.nic.acks.bytes = 1;
    return options;
}

}  // namespace

TEST(Overtaken, APacketIsLostWhenALaterOneHasArrived)
{
    Rig rig(overtaking());
    rig.connect();
    rig.script = lose_first({2, 5});
    rig.post(0, 0, 40 * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().timeouts, 0u);
    const auto again = repairs(rig);
    ASSERT_EQ(again.size(), 2u);
    EXPECT_EQ(again[0].packet.psn, 2u);
    EXPECT_EQ(again[1].packet.psn, 5u);
    // The first packet that left more than 5 us later has arrived, and its ACK is here.
    const auto sends = rig.seen_of(PacketKind::data, 0);
    const Time packet = sends[1].at - sends[0].at;
    const Time found = sends[2].at + microseconds(5) + packet + wire_time(4096 + 100 + 132) + microseconds(2);
    EXPECT_GE(again[0].at, sends[2].at + microseconds(7));
    EXPECT_LE(again[0].at, found + packet);
    const auto nacks = rig.journal().of(Event::Kind::nack);
    ASSERT_EQ(nacks.size(), 2u);
    EXPECT_EQ(nacks[0].nack.psn, 2u);
    EXPECT_EQ(nacks[0].nack.lost, 4096);
    EXPECT_EQ(nacks[0].nack.why, Loss::out_of_order);
}

TEST(Overtaken, LateIsNotLost)
{
    Rig rig(overtaking());
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        if (s.packet.kind == PacketKind::data && s.packet.psn % 7 == 3) fate.late = nanoseconds(4900);
        return fate;
    };
    rig.post(0, 0, 100 * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_TRUE(repairs(rig).empty());
    EXPECT_EQ(rig.nic(1).counters().duplicates, 0u);
}

TEST(Overtaken, ALostRepairIsFoundByWhatLeftAfterIt)
{
    Rig rig(overtaking());
    rig.connect();
    rig.script = [n = 0](const Seen& s) mutable {
        Fate fate;
        fate.drop = s.packet.kind == PacketKind::data && s.packet.psn == 2 && n++ < 3;
        return fate;
    };
    rig.post(0, 0, 200 * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(repairs(rig).size(), 3u);
    EXPECT_EQ(rig.nic(0).counters().timeouts, 0u);
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0)[0].completion.retransmitted, 3 * 4096);
}

/// Nothing leaves after the last packet: only its timeout tells.
TEST(Overtaken, NothingOvertakesTheLastPacket)
{
    Rig rig(overtaking());
    rig.connect();
    rig.script = lose_first({39});
    rig.post(0, 0, 40 * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().timeouts, 1u);
}

}  // namespace hpnsim::test

// SPDX-License-Identifier: GPL-2.0-only
// Tests any-order delivery, and what its acknowledgements say.
#include "rig.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

RigOptions rud()
{
    RigOptions options;
    options.nic.reliability = Reliability::rud;
    options.nic.retry.rto = microseconds(200);
    return options;
}

/// Delays some PSNs.
auto delay(const std::vector<uint32_t>& psns, Time by)
{
    return [psns, by](const Seen& s) {
        Fate fate;
        if (s.packet.kind == PacketKind::data)
            for (uint32_t psn : psns)
                if (s.packet.psn == psn) fate.late = by;
        return fate;
    };
}

}  // namespace

TEST(Rud, TakesPacketsInAnyOrder)
{
    Rig rig(rud());
    rig.connect();
    rig.script = delay({0, 3, 4}, microseconds(30));
    rig.post(0, 0, 10 * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().data_packets, 10u) << "nothing comes twice";
    EXPECT_TRUE(rig.seen_of(PacketKind::nak, 1).empty());
    EXPECT_EQ(rig.done_of(Completion::Kind::placed, 1).size(), 1u);
    EXPECT_EQ(rig.nic(1).counters().delivered, 10 * 4096);
}

TEST(Rud, ALaterMessageMayBePlacedFirstButCompletesInOrder)
{
    Rig rig(rud());
    rig.connect();
    rig.script = delay({0}, microseconds(30));
    rig.post(0, 0, 2 * 4096, Verb::write, 1);
    rig.post(0, 0, 2 * 4096, Verb::write, 2);
    ASSERT_TRUE(rig.run());
    const auto placed = rig.done_of(Completion::Kind::placed, 1);
    ASSERT_EQ(placed.size(), 2u);
    EXPECT_EQ(placed[0].completion.cookie, 2u);
    const auto sent = rig.done_of(Completion::Kind::sent, 0);
    EXPECT_EQ(sent[0].completion.cookie, 1u);
    EXPECT_EQ(sent[1].completion.cookie, 2u);
}

TEST(Rud, AcknowledgesBySize)
{
    Rig rig(rud());  // 16,384 B: every fourth packet
    rig.connect();
    rig.post(0, 0, 11 * 4096);
    ASSERT_TRUE(rig.run());
    std::vector<uint32_t> psns;
    for (const Seen& ack : rig.seen_of(PacketKind::ack, 1)) psns.push_back(ack.packet.psn);
    EXPECT_EQ(psns, (std::vector<uint32_t>{0, 4, 8, 10})) << "the first, by size, by size, the last asks";
}

TEST(Rud, BitmapSaysWhatIsHeldBeyondTheGap)
{
    RigOptions options = rud();
    options.nic.acks.bytes = 1;  // every packet
    Rig rig(options);
    rig.connect();
    rig.script = delay({1, 4}, microseconds(30));
    rig.post(0, 0, 7 * 4096);
    rig.run_until(microseconds(10));
    // Arrived: 0 2 3 5 6. The last ACK before the late ones: all up to 0, then 5 and 6 are ...
    const auto acks = rig.seen_of(PacketKind::ack, 1);
    ASSERT_EQ(acks.size(), 5u);
    const Packet& last = acks.back().packet;
    EXPECT_EQ(last.psn, 0u);
    EXPECT_EQ(last.echo_psn, 6u);
    EXPECT_EQ(last.out_of_order, 4u);
    EXPECT_EQ(last.received, 5 * 4096);
    // ... held, as are 2 and 3, which earlier ACKs have reported: these may be lost. The map begins at 1.
    EXPECT_EQ(last.cookie, 1u);
    EXPECT_EQ(last.message, 0b110110u);
    EXPECT_EQ(acks[1].packet.cookie, 1u);
    EXPECT_EQ(rig.nic(0).flow(0).in_flight, 2 * 4096) << "all that was reported has left";
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().retransmitted, 0);
}

TEST(Rud, BitmapCoversSeveralUnreported)
{
    RigOptions options = rud();
    options.nic.acks.bytes = 4 * 4096;
    Rig rig(options);
    rig.connect();
    rig.script = delay({1, 4}, microseconds(30));
    rig.post(0, 0, 20 * 4096);
    rig.run_until(microseconds(6));
    // 0 is the first ever. Then 2, 3, 5, 6: 16 KB, so one map from the gap on: . 2 3 . 5 6 = 0b110110.
    const auto acks = rig.seen_of(PacketKind::ack, 1);
    ASSERT_GE(acks.size(), 2u);
    EXPECT_EQ(acks[1].packet.cookie, 1u);
    EXPECT_EQ(acks[1].packet.message, 0b110110u);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().retransmitted, 0);
}

TEST(Rud, UnreportedPacketsNeverOutgrowTheBitmap)
{
    // 200 small packets behind a gap, far fewer bytes than sack_bytes: all must be reported all the same.
    RigOptions options = rud();
    options.nic.mtu = 64;
    Rig rig(options);
    rig.connect();
    rig.script = delay({1}, microseconds(100));
    rig.post(0, 0, 200 * 64);
    rig.run_until(microseconds(50));
    EXPECT_EQ(rig.nic(0).flow(0).in_flight, 64) << "only the late one";
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().retransmitted, 0);
}

TEST(Rud, ALatePacketDoesNotTakeTheReportOfThoseFarAhead)
{
    // Packet 5 comes among packets more than 64 PSNs ahead that wait for their ACK: one bitmap cannot hold
    // both. No timer may be needed to report either.
    for (const int64_t late_ns : {700, 900, 1100, 1300, 1500}) {
        RigOptions options = rud();
        options.nic.mtu = 64;
        options.nic.acks.delay = milliseconds(100);
        Rig rig(options);
        rig.connect();
        rig.script = [late_ns](const Seen& seen) {
            const Packet& packet = seen.packet;
            Fate fate;
            if (packet.kind == PacketKind::data && packet.psn == 1) fate.late = microseconds(100);
            if (packet.kind == PacketKind::data && packet.psn == 5) fate.late = nanoseconds(late_ns);
            return fate;
        };
        rig.post(0, 0, 200 * 64);
        rig.run_until(microseconds(50));
        EXPECT_EQ(rig.nic(0).flow(0).in_flight, 64) << late_ns << " ns: only the late one";
        ASSERT_TRUE(rig.run());
        EXPECT_EQ(rig.nic(0).counters().retransmitted, 0);
    }
}

TEST(Rud, AClosedHoleIsReportedAtOnce)
{
    RigOptions options = rud();
    options.nic.acks.bytes = 1 << 20;
    Rig rig(options);
    rig.connect();
    rig.script = delay({2}, microseconds(30));
    rig.post(0, 0, 5 * 4096);
    ASSERT_TRUE(rig.run());
    // The first, the last (asks, with the gap open), and the one that fills the gap.
    const auto acks = rig.seen_of(PacketKind::ack, 1);
    ASSERT_EQ(acks.size(), 3u);
    EXPECT_EQ(acks[1].packet.psn, 1u);
    EXPECT_EQ(acks[1].packet.message, 0b11u << (3 - acks[1].packet.cookie));
    EXPECT_EQ(acks[2].packet.psn, 4u);
}

TEST(Rud, PsnWindowBoundsWhatIsOutstanding)
{
    RigOptions options = rud();
    options.nic.selective.window = 8;
    options.nic.acks.bytes = 1;
    Rig rig(options);
    rig.connect();
    rig.script = delay({0}, microseconds(100));
    rig.post(0, 0, 100 * 4096);
    rig.run_until(microseconds(90));
    EXPECT_EQ(rig.seen_of(PacketKind::data, 0).size(), 8u);
    EXPECT_EQ(rig.nic(0).flow(0).in_flight, 4096) << "seven of them are known to have arrived";
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().retransmitted, 0);
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 1u);
}

TEST(Rud, ReceiverNotReadyWaits)
{
    Rig rig(rud());
    rig.connect();
    rig.post(0, 0, 2 * 4096, Verb::send);
    rig.run_until(microseconds(300));
    EXPECT_TRUE(rig.done.empty());
    rig.post_receive(1, 0);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.done_of(Completion::Kind::received, 1).size(), 1u);
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 1u);
    EXPECT_EQ(rig.nic(0).counters().timeouts, 0u);
}

}  // namespace hpnsim::test

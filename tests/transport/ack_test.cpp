// SPDX-License-Identifier: GPL-2.0-only
// Tests when acknowledgements are made and what they say.
#include "rig.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{

TEST(Acks, OnePacketOneAckByDefault)
{
    Rig rig({});
    rig.connect();
    rig.post(0, 0, 10 * 4096);
    ASSERT_TRUE(rig.run());
    const auto acks = rig.seen_of(PacketKind::ack, 1);
    ASSERT_EQ(acks.size(), 10u);
    for (uint32_t i = 0; i < 10; ++i) EXPECT_EQ(acks[i].packet.psn, i);
    EXPECT_EQ(acks[0].packet.wire_bytes, 86u);
    EXPECT_EQ(acks[0].packet.priority, kControlPriority);
}

TEST(Acks, CoalescedAndRequested)
{
    RigOptions options;
    options.nic.acks.every = 4;
    Rig rig(options);
    rig.connect();
    rig.post(0, 0, 11 * 4096);
    ASSERT_TRUE(rig.run());
    // The very first packet, then four by four, then the last, which asks.
    std::vector<uint32_t> psns;
    for (const Seen& ack : rig.seen_of(PacketKind::ack, 1)) psns.push_back(ack.packet.psn);
    EXPECT_EQ(psns, (std::vector<uint32_t>{0, 4, 8, 10}));
    const auto told = rig.journal().of(Event::Kind::ack);
    EXPECT_EQ(told[1].ack.acked, 4 * 4096);
    EXPECT_EQ(told[1].ack.received, 4 * 4096);
    EXPECT_EQ(told[1].ack.psn, 4u);
}

// Packets come 33 us apart, and the receiver waits 7 us for more before it acknowledges one. That wait is the
// host's delay, not the network's.
TEST(Acks, AWaitForCompanyIsTheHostsDelay)
{
    RigOptions options;
    options.nic.acks.every = 100;
    options.nic.acks.delay = microseconds(7);
    options.cc.rate = gbps(1);
    Rig rig(options);
    rig.connect();
    rig.post(0, 0, 4 * 4096);
    ASSERT_TRUE(rig.run());
    const auto acks = rig.journal().of(Event::Kind::ack);
    ASSERT_EQ(acks.size(), 4u);
    EXPECT_EQ(acks[0].ack.host_delay, Time{});  // the very first packet is answered at once
    EXPECT_EQ(acks[1].ack.host_delay, microseconds(7));
    EXPECT_EQ(acks[2].ack.host_delay, microseconds(7));
    EXPECT_EQ(acks[3].ack.host_delay, Time{});  // the last one asks
    for (const Event& event : acks)
        EXPECT_NEAR(event.ack.rtt.ns(), acks[3].ack.rtt.ns(), 2);  // RETH: 1.28 ns
}

TEST(Acks, EchoOfMarksIsAtOnceAndCounted)
{
    RigOptions options;
    options.nic.acks.every = 100;
    Rig rig(options);
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.mark = s.packet.kind == PacketKind::data && s.packet.psn == 3;
        return fate;
    };
    rig.post(0, 0, 6 * 4096);
    ASSERT_TRUE(rig.run());
    const auto acks = rig.journal().of(Event::Kind::ack);
    ASSERT_EQ(acks.size(), 3u);  // 0 (the first ever), 3 (marked), 5 (last)
    EXPECT_TRUE(acks[1].ack.ecn);
    EXPECT_EQ(acks[1].ack.marked, 4096);
    EXPECT_FALSE(acks[2].ack.ecn);
    EXPECT_EQ(acks[2].ack.marked, 0);
}

TEST(Acks, ADuplicateIsAcknowledgedAgainAndNotDelivered)
{
    for (Reliability reliability : {Reliability::go_back_n, Reliability::rud}) {
        RigOptions options;
        options.nic.reliability = reliability;
        Rig rig(options);
        rig.connect();
        rig.script = [](const Seen& s) {
            Fate fate;
            fate.twice = s.packet.kind == PacketKind::data;
            return fate;
        };
        rig.post(0, 0, 100);
        ASSERT_TRUE(rig.run());
        EXPECT_EQ(rig.seen_of(PacketKind::ack, 1).size(), 2u);
        EXPECT_EQ(rig.nic(1).counters().delivered, 100);
        const auto acks = rig.journal().of(Event::Kind::ack);
        EXPECT_EQ(acks[0].ack.acked, 100);
        EXPECT_EQ(acks[1].ack.acked, 0);
        EXPECT_EQ(acks[1].ack.received, 0);
        EXPECT_EQ(acks[1].in_flight, 0);
    }
}

TEST(Acks, AStaleAckChangesNothing)
{
    for (Reliability reliability : {Reliability::go_back_n, Reliability::rud}) {
        RigOptions options;
        options.nic.reliability = reliability;
        options.nic.acks.bytes = 1;  // every packet
        options.nic.retry.rto = microseconds(500);
        Rig rig(options);
        rig.connect();
        rig.script = [](const Seen& s) {
            Fate fate;
            if (s.packet.kind == PacketKind::ack && s.packet.psn == 0) fate.late = microseconds(100);
            return fate;
        };
        rig.post(0, 0, 3 * 4096);
        rig.run_until(microseconds(50));
        rig.post(0, 0, 4096);
        rig.run_until(microseconds(99));
        EXPECT_EQ(rig.nic(0).flow(0).in_flight, 0);
        ASSERT_TRUE(rig.run());
        EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 2u);
        const auto acks = rig.journal().of(Event::Kind::ack);
        EXPECT_EQ(acks.back().ack.acked, 0);
        EXPECT_EQ(acks.back().ack.received, 0);
        EXPECT_EQ(rig.nic(0).counters().retransmitted, 0);
    }
}

TEST(Acks, KarnNoRttFromARetransmission)
{
    Rig rig({});
    rig.connect();
    rig.script = [n = 0](const Seen& s) mutable {
        Fate fate;
        fate.drop = s.packet.kind == PacketKind::data && n++ == 0;
        return fate;
    };
    rig.post(0, 0, 4096);
    rig.post(0, 0, 4096);
    ASSERT_TRUE(rig.run());
    bool again = false;
    for (const Event& event : rig.journal().of(Event::Kind::ack)) again |= !event.ack.rtt_valid;
    EXPECT_TRUE(again);
    rig.journal().events.clear();
    rig.post(0, 0, 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_TRUE(rig.journal().of(Event::Kind::ack)[0].ack.rtt_valid);
}

TEST(Acks, TelemetryComesBackWithTheAck)
{
    RigOptions options;
    options.nic.telemetry = true;
    Rig rig(options);
    rig.connect();
    rig.script = [&](const Seen& s) {
        EXPECT_EQ(s.packet.stamped, s.packet.kind == PacketKind::data);
        return Fate{};
    };
    rig.post(0, 0, 4096);
    ASSERT_TRUE(rig.run());
    // 42 B of INT (HPCC, SIGCOMM'19, section 4.1) on both.
    EXPECT_EQ(rig.seen_of(PacketKind::data, 0)[0].packet.wire_bytes, 4194u + 42);
    EXPECT_EQ(rig.seen_of(PacketKind::ack, 1)[0].packet.wire_bytes, 86u + 42);
    EXPECT_EQ(rig.pool().in_use(), 0);
}

TEST(Acks, BlocksOfTelemetryGoFromDataToAck)
{
    RigOptions options;
    options.nic.telemetry = true;
    Rig rig(options);
    rig.connect();
    rig.post(0, 0, 4096);
    rig.run_until(nanoseconds(1));  // the packet has left; make another by hand, as if a switch stamped it
    Packet* packet = rig.pool().take();
    *packet = rig.seen_of(PacketKind::data, 0)[0].packet;
    packet->telemetry = rig.pool().take_block();
    packet->telemetry->hop[0].queue = 4711;
    packet->hop_count = 1;
    Bytes queue = 0;
    rig.journal().react = [&](Flow&, const Event& event) {
        if (event.ack.hop_count == 1 && queue == 0) queue = event.ack.hops[0].queue;
    };
    rig.nic(1).receive(packet, 0, rig.now());
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(queue, 4711);
    EXPECT_EQ(rig.pool().in_use(), 0);
}

}  // namespace hpnsim::test

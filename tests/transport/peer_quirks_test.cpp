// SPDX-License-Identifier: GPL-2.0-only
// Tests what PeerQuirks change under rud: counts that hold headers, uet-htsim's ACKs, its timeouts, its NIC's
// turns.
#include "rig.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

constexpr Bytes kFull = 4160;  // 4,096 and a header of 64

RigOptions peer(Bytes window = 0)
{
    RigOptions options;
    options.nic.reliability = Reliability::rud;
    options.nic.retry.rto = microseconds(200);
    PeerQuirks& quirks = options.nic.quirks;
    quirks.header = 64;
    quirks.report_all = quirks.acks_in_time = false;
    quirks.count_received = quirks.sample_repaired = quirks.one_per_timeout = true;
    options.nic.wire = &wire_named("htsim", true);
    options.cc.window = window;
    return options;
}

/// Treats the first transmission of some PSNs; `way` says how.
template <class Way> auto first_time(const std::vector<uint32_t>& psns, Way way)
{
    return [psns, way](const Seen& s) {
        Fate fate;
        if (s.packet.kind == PacketKind::data && !s.packet.retransmitted)
            for (const uint32_t psn : psns)
                if (s.packet.psn == psn) way(fate);
        return fate;
    };
}

std::vector<uint32_t> triggers(const Rig& rig)
{
    std::vector<uint32_t> psns;
    for (const Seen& ack : rig.seen_of(PacketKind::ack, 1)) psns.push_back(ack.packet.echo_psn);
    return psns;
}

std::vector<bool> asks(const Rig& rig)
{
    std::vector<bool> list;
    for (const Seen& data : rig.seen_of(PacketKind::data, 0)) list.push_back(data.packet.ack_request);
    return list;
}

}  // namespace

TEST(PeerQuirks, CountsHoldHeaders)
{
    Rig rig(peer());
    rig.connect();
    rig.post(0, 0, 4096 + 100);
    rig.run_until(nanoseconds(1000));
    EXPECT_EQ(rig.nic(0).flow(0).mtu, kFull);
    EXPECT_EQ(rig.nic(0).flow(0).in_flight, kFull + 164);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).flow(0).in_flight, 0);
    Bytes sent = 0, received = 0, acked = 0;
    for (const Event& event : rig.journal().of(Event::Kind::send)) sent += event.sent.size;
    for (const Event& event : rig.journal().of(Event::Kind::ack)) {
        received += event.ack.received;
        acked += event.ack.acked;
    }
    EXPECT_EQ(sent, kFull + 164);
    EXPECT_EQ(received, kFull + 164);
    EXPECT_EQ(acked, kFull + 164);
}

/// 16,384 B are four packets of 4,150 with their headers, and five without.
TEST(PeerQuirks, TheAckThresholdCountsHeadersToo)
{
    for (const uint32_t header : {64U, 0U}) {
        RigOptions options = peer();
        options.nic.mtu = 4086;
        options.nic.quirks.header = header;
        Rig rig(options);
        rig.connect();
        rig.post(0, 0, 12 * 4086);
        ASSERT_TRUE(rig.run());
        EXPECT_EQ(triggers(rig),
                  header > 0 ? (std::vector<uint32_t>{0, 4, 8, 11}) : (std::vector<uint32_t>{0, 5, 10, 11}));
    }
}

TEST(PeerQuirks, TheWindowHoldsWholePackets)
{
    for (const Bytes window : {3 * kFull - 1, 3 * kFull}) {
        Rig rig(peer(window));
        rig.connect();
        rig.post(0, 0, 100 * 4096);
        rig.run_until(microseconds(1));
        EXPECT_EQ(rig.nic(0).flow(0).in_flight, window / kFull * kFull);
    }
}

/// An ACK is asked for when the next packet would fill the window to the brim, not only when it would not
/// fit.
TEST(PeerQuirks, AsksWhenTheNextPacketFillsTheWindow)
{
    RigOptions options = peer(3 * kFull);
    for (const bool ours : {false, true}) {
        options.nic.quirks.report_all = options.nic.quirks.acks_in_time = ours;
        Rig rig(options);
        rig.connect();
        rig.post(0, 0, 100 * 4096);
        rig.run_until(microseconds(1) + nanoseconds(100));
        EXPECT_EQ(asks(rig), (std::vector<bool>{false, !ours, true})) << ours;
    }
}

/// A marked packet's bitmap begins at itself; one of the threshold reaches back to the first gap. In flight
/// falls by the running count either way, and what no ACK named stays on the sender's list.
TEST(PeerQuirks, BitmapOfAMarkedPacketBeginsAtItself)
{
    Rig rig(peer());
    rig.connect();
    const auto way = [](const Seen& s) {
        Fate fate;
        if (s.packet.kind != PacketKind::data) return fate;
        if (s.packet.psn == 1) fate.late = microseconds(50);
        if (s.packet.psn == 3) fate.mark = true;
        return fate;
    };
    rig.script = way;
    rig.post(0, 0, 8 * 4096);
    rig.run_until(microseconds(20));
    // Acknowledged: 0 (the first), 3 (marked), 7 (asks, and makes 4 5 6 7 = 16,640 B).
    const auto acks = rig.seen_of(PacketKind::ack, 1);
    ASSERT_EQ(triggers(rig), (std::vector<uint32_t>{0, 3, 7}));
    EXPECT_EQ(acks[1].packet.cookie, 3U);
    EXPECT_EQ(acks[1].packet.message, 1U) << "2 has arrived and is not named";
    EXPECT_EQ(acks[1].packet.received, 3 * kFull);
    EXPECT_EQ(acks[2].packet.cookie, 7U);
    EXPECT_EQ(rig.nic(0).flow(0).in_flight, kFull) << "by the count: 1 alone is missing";
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().retransmitted, 0);
    EXPECT_EQ(triggers(rig).back(), 1U) << "7's request stood until the hole closed";
}

TEST(PeerQuirks, BitmapOfTheThresholdReachesBack)
{
    Rig rig(peer());
    rig.connect();
    rig.script = first_time({1}, [](Fate& fate) { fate.late = microseconds(50); });
    rig.post(0, 0, 100 * 4096);
    rig.run_until(microseconds(4));
    const auto acks = rig.seen_of(PacketKind::ack, 1);
    ASSERT_GE(acks.size(), 2U);
    EXPECT_EQ(acks[1].packet.echo_psn, 5U) << "2 3 4 5";
    EXPECT_EQ(acks[1].packet.cookie, 2U) << "the first PSN after the expected one";
    EXPECT_EQ(acks[1].packet.message, 15U);
}

/// Every hole that closes calls for an ACK of ours; the peer's only if one was asked for meanwhile.
TEST(PeerQuirks, AClosedHoleAloneHurriesNoAck)
{
    RigOptions options = peer();
    for (const bool ours : {false, true}) {
        options.nic.quirks.report_all = options.nic.quirks.acks_in_time = ours;
        options.nic.acks.delay = milliseconds(1);
        Rig rig(options);
        rig.connect();
        rig.script = first_time({1}, [](Fate& fate) { fate.late = nanoseconds(700); });  // arrives after 3
        rig.post(0, 0, 100 * 4096);
        rig.run_until(microseconds(3));
        EXPECT_EQ(triggers(rig)[1], ours ? 1U : 4U);
    }
}

/// 7, 8 and 9 are lost. 5 and 6 have arrived, but no ACK came to name them: they expire too.
TEST(PeerQuirks, OneTimeoutOnePacketAndNoBackoff)
{
    Rig rig(peer());
    rig.connect();
    rig.script = first_time({7, 8, 9}, [](Fate& fate) { fate.drop = true; });
    rig.post(0, 0, 10 * 4096);
    ASSERT_TRUE(rig.run());
    const auto timeouts = rig.journal().of(Event::Kind::timeout);
    ASSERT_EQ(timeouts.size(), 5U);
    for (size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(timeouts[i].timeout.lost, kFull);
        const Time left = wire_time(kFull) * static_cast<int64_t>(5 + i);
        EXPECT_EQ(timeouts[i].now, left + microseconds(200)) << "each by its own age";
    }
    EXPECT_EQ(rig.nic(0).counters().retransmitted, 5 * 4096);
}

/// The first two of a full window are lost, the two after them not yet reported. When the first expires there
/// is no window for it: the sender asks, learns of the two, and repairs.
TEST(PeerQuirks, ABlockedSenderAsksWhatArrived)
{
    for (const bool asks : {false, true}) {
        RigOptions options = peer(4 * kFull);
        options.nic.quirks.asks_when_blocked = asks;
        Rig rig(options);
        rig.connect();
        rig.journal().react = [](Flow& flow, const Event& event) {
            if (event.kind == Event::Kind::timeout) flow.window = 3 * kFull;  // no room for its repair
        };
        const auto lost = [](const Seen& s) {
            Fate fate;
            const bool repair = s.packet.retransmitted;
            fate.drop = s.packet.kind == PacketKind::data && !repair && !s.packet.trimmed && s.packet.psn < 2;
            // The ACKs that the window's end asked for are lost too.
            fate.drop |= s.packet.kind == PacketKind::ack && s.at < microseconds(10);
            return fate;
        };
        rig.script = lost;
        rig.post(0, 0, 100 * 4096);
        rig.run_until(microseconds(200) + wire_time(kFull) / 2);
        int questions = 0;
        for (const Seen& data : rig.seen_of(PacketKind::data, 0)) {
            questions += data.packet.trimmed ? 1 : 0;
            if (data.packet.trimmed) {
                EXPECT_EQ(data.packet.wire_bytes, 64U);
            }
        }
        EXPECT_EQ(questions, asks ? 1 : 0);
        ASSERT_TRUE(rig.run());
        EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 1U);
    }
}

/// The ACK of the second transmission gives a round trip; by Karn's rule as we have it, none does.
TEST(PeerQuirks, ARepairGivesARoundTrip)
{
    RigOptions options = peer();
    for (const bool sampled : {true, false}) {
        options.nic.quirks.sample_repaired = sampled;
        Rig rig(options);
        rig.connect();
        rig.script = first_time({2}, [](Fate& fate) { fate.trim = true; });
        rig.post(0, 0, 3 * 4096);
        ASSERT_TRUE(rig.run());
        const auto acks = rig.journal().of(Event::Kind::ack);
        EXPECT_EQ(acks.back().ack.psn, 2U);
        EXPECT_EQ(acks.back().ack.rtt_valid, sampled);
        // Out and back: a full packet, a control packet of 64 B, 1 us each way.
        if (!sampled) continue;
        EXPECT_EQ(acks.back().ack.rtt, wire_time(kFull) + wire_time(64) + microseconds(2));
    }
}

TEST(NicTurns, ControlAndDataShareWhileBothWait)
{
    for (const uint32_t share : {0U, 3U}) {
        RigOptions options = peer();
        options.nic.quirks.control_share = share;
        options.nic.acks.bytes = 1;  // every packet is acknowledged
        Rig rig(options);
        const uint32_t qp = rig.connect();
        rig.nic(0).post_send(qp, {Verb::write, 8 * 4096, 1}, {});
        rig.nic(1).post_send(qp, {Verb::write, 8 * 4096, 2}, {});
        for (int i = 0; i < 8; ++i) rig.nic(1).receive(rig.nic(0).next_packet(0, 0, {}), 0, {});
        std::string order;
        for (int i = 0; i < 10; ++i) {
            Packet* packet = rig.nic(1).next_packet(0, 0, {});
            order += packet->kind == PacketKind::ack ? 'c' : 'd';
            rig.pool().give(packet);
        }
        EXPECT_EQ(order, share == 0 ? "ccccccccdd" : "cccdcccdcc");
    }
}

}  // namespace hpnsim::test

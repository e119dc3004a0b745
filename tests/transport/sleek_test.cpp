// SPDX-License-Identifier: GPL-2.0-only
// Tests SLEEK: losses inferred from what the receiver holds, and probes, on a channel that drops without a
// word. Its RTO of 10 ms is later than anything that SLEEK does.
#include "rig.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

constexpr Bytes kMtu = 4096;

/// Base RTT 10 us at 100 Gb/s: a BDP of 125,000 B.
RigOptions sleek(Bytes window)
{
    RigOptions options;
    options.nic.reliability = Reliability::rud;
    options.nic.retry.rto = milliseconds(10);
    options.nic.selective.sleek = true;
    options.nic.acks.bytes = 1;  // every packet is acknowledged
    options.cc.window = window;
    return options;
}

bool is_probe(const Packet& packet)
{
    return packet.kind == PacketKind::data && packet.trimmed && packet.payload == 0;
}

/// Loses the first transmission of the PSNs from `first` to `last`.
auto lose(uint32_t first, uint32_t last)
{
    return [first, last](const Seen& s) {
        Fate fate;
        const Packet& p = s.packet;
        fate.drop =
            p.kind == PacketKind::data && !p.retransmitted && !p.trimmed && p.psn >= first && p.psn <= last;
        return fate;
    };
}

std::vector<Seen> repairs(const Rig& rig)
{
    std::vector<Seen> found;
    for (const Seen& s : rig.seen_of(PacketKind::data, 0))
        if (s.packet.retransmitted && !is_probe(s.packet)) found.push_back(s);
    return found;
}

std::vector<Seen> probes(const Rig& rig)
{
    std::vector<Seen> found;
    for (const Seen& s : rig.seen_of(PacketKind::data, 0))
        if (is_probe(s.packet)) found.push_back(s);
    return found;
}

}  // namespace

/// A window of 8 packets allows 12 packets out of order. The twelfth makes the sender retransmit what is
/// missing.
TEST(Sleek, WhatIsHeldBeyondOneAndAHalfWindowsMeansLoss)
{
    Rig rig(sleek(8 * kMtu));
    rig.connect();
    // The receiver's ACKs free window for what is held, so that more than a window gets out of order.
    rig.script = lose(3, 3);
    rig.post(0, 0, 64 * kMtu);
    ASSERT_TRUE(rig.run());
    ASSERT_EQ(repairs(rig).size(), 1U);
    EXPECT_EQ(repairs(rig)[0].packet.psn, 3U);
    EXPECT_LT(repairs(rig)[0].at, microseconds(50)) << "long before the RTO";
    EXPECT_EQ(rig.journal().of(Event::Kind::timeout).size(), 0U);
    EXPECT_EQ(rig.nic(0).counters().timeouts, 0U);
}

/// 11 packets held are reordering: a late packet is not sent twice.
TEST(Sleek, ReorderingBelowThatIsNoLoss)
{
    Rig rig(sleek(8 * kMtu));
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        if (s.packet.kind == PacketKind::data && s.packet.psn == 3) fate.late = wire_time(kMtu) * 10;
        return fate;
    };
    rig.post(0, 0, 64 * kMtu);
    ASSERT_TRUE(rig.run());
    EXPECT_TRUE(repairs(rig).empty());
}

/// No packets come after the last ones of a flow that would tell of them. Two base RTTs after the last ACK a
/// probe leaves, and its answer, faster than two base RTTs, has them sent again without a timeout.
TEST(Sleek, AProbeFindsALostTail)
{
    Rig rig(sleek(64 * kMtu));
    rig.connect();
    rig.script = lose(28, 31);
    rig.post(0, 0, 32 * kMtu);
    ASSERT_TRUE(rig.run());
    ASSERT_EQ(probes(rig).size(), 1U);
    ASSERT_EQ(repairs(rig).size(), 4U);
    const auto acks = rig.journal().of(Event::Kind::ack);
    Time last_data;
    for (const Event& event : acks) {
        if (event.ack.answers == Answers::probe) {
            EXPECT_FALSE(event.ack.rtt_valid) << "only a CC that knows probes takes its round trip";
            EXPECT_EQ(event.ack.received, 0);
            break;
        }
        last_data = event.now;
    }
    EXPECT_EQ(probes(rig)[0].at, last_data + microseconds(20));
    EXPECT_LT(repairs(rig)[0].at, probes(rig)[0].at + microseconds(4));
    EXPECT_EQ(rig.nic(0).counters().timeouts, 0U);
}

/// A probe whose answer says that a queue stands in the way proves nothing.
TEST(Sleek, ASlowProbeStartsNothing)
{
    Rig rig(sleek(64 * kMtu));
    rig.connect();
    rig.script = [tail = lose(28, 31)](const Seen& s) {
        Fate fate = tail(s);
        if (is_probe(s.packet)) fate.late = microseconds(30);
        return fate;
    };
    rig.post(0, 0, 32 * kMtu);
    rig.run_until(milliseconds(1));
    EXPECT_GT(probes(rig).size(), 5U) << "again and again";
    EXPECT_TRUE(repairs(rig).empty());
    ASSERT_TRUE(rig.run());
    EXPECT_GT(rig.nic(0).counters().timeouts, 0U) << "the RTO has repaired it";
}

/// In an episode repairs ignore the window, although all of it is lost and stays in the count.
TEST(Sleek, RepairsNeedNoWindow)
{
    Rig rig(sleek(16 * kMtu));
    rig.connect();
    rig.journal().react = [](Flow& flow, const Event& event) {
        if (event.kind == Event::Kind::ack) flow.window = 2 * kMtu;
    };
    rig.script = lose(8, 15);
    rig.post(0, 0, 64 * kMtu);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(repairs(rig).size(), 8U);
    EXPECT_EQ(rig.nic(0).counters().timeouts, 0U);
}

/// A repair that is lost too waits for the RTO, of which the CC hears nothing: no window is cut.
TEST(Sleek, ATimeoutWithinAnEpisodeCutsNoWindow)
{
    Rig rig(sleek(8 * kMtu));
    rig.connect();
    int drops = 0;
    rig.script = [&drops](const Seen& s) {
        Fate fate;
        const Packet& p = s.packet;
        if (p.kind == PacketKind::data && !p.trimmed && p.psn == 3 && drops < 2) {
            fate.drop = true;
            ++drops;
        }
        if (is_probe(p)) fate.drop = true;
        return fate;
    };
    rig.post(0, 0, 64 * kMtu);
    ASSERT_TRUE(rig.run());
    EXPECT_GT(rig.nic(0).counters().timeouts, 0U);
    EXPECT_EQ(rig.journal().of(Event::Kind::timeout).size(), 0U);
}

/// Nobody answers: probes go on until the retries are used up, then all is quiet.
TEST(Sleek, ADeadPeerEndsTheFlow)
{
    RigOptions options = sleek(8 * kMtu);
    options.nic.retry.rto = microseconds(100);
    options.nic.retry.retries = 3;
    Rig rig(options);
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.drop = s.at > microseconds(5);
        return fate;
    };
    rig.post(0, 0, 64 * kMtu);
    ASSERT_TRUE(rig.run());
    const auto ends = rig.done_of(Completion::Kind::sent, 0);
    ASSERT_EQ(ends.size(), 1U);
    EXPECT_EQ(ends[0].completion.status, Status::retry_exceeded);
}

/// SLEEK is rud's: the other transports leave the setting alone, and find losses by their own means.
TEST(Sleek, OtherTransportsDoNotProbe)
{
    for (const Reliability each : {Reliability::go_back_n, Reliability::irn}) {
        RigOptions options = sleek(8 * kMtu);
        options.nic.reliability = each;
        Rig rig(options);
        rig.connect();
        rig.script = lose(3, 3);
        rig.post(0, 0, 64 * kMtu);
        ASSERT_TRUE(rig.run());
        EXPECT_TRUE(probes(rig).empty());
        EXPECT_FALSE(repairs(rig).empty()) << "it has found the loss";
    }
}

}  // namespace hpnsim::test

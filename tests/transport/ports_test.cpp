// SPDX-License-Identifier: GPL-2.0-only
// NICs with two ports.
#include "rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hpnsim::test
{
namespace
{

RigOptions two_ports(bool spray)
{
    RigOptions options;
    options.nic.ports = 2;
    options.nic.reliability = Reliability::rud;
    options.spray = spray;
    return options;
}

}  // namespace

TEST(TwoPorts, ASprayingQueuePairFillsBoth)
{
    Rig rig(two_ports(true));
    rig.connect();
    EXPECT_EQ(rig.nic(0).flow(0).line_rate, gbps(200));
    rig.post(0, 0, 1000 * 4096);
    ASSERT_TRUE(rig.run());
    int by_port[2] = {};
    for (const Seen& s : rig.seen_of(PacketKind::data, 0)) {
        ++by_port[s.port];
        EXPECT_EQ(s.packet.plane, s.port);
        EXPECT_EQ(s.packet.source_port, s.packet.psn % 16) << "as the path policy chose";
    }
    EXPECT_EQ(by_port[0], 500);
    EXPECT_EQ(by_port[1], 500);
    // UEC-style wire: 4096 + 62 + 60 + 4 = 4222 B by the header table of wire.cpp; 500 of them at 100 Gb/s.
    const auto data = rig.seen_of(PacketKind::data, 0);
    EXPECT_EQ(data.back().at.ps, 499 * int64_t{data[0].packet.wire_bytes} * 80);
}

TEST(TwoPorts, ABoundQueuePairKeepsToItsOwn)
{
    for (uint8_t home : {0, 1}) {
        Rig rig(two_ports(false));
        rig.connect(home);
        EXPECT_EQ(rig.nic(0).flow(0).line_rate, gbps(100));
        rig.post(0, 0, 100 * 4096);
        ASSERT_TRUE(rig.run());
        for (const Seen& s : rig.seen) EXPECT_EQ(s.port, home) << "data and its ACKs";
        EXPECT_EQ(rig.nic(1).counters().delivered, 100 * 4096);
    }
}

TEST(TwoPorts, RepliesReturnByThePortOfTheData)
{
    Rig rig(two_ports(true));
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.mark = true;  // every packet is acknowledged at once
        fate.trim = s.packet.kind == PacketKind::data && s.packet.psn == 4 && !s.packet.retransmitted;
        return fate;
    };
    rig.post(0, 0, 20 * 4096);
    ASSERT_TRUE(rig.run());
    std::vector<uint8_t> port_of(20);
    for (const Seen& s : rig.seen_of(PacketKind::data, 0)) {
        if (s.packet.psn == 4 && s.packet.retransmitted) continue;
        port_of[s.packet.psn] = s.port;
    }
    for (const Seen& s : rig.seen_of(PacketKind::nak, 1)) EXPECT_EQ(s.port, port_of[s.packet.echo_psn]);
    for (const Seen& s : rig.seen_of(PacketKind::ack, 1))
        if (!s.packet.retransmitted) {
            EXPECT_EQ(s.port, port_of[s.packet.echo_psn]);
        }
}

TEST(TwoPorts, APausedPortLeavesTheOther)
{
    Rig rig(two_ports(true));
    rig.connect();
    rig.pause(0, 0, kDataPriority, true);
    rig.post(0, 0, 50 * 4096);
    ASSERT_TRUE(rig.run());
    for (const Seen& s : rig.seen_of(PacketKind::data, 0)) EXPECT_EQ(s.port, 1);
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 1u);
}

TEST(TwoPorts, SprayingQueuePairsShareBoth)
{
    Rig rig(two_ports(true));
    for (int i = 0; i < 7; ++i) rig.connect();
    for (uint32_t i = 0; i < 7; ++i) rig.post(0, i, 40 * 4096);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    std::vector<int> turns(7);
    for (size_t i = 70; i < 140; ++i) ++turns[data[i].packet.dst_qp];
    EXPECT_EQ(std::count(turns.begin(), turns.end(), 10), 7);
}

}  // namespace hpnsim::test

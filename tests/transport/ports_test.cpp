// SPDX-License-Identifier: GPL-2.0-only
// Tests NICs with one to eight ports.
#include "rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hpnsim::test
{
namespace
{

RigOptions some_ports(uint8_t ports, bool spray)
{
    RigOptions options;
    options.nic.ports = ports;
    options.nic.reliability = Reliability::rud;
    options.spray = spray;
    return options;
}

RigOptions two_ports(bool spray)
{
    return some_ports(2, spray);
}

std::vector<int> packets_by_port(const Rig& rig, uint8_t ports)
{
    std::vector<int> packets(ports);
    for (const Seen& s : rig.seen_of(PacketKind::data, 0)) ++packets.at(s.port);
    return packets;
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

TEST(OneToEightPorts, ASprayingQueuePairFillsAll)
{
    for (uint8_t ports = 1; ports <= 8; ++ports) {
        Rig rig(some_ports(ports, true));
        rig.connect();
        EXPECT_EQ(rig.nic(0).flow(0).line_rate, gbps(100 * ports));
        rig.post(0, 0, 840 * 4096);  // a multiple of all
        ASSERT_TRUE(rig.run());
        EXPECT_EQ(packets_by_port(rig, ports), std::vector<int>(ports, 840 / ports));
        EXPECT_EQ(rig.nic(1).counters().delivered, 840 * 4096);
    }
}

TEST(OneToEightPorts, ABoundQueuePairKeepsToItsOwn)
{
    for (uint8_t home = 0; home < 8; ++home) {
        Rig rig(some_ports(8, false));
        rig.connect(home);
        rig.post(0, 0, 100 * 4096);
        ASSERT_TRUE(rig.run());
        for (const Seen& s : rig.seen) EXPECT_EQ(s.port, home) << "data and its ACKs";
        EXPECT_EQ(rig.nic(1).counters().delivered, 100 * 4096);
    }
}

TEST(OneToEightPorts, TheQueuePairsOfADeadPortSpreadOverTheOthers)
{
    for (uint8_t ports = 2; ports <= 8; ++ports) {
        Rig rig(some_ports(ports, false));
        const auto last = static_cast<uint8_t>(ports - 1);
        for (int i = 0; i < ports * last; ++i) rig.connect(static_cast<uint8_t>(i % ports));
        for (int nic : {0, 1}) rig.nic(nic).set_port_state(last, false, rig.now());
        std::vector<int> qps(ports);
        for (int i = 0; i < ports * last; ++i) ++qps[rig.nic(0).flow(static_cast<uint32_t>(i)).home_port];
        std::vector<int> even(ports, ports);  // last of its own, and one of the dead port's
        even[last] = 0;
        EXPECT_EQ(qps, even) << int{ports} << " ports";
    }
}

/// With more than one port left, a queue pair that sprays goes on spraying, over these alone.
TEST(OneToEightPorts, ASprayingQueuePairLeavesADeadPortOut)
{
    for (uint8_t dead = 0; dead < 8; ++dead)
        for (const bool at_the_peer : {false, true}) {
            Rig rig(some_ports(8, true));
            rig.connect();
            rig.connect();
            if (at_the_peer)
                rig.nic(0).set_peer_ports(1, static_cast<uint8_t>(~(1U << dead)), rig.now());
            else
                rig.nic(0).set_port_state(dead, false, rig.now());
            for (uint32_t qp : {0U, 1U}) rig.post(0, qp, 350 * 4096);
            ASSERT_TRUE(rig.run());
            std::vector<int> even(8, 100);
            even[dead] = 0;
            EXPECT_EQ(packets_by_port(rig, 8), even) << int{dead} << at_the_peer;
        }
}

/// The first has half of its packets out when the other is made, and goes on with all ports.
TEST(OneToEightPorts, ANewQueuePairLeavesADeadPortOutAlone)
{
    Rig rig(some_ports(4, true));
    rig.connect();
    rig.post(0, 0, 400 * 4096);
    rig.run_until(microseconds(17));
    const uint32_t made = rig.connect();
    rig.nic(0).set_ports_of_new(made, 0b1011);
    rig.post(0, made, 300 * 4096);
    ASSERT_TRUE(rig.run());
    std::vector<int> of_new(4), of_first(4);
    for (const Seen& s : rig.seen_of(PacketKind::data, 0))
        ++(s.packet.dst_qp == made ? of_new : of_first).at(s.port);
    EXPECT_EQ(of_new[2], 0);
    EXPECT_EQ(of_new[0] + of_new[1] + of_new[3], 300);
    EXPECT_GT(of_first[2], 100) << "it has that port for itself";
}

TEST(OneToEightPorts, ASprayingQueuePairComesBackToAPort)
{
    Rig rig(some_ports(4, true));
    rig.connect();
    rig.nic(0).set_peer_ports(1, 0b1011, rig.now());
    rig.post(0, 0, 300 * 4096);
    ASSERT_TRUE(rig.run());
    rig.nic(0).set_peer_ports(1, 0xff, rig.now());
    rig.post(0, 0, 400 * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(packets_by_port(rig, 4), (std::vector<int>{200, 200, 100, 200}));
}

TEST(OneToEightPorts, MayHaveDifferentRates)
{
    RigOptions options = some_ports(3, true);
    options.nic.port_rates[1] = gbps(400);
    Rig spraying(options);
    spraying.connect();
    EXPECT_EQ(spraying.nic(0).flow(0).line_rate, gbps(600));
    spraying.nic(0).set_port_state(1, false, spraying.now());
    EXPECT_EQ(spraying.nic(0).flow(0).line_rate, gbps(200));
    options.spray = false;
    Rig bound(options);
    for (uint8_t home = 0; home < 3; ++home) bound.connect(home);
    EXPECT_EQ(bound.nic(0).flow(0).line_rate, gbps(100));
    EXPECT_EQ(bound.nic(0).flow(1).line_rate, gbps(400));
}

TEST(OneToEightPorts, OtherNumbersAreRefused)
{
    for (const uint8_t ports : {uint8_t{0}, uint8_t{9}, uint8_t{255}}) {
        try {
            Rig rig(some_ports(ports, false));
            FAIL() << int{ports};
        } catch (const BadInput& error) {
            EXPECT_EQ(std::string(error.what()),
                      "a NIC of " + std::to_string(ports) + " ports; it may have 1 to 8");
        }
    }
}

}  // namespace hpnsim::test

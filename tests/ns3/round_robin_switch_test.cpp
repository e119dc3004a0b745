// SPDX-License-Identifier: GPL-2.0-only
// Tests switches that go round their next hops, in small networks: which packets share the turn, how evenly,
// and around what.
#include "small_network.hpp"

#include "helper/fault-injector.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace hpnsim;

namespace
{

/// Leaves 0 and 1 with 4 hosts each (endpoints 0-3, 4-7), 4 spines; leaf ports 4 to 7 lead up.
const std::string kClos = "leaf-spine:leaves=2,hosts=4,spines=4,gbps=100,uplink-gbps=100";
constexpr uint16_t kFirstUplink = 4;
constexpr uint32_t kLeafNode = 8;

NetworkConfig going_round()
{
    NetworkConfig config = plain_config();
    config.fabric.lb.kind = SwitchLb::ROUND_ROBIN;
    config.nic.reliability = Reliability::rud;
    config.nic.wire = config.fabric.wire = &wire_named("roce", true);
    config.nic.retry.rto = milliseconds(1);
    return config;
}

std::vector<Bytes> uplinks(SmallNetwork& net)
{
    std::vector<Bytes> sent;
    for (uint16_t i = 0; i < 4; ++i)
        sent.push_back(net.network.Switch(0).Tx(static_cast<uint16_t>(kFirstUplink + i)).SentBytes());
    return sent;
}

void put(SmallNetwork& net, PacketKind kind, uint32_t src, uint32_t dst, uint32_t bytes)
{
    Packet* packet = net.network.Pool().take();
    packet->src = src;
    packet->dst = dst;
    packet->source_port = 77;
    packet->wire_bytes = bytes;
    packet->kind = kind;
    net.network.Switch(0).Arrive(packet, 0, net.network.GetClock().Now());
}

}  // namespace

/// Packets of several flows to several places share one turn: a quarter of all on every uplink.
TEST(RoundRobinSwitches, ShareThePacketsOfAllFlows)
{
    SmallNetwork net(kClos, going_round());
    for (uint32_t dst = 4; dst < 8; ++dst) net.network.Qps(dst, dst - 4);
    for (int i = 0; i < 8; ++i) put(net, PacketKind::data, 0, 4, 1'000);
    for (int i = 0; i < 12; ++i) put(net, PacketKind::data, 0, 5 + static_cast<uint32_t>(i) % 3, 1'000);
    net.run_until(microseconds(2));
    for (const Bytes each : uplinks(net)) EXPECT_EQ(each, 5'000);
}

/// ACKs move the turn of data: a large packet and a small one, in turn, leave half of the uplinks with small
/// ones alone.
TEST(RoundRobinSwitches, TurnControlAndDataTogether)
{
    SmallNetwork net(kClos, going_round());
    net.network.Qps(4, 0);
    for (int i = 0; i < 8; ++i) {
        put(net, PacketKind::data, 0, 4, 1'000);
        put(net, PacketKind::ack, 0, 4, 100);
    }
    net.run_until(microseconds(2));
    std::vector<Bytes> sent = uplinks(net);
    std::sort(sent.begin(), sent.end());
    EXPECT_EQ(sent, (std::vector<Bytes>{400, 400, 4'000, 4'000}));
}

/// Once the dead uplink has been noticed, nothing more goes there but what already waits, and the others
/// share evenly.
TEST(RoundRobinSwitches, RouteAroundADeadUplink)
{
    NetworkConfig config = going_round();
    Fault cut;
    cut.at = microseconds(20);
    cut.act = Fault::Act::down;
    cut.node = kLeafNode;
    cut.port = kFirstUplink + 1;
    config.faults.faults = {cut};
    SmallNetwork net(kClos, config);
    for (uint32_t src = 0; src < 4; ++src) net.post(src, 4 + src, 4 << 20, src);
    net.run_until(microseconds(31));
    const Bytes waiting = net.network.Switch(0).Queues(kFirstUplink + 1).QueuedTotal();
    const Bytes noticed = uplinks(net)[1];
    EXPECT_GT(noticed, 0);
    net.run();
    EXPECT_EQ(uplinks(net)[1], noticed + waiting);
    for (uint32_t src = 0; src < 4; ++src) net.completed(src);
    net.expect_empty();
}

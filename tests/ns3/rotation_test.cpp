// SPDX-License-Identifier: GPL-2.0-only
// Tests switches that rotate, in small networks: how evenly, which packets, and around what.
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

NetworkConfig rotating()
{
    NetworkConfig config = plain_config();
    config.fabric.lb.kind = SwitchLb::ROTATION;
    config.nic.reliability = Reliability::rud;
    config.nic.wire = config.fabric.wire = &wire_named("roce", true);
    config.nic.retry.rto = milliseconds(1);
    return config;
}

std::vector<Bytes> uplinks(SmallNetwork& net, uint32_t leaf = 0)
{
    std::vector<Bytes> sent;
    for (uint16_t i = 0; i < 4; ++i)
        sent.push_back(net.network.Switch(leaf).Tx(static_cast<uint16_t>(kFirstUplink + i)).SentBytes());
    return sent;
}

void put(SmallNetwork& net, PacketKind kind, uint32_t src, uint32_t dst)
{
    Packet* packet = net.network.Pool().take();
    packet->src = src;
    packet->dst = dst;
    packet->source_port = 77;
    packet->wire_bytes = 1'000;
    packet->kind = kind;
    net.network.Switch(0).Arrive(packet, 0, net.network.GetClock().Now());
}

}  // namespace

/// One QP, one source port, 1,000 packets: exactly a quarter on every uplink, and so its ACKs on the way
/// back.
TEST(RotatingSwitches, SharePacketsExactly)
{
    const NetworkConfig config = rotating();
    SmallNetwork net(kClos, config);
    net.post(0, 4, 4'096'000, 1);
    net.run();
    for (uint32_t leaf = 0; leaf < 2; ++leaf) {
        const std::vector<Bytes> sent = uplinks(net, leaf);
        const auto [least, most] = std::minmax_element(sent.begin(), sent.end());
        EXPECT_GT(*least, 0);
        EXPECT_LE(*most - *least, leaf == 0 ? 0 : config.nic.wire->ack);
    }
    EXPECT_EQ(net.drops(), 0U);
    net.expect_empty();
}

/// Control packets have a round of their own; other protocols stay where the hash puts them.
TEST(RotatingSwitches, TurnControlByItself)
{
    for (const PacketKind kind : {PacketKind::ack, PacketKind::nak, PacketKind::cnp}) {
        SmallNetwork net(kClos, rotating());
        net.network.Qps(4, 0);
        for (int i = 0; i < 8; ++i) {
            put(net, PacketKind::data, 0, 4);
            if (i % 2 == 0) put(net, kind, 0, 4);
        }
        net.run_until(microseconds(2));
        for (const Bytes each : uplinks(net)) EXPECT_EQ(each, 3'000);
    }
}

/// Once the dead uplink has been noticed, nothing more goes there but what already waits.
TEST(RotatingSwitches, RouteAroundADeadUplink)
{
    NetworkConfig config = rotating();
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

/// In a fat tree whose links are all full no queue grows: four packets at most wait at any port.
TEST(RotatingSwitches, KeepAPermutationsQueuesShort)
{
    for (const Bytes packets : {64, 512}) {
        SmallNetwork net("fat-tree:k=4,gbps=100,uplink-gbps=100", rotating());
        for (uint32_t src = 0; src < 16; ++src) net.post(src, (src + 5) % 16, packets * 4096, src);
        net.run();
        Bytes deepest = 0;
        for (uint32_t sw = 0; sw < net.network.SwitchCount(); ++sw)
            for (uint16_t port = 0; port < net.network.Switch(sw).PortCount(); ++port)
                deepest = std::max(deepest, net.network.Switch(sw).Monitor(port).PeakBytes());
        EXPECT_LT(deepest, 5 * 4'200) << packets;
        net.expect_empty();
    }
}

/// The fifth packet of five goes where the first went.
TEST(RotatingSwitches, TheSeedAloneDecides)
{
    const auto run = [](uint64_t seed) {
        NetworkConfig config = rotating();
        config.fabric.seed = seed;
        SmallNetwork net(kClos, config);
        net.post(0, 4, 5 * 4096, 0);
        net.run();
        return uplinks(net);
    };
    const std::vector<Bytes> first = run(1);
    EXPECT_EQ(run(1), first);
    int differ = 0;
    for (uint64_t seed = 2; seed < 20; ++seed) differ += run(seed) != first ? 1 : 0;
    EXPECT_GT(differ, 5) << "of 18, each the same with probability 1/4";
}

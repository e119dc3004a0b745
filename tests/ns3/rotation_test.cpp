// SPDX-License-Identifier: GPL-2.0-only
// Tests switches that rotate, in small networks: how evenly, which packets, and around what.
#include "small_clos.hpp"

#include <algorithm>

using namespace hpnsim;

/// One QP, one source port, 1,000 packets: exactly a quarter on every uplink, and so its ACKs on the way
/// back.
TEST(RotatingSwitches, SharePacketsExactly)
{
    const NetworkConfig config = spreading(SwitchLb::ROTATION);
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
        SmallNetwork net(kClos, spreading(SwitchLb::ROTATION));
        net.network.Qps(4, 0);
        for (int i = 0; i < 8; ++i) {
            put(net, PacketKind::data, 0, 4);
            if (i % 2 == 0) put(net, kind, 0, 4);
        }
        net.run_until(microseconds(2));
        for (const Bytes each : uplinks(net)) EXPECT_EQ(each, 3'000);
    }
}

TEST(RotatingSwitches, RouteAroundADeadUplink)
{
    EXPECT_GT(expect_a_way_round_a_dead_uplink(spreading(SwitchLb::ROTATION)), 0);
}

/// In a fat tree whose links are all full no queue grows: four packets at most wait at any port.
TEST(RotatingSwitches, KeepAPermutationsQueuesShort)
{
    for (const Bytes packets : {64, 512}) {
        SmallNetwork net("fat-tree:k=4,gbps=100,uplink-gbps=100", spreading(SwitchLb::ROTATION));
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
        NetworkConfig config = spreading(SwitchLb::ROTATION);
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

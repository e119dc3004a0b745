// SPDX-License-Identifier: GPL-2.0-only
// Tests switches that go round their next hops, in small networks: which packets share the turn, how evenly,
// and around what.
#include "small_clos.hpp"

#include <algorithm>

using namespace hpnsim;

/// Packets of several flows to several places share one turn: a quarter of all on every uplink.
TEST(RoundRobinSwitches, ShareThePacketsOfAllFlows)
{
    SmallNetwork net(kClos, spreading(SwitchLb::ROUND_ROBIN));
    for (uint32_t dst = 4; dst < 8; ++dst) net.network.Qps(dst, dst - 4);
    for (int i = 0; i < 8; ++i) put(net, PacketKind::data, 0, 4);
    for (int i = 0; i < 12; ++i) put(net, PacketKind::data, 0, 5 + static_cast<uint32_t>(i) % 3);
    net.run_until(microseconds(2));
    for (const Bytes each : uplinks(net)) EXPECT_EQ(each, 5'000);
}

/// ACKs move the turn of data: a large packet and a small one, in turn, leave half of the uplinks with small
/// ones alone.
TEST(RoundRobinSwitches, TurnControlAndDataTogether)
{
    SmallNetwork net(kClos, spreading(SwitchLb::ROUND_ROBIN));
    net.network.Qps(4, 0);
    for (int i = 0; i < 8; ++i) {
        put(net, PacketKind::data, 0, 4);
        put(net, PacketKind::ack, 0, 4, 100);
    }
    net.run_until(microseconds(2));
    std::vector<Bytes> sent = uplinks(net);
    std::sort(sent.begin(), sent.end());
    EXPECT_EQ(sent, (std::vector<Bytes>{400, 400, 4'000, 4'000}));
}

TEST(RoundRobinSwitches, RouteAroundADeadUplink)
{
    EXPECT_GT(expect_a_way_round_a_dead_uplink(spreading(SwitchLb::ROUND_ROBIN)), 0);
}

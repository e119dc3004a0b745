// SPDX-License-Identifier: GPL-2.0-only
// Tests switches that balance load, in small networks: which packets they spread, and around what.
#include "small_clos.hpp"

#include <algorithm>

using namespace hpnsim;

namespace
{

NetworkConfig balanced(SwitchLb kind, bool rud)
{
    NetworkConfig config = rud ? spreading(kind) : plain_config();
    config.fabric.lb.kind = kind;
    config.fabric.lb.flowlet.gap = microseconds(10);
    return config;
}

size_t used(const std::vector<Bytes>& sent)
{
    return static_cast<size_t>(std::count_if(sent.begin(), sent.end(), [](Bytes b) { return b > 0; }));
}

}  // namespace

/// One QP, one source port, 1,000 packets of 4 KB: a quarter on every uplink, within five standard deviations
/// of a binomial (14 packets each), which an uneven queue can only make less.
TEST(SwitchLb, AdaptiveSpreadsThePacketsOfOneFlow)
{
    SmallNetwork net(kClos, balanced(SwitchLb::ADAPTIVE, true));
    net.post(0, 4, 4'096'000, 1);
    net.run();
    const std::vector<Bytes> sent = uplinks(net);
    Bytes all = 0;
    for (const Bytes each : sent) all += each;
    for (const Bytes each : sent)
        EXPECT_NEAR(static_cast<double>(each), static_cast<double>(all) / 4, 5 * 14 * 4'200.0);
    EXPECT_EQ(net.drops(), 0U);
    net.expect_empty();
}

TEST(SwitchLb, AdaptiveLeavesControlOnItsPath)
{
    for (const PacketKind kind : {PacketKind::ack, PacketKind::nak, PacketKind::cnp}) {
        SmallNetwork net(kClos, balanced(SwitchLb::ADAPTIVE, true));
        net.network.Qps(4, 0);
        for (int i = 0; i < 50; ++i) put(net, kind, 0, 4);
        EXPECT_EQ(used(uplinks(net)), 1U);
    }
}

TEST(SwitchLb, AdaptiveAvoidsAPausedUplink)
{
    SmallNetwork net(kClos, balanced(SwitchLb::ADAPTIVE, true));
    net.network.Switch(0).PfcArrives(kFirstUplink + 2, SinglePfcFrame(kDataPriority, kMaxQuanta), Time{});
    net.post(0, 4, 1 << 20, 1);
    net.run_until(microseconds(60));  // the pause lasts 335 us
    const std::vector<Bytes> sent = uplinks(net);
    EXPECT_EQ(sent[2], 0);
    EXPECT_EQ(net.network.Switch(0).Queues(kFirstUplink + 2).QueuedTotal(), 0);
    EXPECT_EQ(used(sent), 3U);
}

TEST(SwitchLb, BothRouteAroundADeadUplink)
{
    EXPECT_GT(expect_a_way_round_a_dead_uplink(balanced(SwitchLb::ADAPTIVE, true)), 0);
    expect_a_way_round_a_dead_uplink(balanced(SwitchLb::FLOWLET, true));
}

/// With messages 50 us apart and a gap of 10, each message may take another path, and go-back-N never sees a
/// packet overtake.
TEST(SwitchLb, FlowletsKeepTheirOrder)
{
    SmallNetwork net(kClos, balanced(SwitchLb::FLOWLET, false));
    for (uint64_t i = 0; i < 40; ++i) {
        net.post(0, 4, 100'000, i);
        net.run_until(microseconds(50) * static_cast<int64_t>(i + 1));
    }
    EXPECT_EQ(used(uplinks(net)), 4U);
    for (const Done& done : net.done) EXPECT_EQ(done.retransmitted, 0);
    EXPECT_EQ(net.done.size(), 80U);
}

/// A message whose packets follow each other takes one path.
TEST(SwitchLb, OneBurstTakesOneWay)
{
    SmallNetwork net(kClos, balanced(SwitchLb::FLOWLET, false));
    net.post(0, 4, 1 << 20, 1);
    net.run();
    EXPECT_EQ(used(uplinks(net)), 1U);
}

TEST(SwitchLb, TheSeedAloneDecides)
{
    for (const SwitchLb kind : {SwitchLb::ADAPTIVE, SwitchLb::FLOWLET}) {
        const auto run = [&](uint64_t seed) {
            NetworkConfig config = balanced(kind, true);
            config.fabric.seed = seed;
            SmallNetwork net(kClos, config);
            for (uint32_t src = 0; src < 4; ++src) net.post(src, 4 + (src + 1) % 4, 300'000, src);
            net.run();
            return uplinks(net);
        };
        const std::vector<Bytes> first = run(1);
        EXPECT_EQ(run(1), first);
        EXPECT_NE(run(2), first);
    }
}

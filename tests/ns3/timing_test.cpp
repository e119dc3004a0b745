// SPDX-License-Identifier: GPL-2.0-only
// Tests the times of single packets and single flows over small fabrics, to the picosecond.
//
// Wire bytes of the `roce` framing: payload + 82 (Ethernet 14, IPv4 20, UDP 8, BTH 12, ICRC 4, FCS 4,
// preamble 8, gap 12), + 16 RETH on a first packet; an ACK is 12 + 4 + 4 after UDP: 86 B, above the minimum
// of 84.
#include "small_network.hpp"

#include "hpnsim/ideal.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

/// 400 Gb/s is 20 ps a byte; links 500 ns, switches 300 ns.
const std::string kStar = "star:hosts=4,gbps=400,link-ns=500,switch-ns=300";
const std::string kDumbbell =
    "dumbbell:left=2,right=2,gbps=400,bottleneck-gbps=100,link-ns=500,switch-ns=300";
const std::string kLeafSpine =
    "leaf-spine:leaves=2,hosts=2,spines=2,gbps=200,uplink-gbps=400,link-ns=500,switch-ns=300";

constexpr int64_t kAck = 86;
/// A short last packet of 86 B arrives 86 x 20 ps after the full one before it; each has an ACK of 86 B, and
/// on the dumbbell's bottleneck the second waits until the first is out, 86 x 80 ps.
constexpr int64_t kAckWait = kAck * 80 - kAck * 20;

Time ideal(const FabricPlan& plan, uint32_t src, uint32_t dst, Bytes bytes, Bytes mtu)
{
    const FabricIndex index(plan);
    return ideal_fct({index.path(src, dst, 0)}, {index.path(dst, src, 0)}, bytes,
                     {mtu, &wire_named("roce", false)});
}

}  // namespace

/// 1 B is padded to 4: 4 + 82 + 16 = 102 B, 2,040 ps a hop; the ACK 1,720 ps.
TEST(Timing, OneByteAcrossAStar)
{
    SmallNetwork net(kStar, plain_config());
    net.post(0, 1, 1, 5);
    net.run();
    const int64_t one_way = 2 * 2'040 + 2 * 500'000 + 300'000;
    EXPECT_EQ(net.placed(5).ps, one_way);
    EXPECT_EQ(net.completed(5).ps, one_way + 2 * kAck * 20 + 2 * 500'000 + 300'000);
}

/// 4,096 + 98 = 4,194 B: 40 ps a byte at the hosts, 20 between the switches; 4 links, 3 switches.
TEST(Timing, OnePacketAcrossALeafSpine)
{
    SmallNetwork net(kLeafSpine, plain_config());
    net.post(0, 3, 4'096, 5);
    net.run();
    const int64_t flight = 4 * 500'000 + 3 * 300'000;
    const int64_t one_way = 4'194 * (40 + 20 + 20 + 40) + flight;
    EXPECT_EQ(net.placed(5).ps, one_way);
    EXPECT_EQ(net.completed(5).ps, one_way + kAck * (40 + 20 + 20 + 40) + flight);
}

/// Two packets over the dumbbell's 100 Gb/s (80 ps a byte): the first 4,194 B, the second 4,178 B behind it.
TEST(Timing, TwoPacketsQueueAtTheBottleneck)
{
    SmallNetwork net(kDumbbell, plain_config());
    net.post(0, 2, 8'192, 5);
    net.run();
    const int64_t flight = 3 * 500'000 + 2 * 300'000;
    EXPECT_EQ(net.placed(5).ps, 4'194 * 20 + 4'194 * 80 + 4'178 * 80 + 4'178 * 20 + flight);
}

/// FCT of a flow alone is the ideal one, which topology/ works out on paper for a flow shop. One ACK a
/// message: with one a packet, the ACK of a short last packet waits for the one before it on a slow link
/// (5,160 ps on the dumbbell), which the ideal does not charge.
TEST(Timing, AFlowAloneTakesItsIdealTime)
{
    for (const std::string& topology : {kStar, kDumbbell, kLeafSpine}) {
        for (const Bytes bytes : {1, 4'096, 4'097, 12'288, 1'000'000, 1 << 20}) {
            NetworkConfig config = plain_config();
            config.nic.acks.every = 1 << 20;
            SmallNetwork net(topology, config);
            net.post(0, 3, bytes, 5);
            net.run();
            // The first packet of a QP is always acknowledged: see the next test.
            const int64_t extra = topology == kDumbbell && bytes == 4'097 ? kAckWait : 0;
            const int64_t took = net.completed(5).ps - ideal(net.plan, 0, 3, bytes, 4'096).ps - extra;
            // Between leaves the ideal lets packets overtake on two hops: a short last one, or those after
            // the first, which is 16 B longer.
            const bool overtakes = topology == kLeafSpine && bytes > 4'096 && bytes % 4'096 != 0;
            EXPECT_GE(took, 0) << topology << bytes;
            EXPECT_LE(took, overtakes                ? 2 * 4'178 * 20
                            : topology == kLeafSpine ? 2 * 16 * 20
                                                     : 0)
                << topology << bytes;
            net.expect_empty();
        }
    }
}

TEST(Timing, AckOfAShortLastPacketWaitsForTheOneBefore)
{
    SmallNetwork net(kDumbbell, plain_config());
    net.post(0, 3, 4'097, 5);
    net.run();
    EXPECT_EQ(net.completed(5).ps, ideal(net.plan, 0, 3, 4'097, 4'096).ps + kAckWait);
}

TEST(Timing, AFlowAloneWithOtherMtus)
{
    for (const Bytes mtu : {64, 1'000, 9'216}) {
        NetworkConfig config = plain_config();
        config.nic.acks.every = 1 << 20;
        config.nic.mtu = config.fabric.mtu = mtu;
        SmallNetwork net(kDumbbell, config);
        net.post(1, 2, 100'001, 5);
        net.run();
        EXPECT_EQ(net.completed(5).ps, ideal(net.plan, 1, 2, 100'001, mtu).ps) << mtu;
    }
}

/// Two senders into one host, 1 MB each: the host's link carries 2 x 256 packets without a hole.
TEST(Timing, TwoFlowsFillTheReceiversLink)
{
    SmallNetwork net(kStar, plain_config());
    net.post(0, 2, 1 << 20, 1);
    net.post(1, 2, 1 << 20, 2);
    net.run();
    const int64_t bytes = 2 * ((1 << 20) + 256 * 82 + 16);
    const int64_t first = 4'194 * 20 + 500'000 + 300'000;
    EXPECT_EQ(std::max(net.placed(1), net.placed(2)).ps, first + bytes * 20 + 500'000);
    EXPECT_EQ(net.drops(), 0U);
}

/// Two networks in one process, one after the other, know nothing of each other.
TEST(Timing, TwoNetworksInTurnAreAlike)
{
    std::vector<int64_t> times;
    for (int i = 0; i < 2; ++i) {
        SmallNetwork net(kLeafSpine, plain_config());
        for (uint32_t src = 0; src < 3; ++src) net.post(src, 3, 300'000, src);
        net.run();
        for (uint32_t src = 0; src < 3; ++src) times.push_back(net.completed(src).ps);
    }
    for (int i = 0; i < 3; ++i) EXPECT_EQ(times[i], times[i + 3]);
}

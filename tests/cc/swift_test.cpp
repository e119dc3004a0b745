// SPDX-License-Identifier: GPL-2.0-only
// Compares Swift with algorithm 1 and section 3 of SIGCOMM'20, worked by hand at 100 Gb/s, T = 8 us and
// packets of 1,000 B: BDP 100 packets.
#include "bottleneck.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace hpnsim;
using hpnsim::test::Bottleneck;
using hpnsim::test::Qp;

namespace
{

constexpr Bytes kMtu = 1000;

/// Base target 50 us and 3 hops of 1 us: 53 us where flow scaling adds nothing.
const std::string kPaper = "swift:preset=paper,max-cwnd=0";
const std::string kUnscaled = kPaper + ",fs-range=0,host-target-us=10";

Qp hundred_gig(const std::string& spec, double packets)
{
    const char joint = spec.find(':') == std::string::npos ? ':' : ',';
    Qp qp(spec + joint + "initial=" + std::to_string(packets / 100), gbps(100), microseconds(8), kMtu);
    qp.flow.hops = 3;
    qp.flow.in_flight = 1'000'000;
    qp.run_to(milliseconds(1));
    return qp;
}

void feed(Qp& qp, Time rtt, Time host_delay = {}, Bytes bytes = kMtu)
{
    Ack ack;
    ack.acked = ack.received = bytes;
    ack.rtt = rtt;
    ack.host_delay = host_delay;
    ack.rtt_valid = true;
    qp.ack(qp.flow.now, ack);
}

bool grows(double packets, Time rtt, const std::string& spec = kPaper)
{
    Qp qp = hundred_gig(spec, packets);
    const Bytes before = qp.flow.window;
    feed(qp, rtt);
    EXPECT_NE(qp.flow.window, before);
    return qp.flow.window > before;
}

}  // namespace

// Section 3.5: target = base + hops hop + clamp(a / sqrt(cwnd) + b, 0, range), the shape of its figure 6.
// With a range of 20 us over 0.1 to 100 packets a = 20 / (1/sqrt(0.1) - 1/10) = 6.5311 us.
TEST(Swift, TargetScalesWithHopsAndFlows)
{
    EXPECT_TRUE(grows(25, nanoseconds(53'652)));  // 53 + 6.5311 * (1/5 - 1/10) = 53.6531
    EXPECT_FALSE(grows(25, nanoseconds(53'654)));
    EXPECT_TRUE(grows(4, nanoseconds(55'612)));  // 53 + 6.5311 * (1/2 - 1/10) = 55.6124
    EXPECT_FALSE(grows(4, nanoseconds(55'613)));
    EXPECT_TRUE(grows(100, nanoseconds(52'999)));  // nothing at and beyond fs-max
    EXPECT_FALSE(grows(100, nanoseconds(53'001)));
    EXPECT_FALSE(grows(400, nanoseconds(53'001)));
    EXPECT_TRUE(grows(0.05, nanoseconds(72'999)));  // all at and below fs-min
    EXPECT_FALSE(grows(0.05, nanoseconds(73'100)));
}

TEST(Swift, DefaultTargetFollowsTheBaseRtt)
{
    EXPECT_TRUE(grows(100, nanoseconds(11'999), "swift"));  // 1.5 * 8 us, hops included already
    EXPECT_FALSE(grows(100, nanoseconds(12'001), "swift"));
}

TEST(Swift, AddsOnePacketPerRoundTrip)
{
    Qp qp = hundred_gig(kUnscaled, 100);
    for (int i = 0; i < 100; ++i) feed(qp, microseconds(20));
    EXPECT_NEAR(static_cast<double>(qp.flow.window), 101'000, 10);
    EXPECT_EQ(qp.flow.rate, gbps(100));  // ACKs clock it
}

TEST(Swift, CutsInProportionToTheExcess)
{
    Qp qp = hundred_gig(kUnscaled, 100);
    feed(qp, microseconds(66) + nanoseconds(250));  // above by 1/5 of the delay: 1 - 0.8 * 0.2 = 0.84
    EXPECT_NEAR(static_cast<double>(qp.flow.window), 84'000, 1);
}

TEST(Swift, NoCutTakesMoreThanHalf)
{
    Qp qp = hundred_gig(kUnscaled, 100);
    feed(qp, microseconds(1000));
    EXPECT_EQ(qp.flow.window, 50'000);
}

TEST(Swift, CutsOncePerRoundTrip)
{
    Qp qp = hundred_gig(kUnscaled, 100);
    feed(qp, microseconds(1000));
    qp.run_to(milliseconds(1) + microseconds(105));
    feed(qp, microseconds(106));
    EXPECT_EQ(qp.flow.window, 50'000);
    // Many such ACKs do not put the next cut off: it comes 106 us after the first.
    qp.run_to(milliseconds(1) + microseconds(106));
    feed(qp, microseconds(106));
    EXPECT_NEAR(static_cast<double>(qp.flow.window), 50'000 * 0.6, 1);  // half of the delay is excess
}

TEST(Swift, BelowOnePacketItIsPacedByTheMeasuredRtt)
{
    // cwnd 0.9 -> 0.45: a packet per 1000 us / 0.45, 450 B * 8 / 1 ms = 3.6 Mb/s.
    Qp qp = hundred_gig(kUnscaled, 0.9);
    feed(qp, microseconds(1000));
    EXPECT_NEAR(static_cast<double>(qp.flow.window), 450, 1);
    EXPECT_NEAR(static_cast<double>(qp.flow.rate.bps), 3'600'000, 1);
    qp.run_to(milliseconds(2));
    feed(qp, microseconds(20));  // below one packet an ACK adds ai, not ai / cwnd
    EXPECT_NEAR(static_cast<double>(qp.flow.window), 1'450, 1);
    EXPECT_EQ(qp.flow.rate, gbps(100));
}

TEST(Swift, LeastWindowIsAThousandthOfAPacket)
{
    Qp qp = hundred_gig(kUnscaled, 1);
    for (int i = 2; i < 30; ++i) {
        qp.run_to(milliseconds(2 * i));
        feed(qp, microseconds(1000));
    }
    EXPECT_EQ(qp.flow.window, 1);
}

TEST(Swift, HostAndFabricHaveTheirOwnWindows)
{
    Qp qp = hundred_gig(kUnscaled, 100);
    feed(qp, microseconds(20), microseconds(20));  // host target 10 us: 1 - 0.8 / 2
    EXPECT_NEAR(static_cast<double>(qp.flow.window), 60'000, 1);
    // The fabric's delay was fine: when the host recovers, its window is where it was, near 100 packets.
    for (int i = 0; i < 4'000; ++i) feed(qp, microseconds(20), microseconds(1));
    EXPECT_GT(qp.flow.window, 100'000);
    // And the other way round: a slow fabric does not touch the host's window.
    qp.run_to(milliseconds(3));
    const Bytes before = qp.flow.window;
    feed(qp, microseconds(106), microseconds(1));
    EXPECT_LT(qp.flow.window, before);
}

TEST(Swift, UnfilledWindowDoesNotGrow)
{
    Qp qp = hundred_gig(kUnscaled, 100);
    qp.flow.in_flight = 50'000;
    feed(qp, microseconds(20));
    EXPECT_EQ(qp.flow.window, 100'000);
}

TEST(Swift, LossCutsTimeoutsReset)
{
    Qp qp = hundred_gig(kUnscaled, 100);
    const Nack nack{0, kMtu, {}, Loss::out_of_order, false, {}, false};
    qp.nack(qp.flow.now, nack);
    EXPECT_EQ(qp.flow.window, 50'000);
    qp.nack(qp.flow.now, nack);  // once per RTT
    EXPECT_EQ(qp.flow.window, 50'000);
    for (int i = 1; i < 5; ++i) qp.timeout(milliseconds(1 + i), {kMtu, i});
    EXPECT_EQ(qp.flow.window, 3'125);  // four more halves
    qp.timeout(milliseconds(6), {kMtu, 5});
    EXPECT_EQ(qp.flow.window, 1);  // 0.001 packets
}

// Section 3.1: AIMD around the target keeps the delay there and shares fairly, with few flows and with more
// flows than packets fit (section 3.4). Packet times of 80 ns, base RTT 100 of them, target 150 plus flow
// scaling.
TEST(Swift, DelayStaysAtTheTarget)
{
    for (const int n : {2, 3, 8}) {  // a lone sender is held by its own port
        Bottleneck net("swift:fs-range=0", n, gbps(100), 100, 1 << 30);
        net.run(200'000);
        net.forget();
        net.run(200'000);
        EXPECT_EQ(net.utilisation(), 1.0) << n;
        EXPECT_NEAR(net.mean(), 50, 10) << n;  // what 1.5 base RTTs leave for the queue
        EXPECT_LE(net.most(), 50 + 3 * n) << n;
        EXPECT_GT(net.fairness(), 0.95) << n;
    }
}

TEST(Swift, MoreFlowsThanPacketsFit)
{
    Bottleneck net("swift", 400, gbps(100), 100, 1 << 30);
    net.run(400'000);
    net.forget();
    net.run(400'000);
    EXPECT_GT(net.utilisation(), 0.99);
    EXPECT_LT(net.most(), 850);  // the target with all of flow scaling: (1.5 + 7.5 - 1) base RTTs
    EXPECT_GT(net.fairness(), 0.9);
}

// SPDX-License-Identifier: GPL-2.0-only
// Compares Theta-PowerTCP with algorithm 2 of NSDI'22, worked by hand at 100 Gb/s and T = 8 us: BDP 100,000
// B.
#include "bottleneck.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;
using hpnsim::test::Bottleneck;
using hpnsim::test::Qp;

namespace
{

Qp hundred_gig(const std::string& spec = "theta-powertcp:preset=paper,gamma=1,beta=0")
{
    return {spec, gbps(100), microseconds(8), 1000};
}

void feed(Qp& qp, Psn psn, int64_t at_us, int64_t rtt_us, bool valid = true)
{
    Ack ack;
    ack.psn = psn;
    ack.rtt = microseconds(rtt_us);
    ack.rtt_valid = valid;
    qp.ack(microseconds(at_us), ack);
}

}  // namespace

// power = (dRTT / dt + 1) RTT / T: in 8 us the RTT rises from 8 to 16 us, (8/8 + 1) 16/8 = 4.
TEST(ThetaPowerTcp, WindowFollowsRttAndItsSlope)
{
    Qp qp = hundred_gig();
    feed(qp, 0, 100, 8);
    EXPECT_EQ(qp.flow.window, 100'000);  // one RTT has no slope
    feed(qp, 1, 108, 16);
    EXPECT_EQ(qp.flow.window, 25'000);
    feed(qp, 2, 116, 16);  // it stands: (0 + 1) 16/8 = 2
    EXPECT_EQ(qp.flow.window, 12'500);
}

TEST(ThetaPowerTcp, PowerIsAveragedOverABaseRtt)
{
    Qp qp = hundred_gig();
    feed(qp, 0, 100, 8);
    feed(qp, 1, 102, 8 + 2);  // (2/2 + 1) 10/8 = 2.5, weight 2/8: (1 x 6 + 2.5 x 2) / 8 = 1.375
    EXPECT_EQ(qp.flow.window, 72'727);
}

TEST(ThetaPowerTcp, WindowMovesOncePerRoundTrip)
{
    Qp qp = hundred_gig();
    qp.flow.next_psn = 10;
    feed(qp, 0, 100, 16);
    feed(qp, 1, 108, 16);
    EXPECT_EQ(qp.flow.window, 50'000);
    feed(qp, 9, 116, 16);
    EXPECT_EQ(qp.flow.window, 50'000);
    feed(qp, 10, 124, 16);
    EXPECT_EQ(qp.flow.window, 25'000);
}

TEST(ThetaPowerTcp, RetransmissionsSayNothing)
{
    Qp qp = hundred_gig();
    feed(qp, 0, 100, 8);
    feed(qp, 1, 108, 80, false);
    EXPECT_EQ(qp.flow.window, 100'000);
}

TEST(ThetaPowerTcp, AuthorsBoundTheFallingSlope)
{
    // From 16 to 8 us within 8 us: current 0, bounded to 0.5; / 1.05; w = 0.7 (w / 0.476 + 600) + 0.3 w,
    // capped.
    Qp qp = hundred_gig("theta-powertcp:preset=ns3-datacenter,max-window=10,beta=0");
    feed(qp, 0, 100, 32);
    feed(qp, 1, 108, 32);  // power 4: 0.7 x 1.05/4 + 0.3
    EXPECT_NEAR(static_cast<double>(qp.flow.window), 48'375, 1);
    feed(qp, 2, 116, 16);  // slope -2: 0.5 x 16/8 = 1 instead of none: w (0.7 x 1.05 + 0.3)
    EXPECT_NEAR(static_cast<double>(qp.flow.window), 48'375 * 1.035, 2);
}

TEST(ThetaPowerTcp, SlopesSpanAQuarterOfTheBaseRtt)
{
    // ACKs 1 us apart: the slope is that of 3 us, (11 - 8) / 3, not of the last microsecond.
    Qp qp = hundred_gig("theta-powertcp:gamma=1,beta=0,target=1");
    feed(qp, 0, 100, 8);
    feed(qp, 1, 101, 20);
    feed(qp, 2, 102, 8);
    EXPECT_EQ(qp.flow.window, 100'000);
    feed(qp, 3, 103, 11);  // (3/3 + 1) 11/8 = 2.75, weight 3/8: (1 x 5 + 2.75 x 3) / 8 = 1.65625
    EXPECT_EQ(qp.flow.window, 60'377);
}

// ACKs that come up to 3 packet times late, in order, on an idle path: 0.24 us of 8.
TEST(ThetaPowerTcp, SlopesFromAckToAckReadJitterAsAQueue)
{
    const auto utilisation = [](const std::string& spec) {
        Bottleneck net(spec, 1, gbps(100), 100, INT32_MAX);
        net.jitter(3);
        net.run(20'000);
        net.forget();
        net.run(50'000);
        return net.utilisation();
    };
    EXPECT_LT(utilisation("theta-powertcp:slope-over=0"), 0.6);
    EXPECT_GT(utilisation("theta-powertcp"), 0.95);
}

// The same place of rest as PowerTCP's (the paper's equilibrium): the queue is the sum of the betas.
TEST(ThetaPowerTcp, QueueAtRestIsTheSumOfBetas)
{
    for (const int n : {4, 10, 20}) {
        Bottleneck net("theta-powertcp:target=1,beta=0.05,max-window=10", n, gbps(100), 100, INT32_MAX);
        net.run(50'000);
        net.forget();
        net.run(50'000);
        EXPECT_EQ(net.utilisation(), 1.0) << n;
        EXPECT_NEAR(net.mean(), 5 * n, 0.05 * 5 * n) << n;
        EXPECT_GT(net.fairness(), 0.99) << n;
    }
}

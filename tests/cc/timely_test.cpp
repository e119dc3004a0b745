// SPDX-License-Identifier: GPL-2.0-only
// Compares TIMELY with algorithm 1 of SIGCOMM'15, worked by hand at 100 Gb/s: delta 100 Mb/s, minimal RTT 20
// us, T_low 50 us, T_high 500 us. A completion is an ACK of 16,384 B.
#include "qp.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;
using hpnsim::test::Qp;

namespace
{

const std::string kPaper = "timely:preset=paper,segment=16384";

Qp hundred_gig(const std::string& spec = kPaper, Time base_rtt = microseconds(20))
{
    return {spec, gbps(100), base_rtt, 1024};
}

void complete(Qp& qp, int64_t rtt_us, Bytes bytes = 16'384)
{
    Ack ack;
    ack.psn = qp.flow.next_psn++;
    ack.acked = ack.received = bytes;
    ack.rtt = microseconds(rtt_us);
    ack.rtt_valid = true;
    qp.ack(qp.flow.now, ack);
}

void expect_gbps(const Qp& qp, double gigabits)
{
    EXPECT_NEAR(static_cast<double>(qp.flow.rate.bps), gigabits * 1e9, 2);
}

}  // namespace

TEST(Timely, StartsAtLineRateWithoutAWindow)
{
    const Qp qp = hundred_gig();
    EXPECT_EQ(qp.flow.rate, gbps(100));
    EXPECT_EQ(qp.flow.window, kUnlimited);
}

TEST(Timely, GradientEquation)
{
    // rtt_diff = 0.875 * 4 = 3.5 us, gradient 0.175: 100 * (1 - 0.8 * 0.175) = 86.
    Qp qp = hundred_gig();
    complete(qp, 60);
    expect_gbps(qp, 100);
    complete(qp, 64);
    expect_gbps(qp, 86);
    // rtt_diff = 0.125 * 3.5 + 0.875 * 8 = 7.4375, gradient 0.371875: 86 * 0.7025 = 60.415.
    complete(qp, 72);
    expect_gbps(qp, 60.415);
    // rtt_diff = 0.125 * 7.4375 - 0.875 * 4 = -2.5703125 < 0: + 0.1.
    complete(qp, 68);
    expect_gbps(qp, 60.515);
}

TEST(Timely, AboveTHighTheGradientDoesNotMatter)
{
    Qp qp = hundred_gig();
    complete(qp, 2000);
    complete(qp, 1000);  // falling, and still 100 * (1 - 0.8 * (1 - 500 / 1000)) = 60
    expect_gbps(qp, 60);
}

TEST(Timely, BelowTLowTheGradientDoesNotMatter)
{
    Qp qp = hundred_gig(kPaper + ",initial=0.5");
    complete(qp, 20);
    for (int rtt = 22; rtt < 40; rtt += 2) complete(qp, rtt);  // nine, rising
    expect_gbps(qp, 50.9);
}

TEST(Timely, HyperactiveIncreaseAfterFive)
{
    Qp qp = hundred_gig(kPaper + ",initial=0.5");
    complete(qp, 100);
    for (int i = 0; i < 5; ++i) complete(qp, 100);
    expect_gbps(qp, 50.5);
    complete(qp, 100);
    expect_gbps(qp, 51.0);
    complete(qp, 104);  // gradient 0.175: down, and the count begins anew
    complete(qp, 100);
    expect_gbps(qp, 51.0 * 0.86 + 0.1);
}

TEST(Timely, HpccSimCountsIncreasesBelowTLowToo)
{
    Qp qp = hundred_gig("timely:preset=hpcc-sim,initial=0.5");
    for (int i = 0; i < 8; ++i) complete(qp, 20);  // the first sets a base
    expect_gbps(qp, 50 + 5 * 0.1 + 2 * 0.5);
}

TEST(Timely, ACompletionIsASegment)
{
    Qp qp = hundred_gig();
    complete(qp, 60);
    for (int i = 0; i < 15; ++i) complete(qp, 500, 1'024);
    expect_gbps(qp, 100);  // 15,360 B: not yet
    complete(qp, 64, 1'024);
    expect_gbps(qp, 86);
}

TEST(Timely, ACompletionMayBeARoundTrip)
{
    Qp qp = hundred_gig("timely:preset=hpcc-sim");
    qp.flow.next_psn = 10;
    complete(qp, 60);  // packet 10; sets a base and ends with packet 11
    qp.flow.next_psn = 30;
    Ack ack;
    ack.psn = 9;
    ack.rtt = microseconds(400);
    ack.rtt_valid = true;
    qp.ack(qp.flow.now, ack);  // an older packet
    expect_gbps(qp, 100);
    ack.psn = 11;
    ack.rtt = microseconds(64);
    qp.ack(qp.flow.now, ack);
    expect_gbps(qp, 86);
}

// Go-back-N sends thousands of packets again below the highest PSN: a round must not last until all of them
// are back.
TEST(Timely, ARoundTripOfRetransmissionsIsOneToo)
{
    Qp qp = hundred_gig("timely:preset=hpcc-sim");
    qp.flow.next_psn = 10'000;
    complete(qp, 60);
    Ack ack;
    ack.psn = 5'000;
    ack.rtt = microseconds(64);
    qp.ack(microseconds(60), ack);  // sent 4 us before the round began
    expect_gbps(qp, 100);
    qp.ack(microseconds(65), ack);  // sent 1 us into it
    expect_gbps(qp, 86);
}

TEST(Timely, DefaultThresholdsFollowTheBaseRtt)
{
    // Base RTT 8 us: T_low 20, T_high 200 us, minimal RTT 8.
    Qp qp = hundred_gig("timely:initial=0.5", microseconds(8));
    complete(qp, 10);
    complete(qp, 19);  // below T_low though rising
    expect_gbps(qp, 50.1);
    complete(qp, 400);  // 1 - 0.8 * (1 - 200 / 400) = 0.6
    expect_gbps(qp, 30.06);
}

TEST(Timely, RateStaysAboveItsFloor)
{
    Qp qp = hundred_gig("timely:preset=hpcc-sim");
    complete(qp, 60);
    complete(qp, 400);  // gradient 14.9: the factor is 0
    expect_gbps(qp, 1);
}

TEST(Timely, TimeoutHalves)
{
    Qp qp = hundred_gig("timely");
    qp.timeout(qp.flow.now, {1'000'000, 1});
    expect_gbps(qp, 50);
}

TEST(Timely, WindowFollowsTheRate)
{
    // BDP 250,000 B at 20 us.
    Qp qp = hundred_gig(kPaper + ",window=1");
    EXPECT_EQ(qp.flow.window, 250'000);
    complete(qp, 60);
    complete(qp, 64);
    EXPECT_NEAR(static_cast<double>(qp.flow.window), 215'000, 1);
}

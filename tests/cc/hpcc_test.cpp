// SPDX-License-Identifier: GPL-2.0-only
// Compares HPCC with algorithm 1 of SIGCOMM'19, worked by hand at 100 Gb/s and T = 8 us: BDP 100,000 B, W_AI
// = 50 Mb/s * 8 us = 50 B.
#include "qp.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;
using hpnsim::test::Qp;

namespace
{

Qp hundred_gig(const std::string& spec = "hpcc")
{
    return {spec, gbps(100), microseconds(8)};
}

void feed(Qp& qp, Psn psn, const std::vector<IntHop>& hops)
{
    Ack ack;
    ack.psn = psn;
    ack.hops = hops.data();
    ack.hop_count = static_cast<uint8_t>(hops.size());
    qp.ack(qp.flow.now, ack);
}

IntHop hop(uint32_t port, int64_t us, Bytes tx, Bytes queue)
{
    return {port, microseconds(us), tx, queue, gbps(100)};
}

}  // namespace

TEST(Hpcc, StartsWithOneBdpAtLineRate)
{
    const Qp qp = hundred_gig();
    EXPECT_EQ(qp.flow.window, 100'000);
    EXPECT_EQ(qp.flow.rate, gbps(100));
}

TEST(Hpcc, FullLinkBringsTheWindowToEta)
{
    // u = 50,000 B / 4 us / 100G = 1, U = (1*4 + 1*4)/8 = 1, W = 100,000 * 0.95 + 50.
    Qp qp = hundred_gig();
    qp.flow.next_psn = 10;
    feed(qp, 0, {hop(7, 0, 0, 0)});
    EXPECT_EQ(qp.flow.window, 100'000);  // the first record is a base
    feed(qp, 1, {hop(7, 4, 50'000, 0)});
    EXPECT_EQ(qp.flow.window, 95'050);
    EXPECT_EQ(qp.flow.rate.bps, 95'050'000'000);
}

// Equation 4, W = Wc / (U / eta) + W_AI, at every link speed and for paths of one hop to eight: the queue
// alone brings U to 3 (the link is full and two BDP wait), so that a third of eta is left.
TEST(Hpcc, WindowFallsByUOverEta)
{
    for (const int64_t gigabits : {10, 25, 40, 100, 200, 400, 800, 1600}) {
        for (uint32_t hops = 1; hops <= 8; ++hops) {
            const Rate line = gbps(gigabits);
            Qp qp("hpcc:preset=paper", line, microseconds(8));
            qp.flow.next_psn = 10;
            std::vector<IntHop> first, second;
            const Bytes bdp = qp.flow.bdp;
            for (uint32_t port = 0; port < hops; ++port) {
                const bool busy = port == hops / 2;
                first.push_back({port, Time{}, 0, busy ? 2 * bdp : 0, line});
                second.push_back({port, microseconds(8), busy ? bdp : bdp / 10, busy ? 2 * bdp : 0, line});
            }
            feed(qp, 0, first);
            feed(qp, 1, second);
            const double expected = static_cast<double>(bdp) * (0.95 / 3 + 0.0005);  // W_AI: 50 Mb/s at 100G
            EXPECT_NEAR(static_cast<double>(qp.flow.window), expected, 1) << gigabits << " " << hops;
        }
    }
}

TEST(Hpcc, ReferenceMovesOncePerRoundTrip)
{
    Qp qp = hundred_gig();
    qp.flow.next_psn = 10;
    feed(qp, 0, {hop(7, 0, 0, 0)});
    feed(qp, 1, {hop(7, 4, 50'000, 0)});
    feed(qp, 9, {hop(7, 8, 100'000, 0)});  // still in the first round: from the same Wc
    EXPECT_EQ(qp.flow.window, 95'050);
    qp.flow.next_psn = 20;
    feed(qp, 10, {hop(7, 12, 150'000, 0)});  // Wc becomes 95,050
    EXPECT_EQ(qp.flow.window, 95'050);
    feed(qp, 11, {hop(7, 16, 200'000, 0)});  // 95,050 * 0.95 + 50 = 90,347.5
    EXPECT_EQ(qp.flow.window, 90'347);
}

TEST(Hpcc, QueueCountsByItsLesserReading)
{
    // u = 25,000 B / 4 us / 100G + min(20,000, 40,000) * 8 / (100G * 8 us) = 0.5 + 0.2 = 0.7;
    // U = (1*4 + 0.7*4)/8 = 0.85; 100,000 / (0.85/0.95) + 50 > BDP: the window stays at BDP.
    // With eta 0.5: 100,000 * 0.5/0.85 + 50 = 58,873.5
    Qp qp = hundred_gig("hpcc:eta=0.5");
    qp.flow.next_psn = 10;
    feed(qp, 0, {hop(7, 0, 0, 20'000)});
    feed(qp, 1, {hop(7, 4, 25'000, 40'000)});
    EXPECT_EQ(qp.flow.window, 58'873);
}

TEST(Hpcc, BusiestHopDecides)
{
    Qp qp = hundred_gig("hpcc:eta=0.5");
    qp.flow.next_psn = 10;
    feed(qp, 0, {hop(1, 0, 0, 0), hop(2, 0, 0, 0), hop(3, 0, 0, 0)});
    feed(qp, 1, {hop(1, 4, 5'000, 0), hop(2, 4, 50'000, 0), hop(3, 4, 10'000, 0)});
    EXPECT_EQ(qp.flow.window, 50'050);  // U = 1: 100,000 * 0.5 + 50
}

TEST(Hpcc, AdditiveStagesComeFirst)
{
    // U < eta with maxStage 1: one additive step from Wc, here below BDP thanks to a full link before.
    Qp qp = hundred_gig("hpcc:max-stage=5");
    qp.flow.next_psn = 1;
    feed(qp, 0, {hop(7, 0, 0, 0)});
    qp.flow.next_psn = 2;
    feed(qp, 1, {hop(7, 8, 100'000, 0)});  // tau = T: U = 1, Wc = 95,050
    qp.flow.next_psn = 3;
    feed(qp, 2, {hop(7, 16, 150'000, 0)});  // U = 0.5: additive, not 95,050 * 0.95/0.5
    EXPECT_EQ(qp.flow.window, 95'100);
}

TEST(Hpcc, NewPathSetsABaseWithoutMovingTheRate)
{
    Qp qp = hundred_gig();
    qp.flow.next_psn = 10;
    feed(qp, 0, {hop(1, 0, 0, 0), hop(2, 0, 0, 0)});
    feed(qp, 1, {hop(1, 4, 50'000, 0), hop(2, 4, 50'000, 0)});
    const Bytes window = qp.flow.window;
    // Counters of another switch: a difference against port 1 or 2 would be wild.
    feed(qp, 2, {hop(5, 5, 900'000'000, 80'000), hop(6, 5, 7, 80'000)});
    EXPECT_EQ(qp.flow.window, window);
    feed(qp, 3, {hop(5, 9, 900'025'000, 0), hop(6, 9, 25'007, 0)});  // u = 0.5 on both: now measured
    EXPECT_NE(qp.flow.window, window);
}

TEST(Hpcc, OlderRecordIsIgnored)  // a sprayed packet that was overtaken
{
    Qp qp = hundred_gig();
    qp.flow.next_psn = 10;
    feed(qp, 0, {hop(1, 8, 100'000, 0)});
    feed(qp, 1, {hop(1, 4, 50'000, 0)});
    EXPECT_EQ(qp.flow.window, 100'000);
    feed(qp, 2, {hop(1, 16, 200'000, 0)});  // against ts 8, not 4: u = 1
    EXPECT_EQ(qp.flow.window, 95'050);
}

TEST(Hpcc, SharedPortIsMeasuredThroughManyPaths)
{
    // Each packet takes another spine (12 of them); the last hop is common and full.
    Qp qp = hundred_gig();
    qp.flow.next_psn = 1'000;
    for (int i = 0; i < 200; ++i)
        feed(qp, static_cast<Psn>(i),
             {hop(100 + static_cast<uint32_t>(i % 12), i, i * 500, 0), hop(1, i, i * 12'500, 0)});
    EXPECT_EQ(qp.flow.window, 95'050);
}

TEST(Hpcc, ManyHops)
{
    Qp qp = hundred_gig();
    qp.flow.next_psn = 10;
    std::vector<IntHop> first, second;
    for (uint32_t port = 0; port < 8; ++port) {
        first.push_back(hop(port, 0, 0, 0));
        second.push_back(hop(port, 4, port == 7 ? 50'000 : 0, 0));
    }
    feed(qp, 0, first);
    feed(qp, 1, second);
    EXPECT_EQ(qp.flow.window, 95'050);
}

TEST(Hpcc, WithoutTelemetryNothingMoves)
{
    Qp qp = hundred_gig();
    feed(qp, 0, {});
    feed(qp, 1, {});
    EXPECT_EQ(qp.flow.window, 100'000);
}

TEST(Hpcc, RateFormFloorsAndScalesTheWindow)
{
    // preset hpcc-sim: R = floor(100e9 * 0.95) + 40 Mb/s; W = 100,000 * R / 100G.
    Qp qp = hundred_gig("hpcc:preset=hpcc-sim");
    qp.flow.next_psn = 10;
    feed(qp, 0, {hop(7, 0, 0, 0)});
    feed(qp, 1, {hop(7, 4, 50'000, 0)});
    EXPECT_EQ(qp.flow.rate.bps, 95'040'000'000);
    EXPECT_EQ(qp.flow.window, 95'040);
}

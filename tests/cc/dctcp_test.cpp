// SPDX-License-Identifier: GPL-2.0-only
// Compares DCTCP with SIGCOMM'10 and RFC 8257, worked by hand at 100 Gb/s and T = 8 us: BDP 100,000 B.
#include "bottleneck.hpp"
#include "hpnsim/replay.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

using namespace hpnsim;
using hpnsim::test::Bottleneck;
using hpnsim::test::Qp;

namespace
{

constexpr Bytes kMtu = 1000;

/// A hundred packets have been sent.
Qp hundred_gig(const std::string& spec = "dctcp")
{
    Qp qp(spec, gbps(100), microseconds(8), kMtu);
    qp.flow.next_psn = 100;
    qp.flow.in_flight = 100'000;
    return qp;
}

void feed(Qp& qp, Psn psn, bool marked, Bytes bytes = kMtu)
{
    Ack ack;
    ack.psn = psn;
    ack.acked = ack.received = bytes;
    ack.ecn = marked;
    ack.marked = marked ? bytes : 0;
    qp.ack(qp.flow.now, ack);
}

}  // namespace

TEST(Dctcp, StartsWithOneBdpAtLineRate)
{
    const Qp qp = hundred_gig();
    EXPECT_EQ(qp.flow.window, 100'000);
    EXPECT_EQ(qp.flow.rate, gbps(100));
}

TEST(Dctcp, CutsByHalfOfAlphaOncePerWindow)
{
    // The first ACK, unmarked, ends a window: alpha = 15/16. The mark cuts to 1 - 15/32 = 17/32.
    Qp qp = hundred_gig("dctcp:ai=0");
    feed(qp, 0, false);
    feed(qp, 1, true);
    EXPECT_EQ(qp.flow.window, 53'125);
    feed(qp, 2, true);
    feed(qp, 99, true);
    EXPECT_EQ(qp.flow.window, 53'125);  // packets 0..99 were under way when it cut
    // Packets 1, 2, 99, 100: F = 1, alpha = 15/16 * 15/16 + 1/16 = 0.94140625; 53,125 * 0.529296875 =
    // 28,118.9
    feed(qp, 100, true);
    EXPECT_EQ(qp.flow.window, 28'118);
}

// Equation 1: alpha <- (1 - g) alpha + g F. With F = 1/4 window after window, alpha = 1/4 + c (1 - g)^n.
TEST(Dctcp, AlphaEwma)
{
    Qp qp("dctcp:ai=0,initial=1000", gbps(1600), milliseconds(1), kMtu);  // 2e11 B: room for sixty cuts
    for (Psn window = 0; window < 60; ++window) {
        qp.flow.next_psn = 8 * (window + 1);
        for (Psn i = 0; i < 6; ++i) feed(qp, 8 * window + i, false);
        const auto before = static_cast<double>(qp.flow.window);
        feed(qp, 8 * window + 6, true);
        const double alpha = 2 * (1 - static_cast<double>(qp.flow.window) / before);
        // The first window is one unmarked packet; every later one ends with an ACK of the next eight.
        const double expected = 0.25 + (15.0 / 16 - 0.25) * std::pow(15.0 / 16, static_cast<double>(window));
        ASSERT_NEAR(alpha, expected, 1e-4) << window;
        feed(qp, 8 * window + 7, true);
    }
}

TEST(Dctcp, MarkedBytesCountWhenAcksAreCoalesced)
{
    // An ACK for 8,000 B of which 2,000 B are marked: F = 1/4. alpha = 15/16 (first ACK), then
    // 15/16 * 15/16 + 1/64 = 0.89453125.
    Qp qp = hundred_gig("dctcp:ai=0");
    feed(qp, 0, false);
    Ack ack;
    ack.psn = 100;
    ack.acked = ack.received = 8'000;
    ack.marked = 2'000;
    qp.ack(qp.flow.now, ack);
    EXPECT_EQ(qp.flow.window, 55'273);  // 100,000 * (1 - 0.89453125 / 2) = 55,273.4
}

TEST(Dctcp, GrowsByOneMtuPerRoundTrip)
{
    Qp qp = hundred_gig();
    for (Psn psn = 0; psn < 100; ++psn) feed(qp, psn, false);
    EXPECT_NEAR(static_cast<double>(qp.flow.window), 101'000, 10);
}

TEST(Dctcp, UnfilledWindowDoesNotGrow)
{
    Qp qp = hundred_gig();
    qp.flow.in_flight = 50'000;
    for (Psn psn = 0; psn < 100; ++psn) feed(qp, psn, false);
    EXPECT_EQ(qp.flow.window, 100'000);
}

TEST(Dctcp, LossHalvesOncePerWindow)
{
    Qp qp = hundred_gig();
    qp.nack(qp.flow.now, {5, kMtu, {}, Loss::out_of_order, false, {}, false});
    EXPECT_EQ(qp.flow.window, 50'000);
    qp.nack(qp.flow.now, {7, kMtu, {}, Loss::out_of_order, false, {}, false});
    EXPECT_EQ(qp.flow.window, 50'000);
    qp.nack(qp.flow.now, {100, kMtu, {}, Loss::out_of_order, false, {}, false});
    EXPECT_EQ(qp.flow.window, 25'000);
}

TEST(Dctcp, TimeoutStartsSlowlyUpToHalf)  // RFC 5681, section 3.1
{
    Qp qp = hundred_gig();
    qp.timeout(qp.flow.now, {100'000, 1});
    EXPECT_EQ(qp.flow.window, 1'000);
    qp.timeout(qp.flow.now, {1'000, 2});  // the second in a row does not lower the threshold
    for (Psn psn = 100; psn < 149; ++psn) feed(qp, psn, false);
    EXPECT_EQ(qp.flow.window, 50'000);  // one MTU an ACK
    feed(qp, 149, false);
    EXPECT_EQ(qp.flow.window, 50'020);  // 1,000 * 1,000 / 50,000
}

// Section 3.3: Q_max = K + N (equation 6), amplitude A = sqrt(2 N (C RTT + K)) / 2 (equation 8); section 3.4:
// the queue does not run dry when K > C RTT / 7.
TEST(Dctcp, QueueOscillatesBelowKAndN)
{
    constexpr int kDelay = 100, kK = 40;
    for (const int n : {2, 3, 4}) {  // a lone sender is held by its own port, not by the queue
        Bottleneck net("dctcp:preset=paper,initial=1", n, gbps(10), kDelay, kK);
        net.run(100'000);
        net.forget();
        net.run(200'000);
        const double amplitude = std::sqrt(2.0 * n * (kDelay + kK)) / 2;
        EXPECT_LE(net.most(), kK + n + 1) << n;
        EXPECT_GE(net.most(), kK) << n;
        EXPECT_NEAR(net.most() - net.least(), amplitude, 0.35 * amplitude) << n;
        EXPECT_EQ(net.utilisation(), 1.0) << n;
        EXPECT_GT(net.fairness(), 0.95) << n;
    }
}

TEST(Dctcp, LowThresholdRunsDry)  // the other side of section 3.4's bound: K = C RTT / 20
{
    Bottleneck net("dctcp:preset=paper,initial=1", 2, gbps(10), 100, 5);
    net.run(100'000);
    net.forget();
    net.run(100'000);
    EXPECT_EQ(net.least(), 0);
    EXPECT_LT(net.utilisation(), 0.999);
}

// HPCC-sim's trace holds its alpha in a column of its own. A mark that is added at a row shows ours.
TEST(Dctcp, AlphaOfHpccSim)
{
    const std::string file = "dctcp-star2-flow0.csv";
    std::ifstream in(std::string(HPNSIM_TEST_DATA "/traces/") + file);
    ASSERT_TRUE(in);
    std::stringstream text;
    text << in.rdbuf();
    std::vector<double> alphas;  // of every row
    for (std::string line; std::getline(text, line);) {
        if (line[0] == '#' || line[0] == 't') continue;
        std::stringstream fields(line);
        std::string field;
        for (int i = 0; i < 16; ++i) std::getline(fields, field, ',');
        alphas.push_back(std::stod(field));
    }
    int checked = 0;
    for (size_t last = 160; last < 1000; last += 104) {
        std::istringstream again(text.str());
        TraceReader reader(again, file);
        Replay qp(choose_cc("dctcp:preset=hpcc-sim"), reader.header());
        TraceRow row;
        for (size_t i = 0; i <= last && reader.next(row); ++i) qp.feed(row);
        row.event = TraceEvent::ack;
        row.psn = 1000;  // long ago: ends no window
        row.acked = 1000;
        row.ecn = true;
        const double expected = 100e9 * (1 - alphas[last] / 2);
        EXPECT_EQ(qp.feed(row).rate.bps, static_cast<int64_t>(expected)) << last;
        ++checked;
    }
    EXPECT_EQ(checked, 9);
    EXPECT_LT(alphas[900], 0.7);
}

// HPCC-sim's order at one ACK, by hand: count, alpha at a window's end, leave the cut window, cut, add.
TEST(Dctcp, RateFormOfHpccSim)
{
    Qp qp("dctcp:preset=hpcc-sim", gbps(100), nanoseconds(4160), kMtu);
    qp.flow.next_psn = 51;
    qp.flow.in_flight = 50 * kMtu;
    feed(qp, 0, true);  // the first ACK: alpha stays 1, 100 G * (1 - 1/2)
    EXPECT_EQ(qp.flow.rate.bps, 50'000'000'000);
    EXPECT_EQ(qp.flow.window, 26'000);
    qp.flow.next_psn = 60;
    for (Psn psn = 1; psn < 51; ++psn) feed(qp, psn, false);
    EXPECT_EQ(qp.flow.rate.bps, 50'000'000'000);  // within the cut window nothing is added
    // Packet 51 ends the window of 52 outstanding ones with 1 mark: alpha = 15/16 + 1/(16 * 52); then + 615
    // Mb/s.
    feed(qp, 51, false);
    EXPECT_EQ(qp.flow.rate.bps, 50'615'000'000);
    feed(qp, 52, true);
    EXPECT_EQ(qp.flow.rate.bps,
              static_cast<int64_t>(50'615'000'000 * (1 - (15.0 / 16 + 1.0 / 16 * (1.0 / 52)) / 2)));
}

// All ten packets are sent and the last one is short: 9,500 B are nine whole MTUs, and the first batch counts
// ten.
TEST(Dctcp, RateFormCountsWholeMtus)
{
    Qp qp("dctcp:preset=hpcc-sim", gbps(100), nanoseconds(4160), kMtu);
    qp.flow.next_psn = 10;
    qp.flow.in_flight = 8'500;
    feed(qp, 0, false);
    for (Psn psn = 1; psn < 10; ++psn) feed(qp, psn, psn == 9);
    EXPECT_EQ(qp.flow.rate.bps, 50'000'000'000);
    qp.flow.next_psn = 20;
    feed(qp, 10, false);  // alpha = 15/16 + 1/(16 * 10)
    feed(qp, 11, true);
    EXPECT_EQ(qp.flow.rate.bps,
              static_cast<int64_t>(50'615'000'000 * (1 - (15.0 / 16 + 1.0 / 16 * (1.0 / 10)) / 2)));
}

// From 1.5 BDP: an MTU per window, marks and losses by their bytes, all of it in whole bytes, a packet at
// least.
TEST(Dctcp, EachMarkCutsInUetHtsim)
{
    Qp qp = hundred_gig("dctcp:preset=htsim");
    EXPECT_EQ(qp.flow.window, 150'000);
    EXPECT_EQ(qp.flow.rate, gbps(100));
    feed(qp, 0, false, 3'000);
    EXPECT_EQ(qp.flow.window, 150'020);
    feed(qp, 1, true, 3'001);
    EXPECT_EQ(qp.flow.window, 149'020);
    feed(qp, 2, false);
    EXPECT_EQ(qp.flow.window, 149'026);
    qp.nack(qp.flow.now, {3, 1'000, {}, Loss::trimmed, true, microseconds(9), true});
    EXPECT_EQ(qp.flow.window, 148'026);
    qp.timeout(qp.flow.now, {1'000, 1});
    EXPECT_EQ(qp.flow.window, 147'026);
    qp.nack(qp.flow.now, {4, 200'000, {}, Loss::trimmed, true, microseconds(9), true});
    EXPECT_EQ(qp.flow.window, 1'000);
    qp.flow.in_flight = 0;  // no matter: it grows all the same
    feed(qp, 5, false);
    EXPECT_EQ(qp.flow.window, 2'000);
}

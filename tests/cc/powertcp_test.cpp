// SPDX-License-Identifier: GPL-2.0-only
// Compares PowerTCP with algorithm 1 and the equilibrium of NSDI'22, worked by hand at 100 Gb/s and T = 8 us:
// BDP 100,000 B.
#include "bottleneck.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;
using hpnsim::test::Bottleneck;
using hpnsim::test::Qp;

namespace
{

Qp hundred_gig(const std::string& spec = "powertcp:gamma=1,beta=0")
{
    return {spec, gbps(100), microseconds(8), 1000};
}

void feed(Qp& qp, Psn psn, const std::vector<IntHop>& hops)
{
    Ack ack;
    ack.psn = psn;
    ack.hops = hops.data();
    ack.hop_count = static_cast<uint8_t>(hops.size());
    qp.ack(qp.flow.now, ack);
}

IntHop hop(uint32_t port, int64_t us, Bytes tx, Bytes queue, Rate link = gbps(100))
{
    return {port, microseconds(us), tx, queue, link};
}

}  // namespace

TEST(PowerTcp, StartsWithOneBdpAtLineRate)
{
    const Qp qp = hundred_gig("powertcp");
    EXPECT_EQ(qp.flow.window, 100'000);
    EXPECT_EQ(qp.flow.rate, gbps(100));
}

// Algorithm 1 at every link speed, for one hop to eight, dt = T: q grew from 0 to BDP while BDP left, so the
// current is 2 B and the voltage 2 BDP: power 4, and a quarter of the window.
TEST(PowerTcp, WindowFollowsPowerEquation)
{
    for (const int64_t gigabits : {10, 25, 40, 100, 200, 400, 800, 1600}) {
        for (uint32_t hops = 1; hops <= 8; ++hops) {
            const Rate line = gbps(gigabits);
            Qp qp("powertcp:preset=paper,beta=0.01", line, microseconds(8));
            qp.flow.next_psn = 10;
            const Bytes bdp = qp.flow.bdp;
            std::vector<IntHop> first, second;
            for (uint32_t port = 0; port < hops; ++port) {
                const bool busy = port == hops / 2;
                first.push_back({port, Time{}, 0, 0, line});
                second.push_back({port, microseconds(8), busy ? bdp : bdp / 10, busy ? bdp : 0, line});
            }
            feed(qp, 0, first);
            feed(qp, 1, second);
            const double expected = static_cast<double>(bdp) * (0.9 * (0.25 + 0.01) + 0.1);
            EXPECT_NEAR(static_cast<double>(qp.flow.window), expected, 1) << gigabits << " " << hops;
        }
    }
}

TEST(PowerTcp, CurrentIsWhatComesIn)
{
    // 60,000 B wait, 20,000 less than 4 us before, and 50,000 left: 30,000 B came in, 60 Gb/s.
    // power = 0.6 x 1.6 = 0.96; smoothed (1 x 4 + 0.96 x 4) / 8 = 0.98: 100,000 / 0.98 is more than a BDP.
    // Had the output counted alone, power were 1.6 and the window 76,923.
    Qp qp = hundred_gig();
    qp.flow.next_psn = 10;
    feed(qp, 0, {hop(7, 0, 0, 80'000)});
    feed(qp, 1, {hop(7, 4, 50'000, 60'000)});
    EXPECT_EQ(qp.flow.window, 100'000);
    // A standing queue: power 1.6, smoothed (0.98 x 4 + 1.6 x 4) / 8 = 1.29.
    feed(qp, 2, {hop(7, 8, 100'000, 60'000)});
    EXPECT_EQ(qp.flow.window, 77'519);
    EXPECT_NEAR(static_cast<double>(qp.flow.rate.bps), 77.519e9, 1e6);  // window / T
}

TEST(PowerTcp, GreatestPowerOfThePathCounts)
{
    // Port 1 is full (power 1), port 2 of 50G is full with a queue of its BDP (power 2).
    Qp qp = hundred_gig();
    qp.flow.next_psn = 10;
    feed(qp, 0, {hop(1, 0, 0, 0), hop(2, 0, 0, 50'000, gbps(50))});
    feed(qp, 1, {hop(1, 8, 100'000, 0), hop(2, 8, 50'000, 50'000, gbps(50))});
    EXPECT_EQ(qp.flow.window, 50'000);
}

// "The window when the packet was sent" is remembered once per round trip.
TEST(PowerTcp, OldWindowMovesOncePerRoundTrip)
{
    Qp qp = hundred_gig();
    qp.flow.next_psn = 10;
    const auto full = [](int64_t round) { return hop(7, 8 * round, 100'000 * round, 100'000); };  // power 2
    feed(qp, 0, {hop(7, 0, 0, 100'000)});
    feed(qp, 1, {full(1)});
    EXPECT_EQ(qp.flow.window, 50'000);
    feed(qp, 9, {full(2)});  // sent with 100,000 as well
    EXPECT_EQ(qp.flow.window, 50'000);
    qp.flow.next_psn = 20;
    feed(qp, 10, {full(3)});
    EXPECT_EQ(qp.flow.window, 50'000);
    feed(qp, 11, {full(4)});  // sent with 50,000
    EXPECT_EQ(qp.flow.window, 25'000);
}

TEST(PowerTcp, NewPathSetsABaseWithoutMovingTheRate)
{
    Qp qp = hundred_gig();
    qp.flow.next_psn = 10;
    feed(qp, 0, {hop(1, 0, 0, 0), hop(2, 0, 0, 0)});
    feed(qp, 1, {hop(1, 8, 100'000, 100'000), hop(2, 8, 100'000, 0)});
    const Bytes window = qp.flow.window;
    EXPECT_LT(window, 100'000);
    // Counters of another switch: a difference against port 1 or 2 would be wild.
    feed(qp, 2, {hop(5, 9, 900'000'000, 80'000), hop(6, 9, 7, 80'000)});
    EXPECT_EQ(qp.flow.window, window);
    feed(qp, 3, {hop(5, 17, 900'050'000, 0), hop(6, 17, 50'007, 0)});  // now measured: half empty
    EXPECT_GT(qp.flow.window, window);
}

TEST(PowerTcp, OlderRecordIsIgnored)  // a sprayed packet that was overtaken
{
    Qp qp = hundred_gig();
    qp.flow.next_psn = 10;
    feed(qp, 0, {hop(1, 8, 100'000, 0)});
    feed(qp, 1, {hop(1, 4, 50'000, 100'000)});
    EXPECT_EQ(qp.flow.window, 100'000);
}

TEST(PowerTcp, WithoutTelemetryNothingMoves)
{
    Qp qp = hundred_gig();
    feed(qp, 0, {});
    feed(qp, 1, {});
    EXPECT_EQ(qp.flow.window, 100'000);
}

// The paper's equilibrium: at rest the queue is the sum of the senders' betas, the link is full, and all
// windows are equal.
TEST(PowerTcp, QueueAtRestIsTheSumOfBetas)
{
    for (const int n : {4, 10, 20}) {
        Bottleneck net("powertcp:beta=0.05,max-window=10", n, gbps(100), 100, INT32_MAX);
        net.run(50'000);
        net.forget();
        net.run(100'000);
        EXPECT_GT(net.utilisation(), 0.999) << n;
        EXPECT_NEAR(net.mean(), 5 * n, 0.08 * 5 * n) << n;
        EXPECT_GT(net.fairness(), 0.99) << n;
    }
}

// Senders that a deep queue silences send nothing, so power falls to zero while the queue is deep; without a
// least current all of them answer with a whole BDP at once, for ever.
TEST(PowerTcp, LeastCurrentEndsAnIncast)
{
    const auto deepest = [](const std::string& spec) {
        Bottleneck net(spec, 32, gbps(100), 100, INT32_MAX);
        net.run(50'000);
        net.forget();
        net.run(50'000);
        return net.most();
    };
    EXPECT_LT(deepest("powertcp:beta=0.006"), 300);
    EXPECT_GT(deepest("powertcp:beta=0.006,min-current=0"), 600);
}

// SPDX-License-Identifier: GPL-2.0-only
// Compares DCQCN with its rules (SIGCOMM'15, section 3.1), worked by hand.
#include "qp.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

using namespace hpnsim;
using hpnsim::test::Qp;

namespace
{

Qp forty_gig(const std::string& spec = "dcqcn")
{
    return {spec, gbps(40), microseconds(8)};
}

}  // namespace

TEST(Dcqcn, StartsAtLineRateWithoutATimer)
{
    const Qp qp = forty_gig();
    EXPECT_EQ(qp.flow.rate, gbps(40));
    EXPECT_EQ(qp.flow.window, kUnlimited);
    EXPECT_TRUE(qp.idle());
}

TEST(Dcqcn, FirstCnpHalves)  // alpha = 1: R_C *= 1 - 1/2
{
    Qp qp = forty_gig();
    qp.cnp(microseconds(3));
    EXPECT_EQ(qp.flow.rate, gbps(20));
}

TEST(Dcqcn, FastRecoveryHalvesTheGapToTheTarget)
{
    Qp qp = forty_gig();
    qp.cnp(Time{});
    qp.run_to(microseconds(55));
    EXPECT_EQ(qp.flow.rate, gbps(30));  // (20 + 40) / 2
    qp.run_to(microseconds(110));
    EXPECT_EQ(qp.flow.rate, gbps(35));
}

TEST(Dcqcn, AlphaDecaysEach55us)
{
    // After two quiet periods alpha = (255/256)^2 = 0.99220275878..., and the rate is 35G:
    // 35e9 * (1 - 0.99220275878 / 2) = 17,636,451,721.19
    Qp qp = forty_gig();
    qp.cnp(Time{});
    qp.cnp(microseconds(111));
    EXPECT_EQ(qp.flow.rate.bps, 17'636'451'721);
    // A CNP also raises alpha: (1-g) 0.99220275878 + g = 0.99223321676, and no period went by.
    // 17,636,451,721 * (1 - 0.99223321676 / 2) = 8,886,715,109.2
    qp.cnp(microseconds(112));
    EXPECT_EQ(qp.flow.rate.bps, 8'886'715'109);
}

TEST(Dcqcn, AdditiveIncreaseAfterFiveRounds)
{
    // Two cuts: target 20G, rate 10G. Five rounds halve the gap: 20 - 10/32 = 19.6875G. The sixth
    // (T = 5 = F) raises the target by 25 Mb/s per 25G * 40G = 40 Mb/s: (19.6875 + 20.04) / 2.
    Qp qp = forty_gig();
    qp.cnp(Time{});
    qp.cnp(Time{});
    qp.run_to(microseconds(5 * 55));
    EXPECT_EQ(qp.flow.rate.bps, 19'687'500'000);
    qp.run_to(microseconds(6 * 55));
    EXPECT_EQ(qp.flow.rate.bps, 19'863'750'000);
}

// Where cuts and increases balance. A CNP each 335 us leaves six timer rounds of 55 us, five of fast recovery
// and an additive one, and six decays of alpha. Alpha's fixed point at a cut, with q = 1 - g:
//     alpha = q^6 (q alpha + g)  =>  alpha = q^6 g / (1 - q^7) = 0.14123.
// A cut leaves a gap of R alpha / 2, five halvings R alpha / 64, and the last round raises the target by R_AI
// and halves again: R' = R + R_AI / 2 - R alpha / 128, at rest for R = 64 R_AI / alpha: 45.3 Gb/s with 100
// Mb/s.
TEST(Dcqcn, FixedPointUnderPeriodicCnps)
{
    const double q = 255.0 / 256;
    const double alpha = std::pow(q, 6) / 256 / (1 - std::pow(q, 7));
    const double rest = 64 * 100e6 / alpha;
    for (const int from : {1, 2000}) {  // from below (after a burst of CNPs) and from line rate
        Qp qp("dcqcn:preset=paper", gbps(100), microseconds(8));
        for (int i = 0; i < 10; ++i)
            if (from == 1) qp.cnp(microseconds(1));
        for (int64_t i = 0; i < 12'000; ++i) qp.cnp(microseconds(2000 + 335 * i));
        qp.run_to(microseconds(2000 + 335 * 12'000 - 1));
        EXPECT_NEAR(static_cast<double>(qp.flow.rate.bps), rest, 0.001 * rest) << from;
    }
}

TEST(Dcqcn, HyperIncreaseNeedsBothCounters)
{
    // 7 rounds of the byte counter, then of the timer. With T = B = 0..: the byte counter alone goes
    // through 5 fast rounds and 2 additive ones (max >= F, min <= F).
    Qp qp = forty_gig("dcqcn:byte-counter=1000,ai=0");
    qp.cnp(Time{});
    qp.cnp(Time{});
    for (int i = 0; i < 7; ++i) qp.send(microseconds(1), 1000);
    const int64_t target = 20'000'000'000;
    EXPECT_EQ(qp.flow.rate.bps, target - 10'000'000'000 / 128);
    // Timer rounds 1-6 find T = 0..5, still additive (ai = 0); the 7th finds min = 6 = F + 1: target
    // += 1 * 125/25 * 40 Mb/s = 200 Mb/s.
    qp.run_to(microseconds(6 * 55));
    const int64_t before = qp.flow.rate.bps;
    qp.run_to(microseconds(7 * 55));
    EXPECT_EQ(qp.flow.rate.bps, (before + target + 200'000'000 + 1) / 2);
}

TEST(Dcqcn, RestsOnceBackAtLineRate)
{
    Qp qp = forty_gig();
    qp.cnp(Time{});
    qp.run_to(milliseconds(10));
    EXPECT_EQ(qp.flow.rate, gbps(40));
    EXPECT_TRUE(qp.idle());
}

TEST(Dcqcn, StepsScaleWithTheLine)
{
    // Additive step at 400G: 25 Mb/s * 16 = 400 Mb/s; after 5 fast rounds 200 - 100/32 = 196.875G.
    Qp qp("dcqcn", gbps(400), microseconds(8));
    qp.cnp(Time{});
    qp.cnp(Time{});
    qp.run_to(microseconds(6 * 55));
    EXPECT_EQ(qp.flow.rate.bps, (196'875'000'000 + 200'400'000'000) / 2);
}

TEST(Dcqcn, NeverBelowTheLeastRate)
{
    Qp qp = forty_gig("dcqcn:min-mbps=1000");
    for (int i = 0; i < 20; ++i) qp.cnp(microseconds(i));
    EXPECT_EQ(qp.flow.rate, gbps(1));
}

TEST(Dcqcn, PortThatComesBackIsUsed)
{
    Qp qp = forty_gig();
    qp.flow.line_rate = gbps(80);
    qp.send(microseconds(1), 4096);
    EXPECT_EQ(qp.flow.rate, gbps(80));  // no CNP so far: nothing to recover from
}

TEST(DcqcnPeriodic, CnpCutsAtTheTimerNotBefore)
{
    Qp qp("dcqcn:preset=hpcc-sim", gbps(100), microseconds(4));
    qp.cnp(microseconds(10));
    qp.run_to(microseconds(14));
    EXPECT_EQ(qp.flow.rate, gbps(100));
    // At 14 us + 1 ns, four alpha ticks later: alpha = (255/256)^4 = 0.98446631454862654;
    // floor(100e9 * (1 - alpha/2)) = 50,776,684,272
    qp.run_to(microseconds(14) + nanoseconds(1));
    EXPECT_EQ(qp.flow.rate.bps, 50'776'684'272);
    qp.run_to(microseconds(100));
    EXPECT_EQ(qp.flow.rate.bps, 50'776'684'272);  // no further CNP, no further cut
}

TEST(DcqcnPeriodic, RecoversAndRests)
{
    // 300 us after the cut: (50,776,684,272 + 100e9) / 2 = 75,388,342,136, the only fast round (F = 1).
    Qp qp("dcqcn:preset=hpcc-sim", gbps(100), microseconds(4));
    qp.cnp(microseconds(10));
    qp.run_to(microseconds(314) + nanoseconds(1));
    EXPECT_EQ(qp.flow.rate.bps, 75'388'342'136);
    qp.run_to(milliseconds(30));
    EXPECT_GE(qp.flow.rate.bps, 99'999'999'999);  // halving each in integers may end 1 b/s short
    EXPECT_TRUE(qp.idle());
}

TEST(DcqcnPeriodic, PresetsHoldTheirPublishedSteps)
{
    // run.py at 100G: R_AI 20 Mb/s, R_HAI 200 Mb/s; our keys are per 25G.
    const Chosen<CcOps> cc = choose_cc("dcqcn:preset=hpcc-sim");
    std::map<std::string, std::string> values;
    for (const auto& [key, value] : describe_params(cc.ops->slot, cc.params.get())) values[key] = value;
    EXPECT_EQ(values["ai"], "5 Mb/s per 25G");
    EXPECT_EQ(values["hai"], "50 Mb/s per 25G");
    EXPECT_EQ(values["timer-us"], "300 us");
}

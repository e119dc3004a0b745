// SPDX-License-Identifier: GPL-2.0-only
// Tests NSCC by numbers worked by hand at 100 Gb/s x 12 us, where the scale is 1: BDP 150,000 B, largest
// window 225,000 B, target 9 us, MTU 4,096 B, fi = 20,480 B, eta = 614.4 B, quick adapt below 225,000/8 =
// 28,125 B.
#include "qp.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;
using hpnsim::test::Qp;

namespace
{

Qp reference(const std::string& spec = "nscc")
{
    return {spec, gbps(100), microseconds(12)};
}

Ack with(int64_t delay_us, bool ecn, Bytes received = 4096)
{
    Ack ack;
    ack.received = received;
    ack.rtt = microseconds(12 + delay_us);
    ack.rtt_valid = true;
    ack.ecn = ecn;
    return ack;
}

Nack trimmed(Bytes lost)
{
    Nack nack;
    nack.lost = lost;
    nack.why = Loss::trimmed;
    return nack;
}

}  // namespace

TEST(Nscc, StartsWithOneAndAHalfBdpUnpaced)
{
    const Qp qp = reference();
    EXPECT_EQ(qp.flow.window, 225'000);
    EXPECT_EQ(qp.flow.rate, gbps(100));
}

TEST(Nscc, TrimmedPacketTakesItsSize)
{
    Qp qp = reference();
    qp.nack(microseconds(13), trimmed(4096));
    EXPECT_EQ(qp.flow.window, 220'904);
}

TEST(Nscc, GapOfGoBackNIsNoTrim)
{
    Qp qp = reference();
    Nack gap = trimmed(4096);
    gap.why = Loss::out_of_order;
    qp.nack(microseconds(13), gap);
    EXPECT_EQ(qp.flow.window, 225'000);
}

TEST(Nscc, FairIncreaseWithoutMarkAboveTarget)
{
    // inc = 20,480 * 4,096; 83,886,080 / 125,000 = 671; a base RTT went by: + 614.4.
    Qp qp = reference();
    qp.nack(microseconds(13), trimmed(100'000));
    qp.ack(microseconds(22), with(10, false));
    EXPECT_EQ(qp.flow.window, 126'285);
}

TEST(Nscc, ProportionalIncreaseEveryEightMtu)
{
    // Per ACK 4 * 4,096 / 12 us * 4,096 * (9 - 3) us = 33,554,432. The ninth passes 8 MTU:
    // 9 * 33,554,432 / 126,285 = 2,391. No base RTT since eta was added at 22 us.
    Qp qp = reference();
    qp.nack(microseconds(13), trimmed(100'000));
    qp.ack(microseconds(22), with(10, false));
    for (int i = 0; i < 8; ++i) qp.ack(microseconds(23 + i), with(3, false));
    EXPECT_EQ(qp.flow.window, 126'285);
    qp.ack(microseconds(31), with(3, false));
    EXPECT_EQ(qp.flow.window, 128'676);
}

TEST(Nscc, MarkBelowTargetHolds)
{
    Qp qp = reference();
    qp.nack(microseconds(11), trimmed(100'000));
    qp.ack(microseconds(12), with(3, true));
    EXPECT_EQ(qp.flow.window, 125'000);
}

TEST(Nscc, CutByTheAverageDelayOncePerRtt)
{
    // Weight 1: the average is the sample. 1 - 0.8 * (18-9)/18 = 0.6: 135,000, + eta 614.4.
    Qp qp = reference("nscc:delay-weight=1");
    qp.ack(microseconds(30), with(18, true));
    EXPECT_EQ(qp.flow.window, 135'614);
    qp.ack(microseconds(35), with(18, true));  // 5 us later: no second cut
    EXPECT_EQ(qp.flow.window, 135'614);
    // 1 - 0.8 * 27/36 = 0.4, floored at 0.5: 67,807 + 614.4
    qp.ack(microseconds(43), with(36, true));
    EXPECT_EQ(qp.flow.window, 68'421);
}

TEST(Nscc, LongDelayWithoutMarkIsDisbelieved)
{
    // 18 us unmarked enters the average as base/4 = 3 us < target: a marked ACK without a sample of its
    // own (delay = average) then finds no congestion and cuts nothing.
    Qp qp = reference("nscc:delay-weight=1,eta=0,fi=0");
    qp.ack(microseconds(30), with(18, false));
    Ack no_sample = with(0, true);
    no_sample.rtt_valid = false;
    qp.ack(microseconds(45), no_sample);
    EXPECT_EQ(qp.flow.window, 225'000);
}

TEST(Nscc, FastIncreaseAfterAWindowWithoutDelay)
{
    // Window 25,000; 30,000 B with no delay exceed it: + 30,000 * 0.25.
    Qp qp = reference();
    qp.nack(microseconds(11), trimmed(200'000));
    ASSERT_EQ(qp.flow.window, 25'000);
    qp.ack(microseconds(12), with(0, false, 30'000));
    EXPECT_EQ(qp.flow.window, 32'500);
}

TEST(Nscc, QuickAdaptKeepsWhatWasDelivered)
{
    Qp qp = reference();
    qp.ack(microseconds(12), with(0, true));  // arms: until 12 + 12 + 9 = 33 us
    qp.ack(microseconds(20), with(5, true));
    qp.ack(microseconds(21), with(5, true));
    qp.flow.in_flight = 50'000;
    qp.nack(microseconds(34), trimmed(4096));
    EXPECT_EQ(qp.flow.window, 8'192);
    qp.nack(microseconds(35), trimmed(4096));  // of the 50,000 B in flight by then: ignored
    EXPECT_EQ(qp.flow.window, 8'192);
}

TEST(Nscc, TimeoutTakesAPacketDownToOneMtu)
{
    Qp qp = reference();
    qp.timeout(milliseconds(1), {4096, 1});
    EXPECT_EQ(qp.flow.window, 220'904);
    for (int i = 0; i < 60; ++i) qp.timeout(milliseconds(2), {4096, 1});
    EXPECT_EQ(qp.flow.window, 4096);
}

TEST(Nscc, ShorterRoundTripLowersTheBase)
{
    // 8 us: largest window 1.5 * 100,000.
    Qp qp = reference();
    Ack ack = with(0, true);
    ack.rtt = microseconds(8);
    qp.ack(microseconds(9), ack);
    EXPECT_EQ(qp.flow.window, 150'000);
}

TEST(Nscc, LostPortHalvesTheLargestWindow)
{
    Qp qp = reference();
    qp.flow.line_rate = gbps(50);
    qp.ack(microseconds(12), with(0, true));
    EXPECT_EQ(qp.flow.window, 112'500);
}

TEST(Nscc, ReceiverPenalty)
{
    // 4,096 - 4,096 * 51/255 = 4,096 - 819 (integer) = 3,277 off the window.
    Qp qp = reference();
    qp.nack(microseconds(11), trimmed(100'000));
    Ack ack = with(3, true);
    ack.penalty = 51;
    qp.ack(microseconds(12), ack);
    EXPECT_EQ(qp.flow.window, 125'000 - 3'277);
}

TEST(Nscc, CutsAreABaseRttApartAsTheSenderKnowsIt)
{
    // 8 us: BDP 100,000 B; the target stays 9 us. The second cut comes 9 us after the first: more than 8 us,
    // less than 12. Without a sample the average stands for the delay.
    Qp qp = reference("nscc:delay-weight=1");
    Ack fast = with(0, true);
    fast.rtt = microseconds(8);
    qp.ack(microseconds(9), fast);
    Ack slow = with(0, true);
    slow.rtt = microseconds(8 + 10);
    qp.ack(microseconds(30), slow);
    const Bytes once = qp.flow.window;
    EXPECT_LT(once, 150'000);
    qp.ack(microseconds(39), slow);
    EXPECT_LT(qp.flow.window, once);
}

TEST(Nscc, AnswersToControlPacketsLowerNoBase)
{
    // Each is faster than the base of 12 us, whose largest window is 225,000 B.
    for (const Answers what : {Answers::rts, Answers::probe}) {
        Qp qp = reference();
        Ack ack = with(0, true);
        ack.rtt = microseconds(8);
        ack.rtt_valid = what == Answers::rts;
        ack.answers = what;
        qp.ack(microseconds(9), ack);
        EXPECT_EQ(qp.flow.window, 225'000);
    }
}

TEST(Nscc, AProbeTellsTheDelay)
{
    // inc of the fair increase at 10 us of delay, as in FairIncreaseWithoutMarkAboveTarget; a late probe, an
    // ACK without a sample, has the average instead, 0: the proportional increase, which is another number.
    const auto window_after = [](Answers what) {
        Qp qp = reference();
        qp.nack(microseconds(13), trimmed(100'000));
        Ack ack = with(10, false);
        ack.rtt_valid = false;
        ack.answers = what;
        qp.ack(microseconds(22), ack);
        return qp.flow.window;
    };
    EXPECT_EQ(window_after(Answers::probe), 126'285);
    EXPECT_NE(window_after(Answers::data), 126'285);
}

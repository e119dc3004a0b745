// SPDX-License-Identifier: GPL-2.0-only
// Tests HPCC-PINT: the digest (SIGCOMM'20; HPCC-sim), what switches average, and the sender's answer at 100
// Gb/s and T = 8 us: BDP 100,000 B, W_AI 50 B.
#include "bottleneck.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace hpnsim;
using hpnsim::test::Bottleneck;
using hpnsim::test::Qp;

namespace
{

Qp hundred_gig(const std::string& spec = "hpcc-pint")
{
    return {spec, gbps(100), microseconds(8)};
}

void feed(Qp& qp, Psn psn, uint64_t digest)
{
    Ack ack;
    ack.psn = psn;
    ack.payload = digest;
    qp.ack(qp.flow.now, ack);
}

double relative_error(double found, double expected)
{
    return std::abs(found - expected) / expected;
}

}  // namespace

TEST(Digest, CodesStandForPowersOfTheBase)
{
    for (const uint32_t thousandths : {1050U, 1010U, 1500U})
        for (const uint32_t code : {0U, 1U, 7U, 30U, 200U}) {
            const double expected = std::pow(thousandths / 1000.0, code) / 512;
            const double found = digest::utilisation(digest::pack(code, thousandths));
            EXPECT_LT(relative_error(found, expected), 1e-12) << thousandths << " " << code;
        }
}

// HPCC-sim's own count: log_base(512 x 512) needs 8 bits at 1.05 and 11 at 1.01.
TEST(Digest, BytesOnTheWire)
{
    EXPECT_EQ(digest::codes(1.05), 256U);
    EXPECT_EQ(digest::codes(1.01), 1254U);
    EXPECT_EQ(digest::wire_bytes(1.05), 1U);
    EXPECT_EQ(digest::wire_bytes(1.01), 2U);
}

// Rounding up or down at random leaves the mean as it was: the digest is unbiased.
TEST(Digest, MeanOfTheDecodedIsTheUtilisation)
{
    const DigestScale scale(1050);
    uint64_t stream = 1;
    for (const double u : {0.01, 0.3, 0.95, 1.0, 2.7, 40.0}) {
        double sum = 0;
        constexpr int kDraws = 100'000;
        for (int i = 0; i < kDraws; ++i)
            sum += digest::utilisation(digest::pack(scale.Encode(u, stream), 1050));
        // Five sigma of a two-point distribution 5 % wide; and what 1/512 rounds.
        EXPECT_NEAR(sum / kDraws, std::ceil(u * 512) / 512, u * 0.05 / 2 * 5 / std::sqrt(kDraws)) << u;
    }
}

TEST(Digest, EndsOfTheScale)
{
    const DigestScale scale(1050);
    uint64_t stream = 1;
    EXPECT_EQ(scale.Encode(0, stream), 0U);
    EXPECT_EQ(scale.Encode(1e9, stream), 255U);
}

// u' = (1 - dt/T) u + bytes / (B T) + q dt / (B T T), by hand at 100G and T = 8 us (100,000 B).
TEST(DigestStamper, AveragesLinkAndQueue)
{
    DigestStamper port(std::make_shared<DigestScale>(1010), gbps(100), microseconds(8), 1);
    port.Stamp(0, microseconds(2), 25'000, 0);
    EXPECT_DOUBLE_EQ(port.Utilisation(), 0.25);
    port.Stamp(0, microseconds(4), 50'000, 80'000);
    EXPECT_DOUBLE_EQ(port.Utilisation(), 0.75 * 0.25 + 0.25 + 0.8 * 0.25);
    port.Stamp(0, microseconds(20), 150'000, 0);  // 100,000 B in 16 us: half the link, all before forgotten
    EXPECT_DOUBLE_EQ(port.Utilisation(), 0.5);
}

TEST(DigestStamper, PacketKeepsTheGreatestOfItsWay)
{
    const auto scale = std::make_shared<DigestScale>(1010);
    DigestStamper busy(scale, gbps(100), microseconds(8), 1), idle(scale, gbps(100), microseconds(8), 2);
    const uint16_t first = busy.Stamp(0, microseconds(8), 100'000, 100'000);
    EXPECT_NEAR(digest::utilisation(digest::pack(first, 1010)), 2, 0.02);
    EXPECT_EQ(idle.Stamp(first, microseconds(8), 1'000, 0), first);
    const uint16_t alone = idle.Stamp(0, microseconds(9), 2'000, 0);
    EXPECT_GT(busy.Stamp(alone, microseconds(9), 112'500, 100'000), alone);
}

// Equation 4 of SIGCOMM'19 with U from the digest: the window is that of eta, within the base's 5 %.
TEST(HpccPint, WindowFallsByUOverEta)
{
    for (const int64_t gigabits : {10, 25, 100, 400, 1600}) {
        Qp qp("hpcc-pint", gbps(gigabits), microseconds(8));
        qp.flow.next_psn = 10;
        const uint32_t digest = digest::pack(156, 1050);  // 1.05^156 / 512 = 3.95
        feed(qp, 0, digest);
        EXPECT_EQ(qp.flow.window, qp.flow.bdp);  // the first is a base
        feed(qp, 1, digest);
        const double expected =
            static_cast<double>(qp.flow.bdp) * (0.95 / (std::pow(1.05, 156) / 512) + 0.0005);
        EXPECT_NEAR(static_cast<double>(qp.flow.window), expected, 1) << gigabits;
    }
}

TEST(HpccPint, ReferenceMovesOncePerRoundTrip)
{
    Qp qp = hundred_gig("hpcc-pint:eta=1");
    qp.flow.next_psn = 10;
    const uint32_t two = digest::pack(142, 1050);
    const double u = digest::utilisation(two);
    feed(qp, 0, two);
    feed(qp, 1, two);
    const Bytes once = qp.flow.window;
    EXPECT_NEAR(static_cast<double>(once), 100'000 / u + 50, 1);
    feed(qp, 9, two);  // still in the first round: from the same Wc
    EXPECT_EQ(qp.flow.window, once);
    qp.flow.next_psn = 20;
    feed(qp, 10, two);  // Wc becomes that
    feed(qp, 11, two);
    EXPECT_NEAR(static_cast<double>(qp.flow.window), static_cast<double>(once) / u + 50, 2);
}

TEST(HpccPint, RateFormFloors)
{
    // preset hpcc-sim: R = floor(100e9 / (U / 0.95)) + 40 Mb/s.
    Qp qp = hundred_gig("hpcc-pint:preset=hpcc-sim");
    const uint32_t digest = digest::pack(700, 1010);
    feed(qp, 0, digest);
    feed(qp, 1, digest);
    const double excess = digest::utilisation(digest) / 0.95;
    EXPECT_EQ(qp.flow.rate.bps, static_cast<int64_t>(std::floor(100e9 / excess)) + 40'000'000);
}

TEST(HpccPint, WithoutADigestNothingMoves)
{
    Qp qp = hundred_gig();
    for (Psn psn = 0; psn < 5; ++psn) feed(qp, psn, 0);
    EXPECT_EQ(qp.flow.window, 100'000);
}

TEST(HpccPint, SamplesAShareOfTheAcks)
{
    Qp qp = hundred_gig("hpcc-pint:sample=0.25,eta=1");
    int moved = 0;
    for (Psn psn = 0; psn < 4'000; ++psn) {
        const Bytes before = qp.flow.window;
        qp.flow.next_psn = psn + 1;  // every ACK ends a round
        feed(qp, psn, digest::pack(psn % 2 == 0 ? 142 : 110, 1050));
        moved += qp.flow.window != before;
    }
    EXPECT_GT(moved, 300);
    EXPECT_LT(moved, 1'100);
}

// SIGCOMM'20: HPCC works with a byte as with its records. Eight senders hold the link near eta with
// no more than a few packets waiting.
TEST(HpccPint, HoldsTheLinkNearEta)
{
    Bottleneck net("hpcc-pint", 8, gbps(100), 100, INT32_MAX);
    net.jitter(3);
    net.run(400'000);
    net.forget();
    net.run(200'000);
    EXPECT_NEAR(net.utilisation(), 0.95, 0.03);
    EXPECT_LT(net.mean(), 5);
    EXPECT_GT(net.fairness(), 0.95);
}

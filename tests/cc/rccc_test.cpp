// SPDX-License-Identifier: GPL-2.0-only
// Tests the sender's half of RCCC at 100 Gb/s x 12 us: BDP 150,000 B, first window 225,000 B.
#include "hpnsim/credit.hpp"
#include "qp.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;
using hpnsim::test::Qp;

namespace
{

Qp reference(const std::string& spec = "rccc")
{
    return {spec, gbps(100), microseconds(12), 4096, true};
}

Ack any_ack()
{
    Ack ack;
    ack.received = ack.acked = 4096;
    return ack;
}

}  // namespace

class FirstWindow : public testing::TestWithParam<const char*>
{
};

TEST_P(FirstWindow, GoesOutOnTrustThatTheFirstSignEnds)
{
    const auto sent = [&] {
        Qp qp = reference(GetParam());
        EXPECT_EQ(qp.flow.credit, 225'000);
        qp.send(microseconds(1), 4096);
        EXPECT_EQ(qp.flow.credit, 220'904);
        return qp;
    };
    Qp acked = sent();
    acked.ack(microseconds(13), any_ack());
    EXPECT_EQ(acked.flow.credit, 0);
    Qp trimmed = sent();
    trimmed.nack(microseconds(13), {0, 4096, {}, Loss::trimmed, false, {}, false});
    EXPECT_EQ(trimmed.flow.credit, 0);
    Qp granted = sent();
    granted.credit(microseconds(13), 16'384);
    EXPECT_EQ(granted.flow.credit, 16'384);
    granted.ack(microseconds(14), any_ack());
    EXPECT_EQ(granted.flow.credit, 16'384) << "what was granted stays";
}

TEST_P(FirstWindow, ADebtOutlivesTheTrust)
{
    Qp qp = reference(GetParam());
    qp.send(microseconds(1), 225'000 + 1000);
    qp.ack(microseconds(13), any_ack());
    EXPECT_EQ(qp.flow.credit, -1000);
}

TEST_P(FirstWindow, IsTheMostCreditInHand)
{
    Qp qp = reference(GetParam());
    for (int i = 0; i < 20; ++i) qp.credit(microseconds(13 + i), 16'384);
    EXPECT_EQ(qp.flow.credit, 225'000);
}

INSTANTIATE_TEST_SUITE_P(Laws, FirstWindow, testing::Values("rccc", "nscc"));

TEST(Rccc, NothingShrinksItsWindow)
{
    Qp qp = reference();
    qp.nack(microseconds(13), {0, 4096, {}, Loss::trimmed, true, microseconds(50), true});
    Ack marked = any_ack();
    marked.ecn = true;
    marked.rtt = microseconds(90);
    marked.rtt_valid = true;
    qp.ack(microseconds(14), marked);
    EXPECT_EQ(qp.flow.window, 225'000);
    EXPECT_EQ(qp.flow.rate, gbps(100));
}

TEST(Rccc, HalfThePortsHalfTheWindow)
{
    Qp qp = reference();
    qp.flow.line_rate = gbps(50);
    qp.flow.bdp /= 2;
    qp.credit(microseconds(13), 16'384);
    EXPECT_EQ(qp.flow.window, 112'500);
    EXPECT_EQ(qp.flow.rate, gbps(50));
}

TEST(Nscc, UnderCreditATrimAtTheLastHopLeavesTheWindow)
{
    const Nack last_hop{0, 4096, {}, Loss::trimmed_at_last_hop, false, {}, false};
    const Nack inside{0, 4096, {}, Loss::trimmed, false, {}, false};
    Qp credited = reference("nscc");
    credited.nack(microseconds(13), last_hop);
    EXPECT_EQ(credited.flow.window, 225'000);
    credited.nack(microseconds(13), inside);
    EXPECT_EQ(credited.flow.window, 220'904);
    Qp alone("nscc", gbps(100), microseconds(12));
    alone.nack(microseconds(13), last_hop);
    EXPECT_EQ(alone.flow.window, 220'904);
    EXPECT_EQ(alone.flow.credit, kUnlimited);
}

// UEC: the least of what waits and the window plus a packet, less the credit in hand.
TEST(WantedCredit, IsThePullTarget)
{
    Flow flow;
    flow.mtu = 4096;
    flow.window = 100'000;
    flow.credit = 10'000;
    EXPECT_EQ(wanted_credit(flow, 50'000), 40'000);
    EXPECT_EQ(wanted_credit(flow, 500'000), 94'096);
    EXPECT_EQ(wanted_credit(flow, 0), -10'000);
    flow.credit = -300;
    EXPECT_EQ(wanted_credit(flow, 4096), 4396);
    flow.on_trust = true;
    flow.credit = 80'000;
    EXPECT_EQ(wanted_credit(flow, 50'000), 4096) << "it will be void";
    EXPECT_LT(wanted_credit(flow, 0), 0);
}

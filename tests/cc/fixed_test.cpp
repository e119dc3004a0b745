// SPDX-License-Identifier: GPL-2.0-only
// Tests the rate and the window that `fixed` sets, also after timeouts and when ports fail.
#include "qp.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;
using hpnsim::test::Qp;

TEST(Fixed, DefaultIsLineRateAndOneAndAHalfBdp)
{
    const Qp qp("fixed", gbps(400), microseconds(8));  // BDP: 400e9 * 8e-6 / 8 = 400,000 B
    EXPECT_EQ(qp.flow.rate, gbps(400));
    EXPECT_EQ(qp.flow.window, 600'000);
}

TEST(Fixed, ShareAndWindowAreScaled)
{
    const Qp qp("fixed:rate=0.25,window=2", gbps(400), microseconds(8));
    EXPECT_EQ(qp.flow.rate, gbps(100));
    EXPECT_EQ(qp.flow.window, 800'000);
}

TEST(Fixed, WindowZeroIsUnlimited)
{
    EXPECT_EQ(Qp("fixed:window=0", gbps(400), microseconds(8)).flow.window, kUnlimited);
}

/// uet-htsim's constant sender takes a packet off the window for good at each timeout, down to one.
TEST(Fixed, TimeoutsOfHtsimShrinkTheWindowForGood)
{
    Qp plain("fixed", gbps(400), microseconds(8)), peer("fixed:preset=htsim", gbps(400), microseconds(8));
    for (Qp* qp : {&plain, &peer}) {
        qp->timeout(microseconds(70), {4096, 1});
        qp->ack(microseconds(71), {});
    }
    EXPECT_EQ(plain.flow.window, 600'000);
    EXPECT_EQ(peer.flow.window, 600'000 - 4096);
    for (int i = 0; i < 200; ++i) peer.timeout(microseconds(80 + i), {4096, 1});
    EXPECT_EQ(peer.flow.window, 4096);
}

TEST(Fixed, FollowsThePortsThatAreUp)
{
    Qp qp("fixed", gbps(200), microseconds(8));
    qp.flow.line_rate = gbps(400);
    qp.ack(microseconds(9), {});
    EXPECT_EQ(qp.flow.rate, gbps(400));
}

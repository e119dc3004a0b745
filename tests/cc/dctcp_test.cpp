// SPDX-License-Identifier: GPL-2.0-only
// DCTCP against SIGCOMM'10, section 3, and RFC 8257, worked by hand at 100 Gb/s and T = 8 us: BDP 100,000 B.
#include "hpnsim/replay.hpp"
#include "qp.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

using namespace hpnsim;
using hpnsim::test::Qp;

namespace
{

constexpr Bytes kMtu = 1000;

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

/// Window after window of `packets`, of which the first `marked` carry CE; none but the first ACK of a window
/// ends it.
void rounds(Qp& qp, int count, int packets, int marked)
{
    for (int round = 0; round < count; ++round) {
        const Psn first = qp.flow.next_psn;
        qp.flow.next_psn += static_cast<Psn>(packets);
        for (int i = 0; i < packets; ++i) feed(qp, first + static_cast<Psn>(i), i < marked);
    }
}

/// What a mark takes: alpha = 2 (1 - W'/W), read at the first mark after a window without one.
double alpha_of(Qp& qp)
{
    rounds(qp, 1, 2, 0);
    const auto before = static_cast<double>(qp.flow.window);
    const Psn psn = qp.flow.next_psn - 1;
    feed(qp, psn, true);
    return 2 * (1 - static_cast<double>(qp.flow.window) / before);
}

}  // namespace

TEST(Dctcp, StartsWithOneBdpAtLineRate)
{
    const Qp qp = hundred_gig();
    EXPECT_EQ(qp.flow.window, 100'000);
    EXPECT_EQ(qp.flow.rate, gbps(100));
}

TEST(Dctcp, CutByHalfOfAlphaOncePerWindow)
{
    // The first ACK, unmarked, closes a window: alpha = 1 - 1/16. The mark then cuts to 1 - 15/32 = 17/32.
    Qp qp = hundred_gig("dctcp:ai=0");
    feed(qp, 0, false);
    feed(qp, 1, true);
    EXPECT_EQ(qp.flow.window, 53'125);
    feed(qp, 2, true);
    feed(qp, 99, true);
    EXPECT_EQ(qp.flow.window, 53'125);  // packets 0..99 were under way when it cut
    feed(qp, 100, true);
    EXPECT_LT(qp.flow.window, 53'125);
}

// Equation 1: alpha <- (1-g) alpha + g F tends to F, with 1/g windows as its time constant.
TEST(Dctcp, AlphaEwmaTendsToTheMarkedShare)
{
    Qp qp = hundred_gig("dctcp:ai=0,min-window=0.001,initial=1000");
    rounds(qp, 200, 8, 2);
    qp = hundred_gig("dctcp:ai=0,initial=1000,g=0.0625,initial-alpha=0");
    qp.flow.in_flight = 0;
    // Never in a window that was cut could a cut be read, so alpha is read from outside: F = 0 for k windows after
    // alpha = 1 leaves (15/16)^k.
    Qp clean = hundred_gig("dctcp:ai=0");
    feed(clean, 0, false);  // the first of k
    rounds(clean, 15, 4, 0);
    const double expected = std::pow(15.0 / 16, 16 + 1);  // alpha_of lets one more pass
    EXPECT_NEAR(alpha_of(clean), expected, 1e-4);
}

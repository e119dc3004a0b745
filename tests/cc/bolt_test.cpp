// SPDX-License-Identifier: GPL-2.0-only
// Compares Bolt with the algorithms of NSDI'23: the switch's tokens and verdicts, and the sender's window,
// worked by hand at 100 Gb/s, T = 8 us and packets of 1,000 B (BDP 100 packets).
#include "bottleneck.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;
using hpnsim::test::Bottleneck;
using hpnsim::test::Qp;

namespace
{

constexpr Bytes kMtu = 1000;

Qp hundred_gig(const std::string& spec = "bolt:ai=0")
{
    Qp qp(spec, gbps(100), microseconds(8), kMtu);
    qp.flow.backlog = 10'000'000;
    qp.run_to(milliseconds(1));
    return qp;
}

void ack(Qp& qp, Psn psn, uint64_t payload = 0)
{
    Ack ack;
    ack.psn = psn;
    ack.received = ack.acked = kMtu;
    ack.rtt = microseconds(8);
    ack.rtt_valid = true;
    ack.payload = payload;
    qp.ack(qp.flow.now, ack);
}

/// Returns the flags of the next packet.
uint16_t send(Qp& qp)
{
    qp.flow.in_flight += kMtu;
    qp.flow.backlog -= kMtu;
    qp.send(qp.flow.now, kMtu);
    return qp.flow.request;
}

GrowthTokens port()
{
    GrowthTokens tokens;
    tokens.Configure(gbps(100), kMtu, kMtu);
    return tokens;
}

}  // namespace

// ---- the switch ----

TEST(GrowthTokens, QueueOfAPacketTellsTheSenderOnce)
{
    GrowthTokens tokens = port();
    EXPECT_FALSE(tokens.Judge(0, 999).notify);
    const GrowthTokens::Verdict verdict = tokens.Judge(notice::kGrow, 1000);
    EXPECT_TRUE(verdict.notify);
    EXPECT_EQ(verdict.flags, notice::kNotified);  // and nobody down the path grants growth
    const GrowthTokens::Verdict next = tokens.Judge(notice::kNotified | notice::kGrow, 5000);
    EXPECT_FALSE(next.notify);  // another switch has told
    EXPECT_EQ(next.flags, notice::kNotified);
}

TEST(GrowthTokens, EndingFlowsHandTheirShareOn)  // PRU
{
    GrowthTokens tokens = port();
    EXPECT_EQ(tokens.Judge(notice::kGrow, 0).flags, 0U);  // nothing to give
    EXPECT_EQ(tokens.Judge(notice::kEnding, 0).flags, notice::kEnding);
    EXPECT_EQ(tokens.Judge(notice::kGrow, 0).flags, notice::kGrow);
    EXPECT_EQ(tokens.Judge(notice::kGrow, 0).flags, 0U);  // once
    tokens.Judge(notice::kEnding | notice::kFirst, 0);    // a flow of one window: nobody counted on its share
    EXPECT_EQ(tokens.Judge(notice::kGrow, 0).flags, 0U);
    tokens.Judge(notice::kEnding, 1000);  // congested: the queue takes what becomes free
    EXPECT_EQ(tokens.Judge(notice::kGrow, 0).flags, 0U);
}

TEST(GrowthTokens, UnusedLinkTimeIsSupply)  // SM: 100 Gb/s are a packet of 1,000 B in 80 ns
{
    GrowthTokens tokens = port();
    Time now;
    const auto come = [&](int64_t after_ns) {
        now += nanoseconds(after_ns);
        tokens.Count(kMtu, now);
        return tokens.Judge(notice::kGrow, 0).flags == notice::kGrow;
    };
    come(0);
    for (int i = 0; i < 10; ++i)
        EXPECT_FALSE(come(80));  // supply meets demand; a packet is owed from the start
    EXPECT_FALSE(come(160));     // that pays it
    EXPECT_TRUE(come(160));
    EXPECT_FALSE(come(80));
    EXPECT_TRUE(come(80'000));  // a long idle time is worth one packet, not a thousand
    EXPECT_FALSE(come(80));
}

TEST(Notice, CarriesQueueAndRate)
{
    const uint64_t payload = notice::pack(123'456, gbps(1600));
    EXPECT_EQ(notice::queue_of(payload), 123'456);
    EXPECT_EQ(notice::link_of(payload), gbps(1600));
    EXPECT_EQ(notice::queue_of(notice::pack(Bytes{1} << 40, gbps(1))), 0xffffffff);
}

// ---- the sender ----

TEST(Bolt, StartsWithOneBdpAtLineRate)
{
    const Qp qp = hundred_gig();
    EXPECT_EQ(qp.flow.window, 100'000);
    EXPECT_EQ(qp.flow.rate, gbps(100));
}

// The sender's algorithm: a packet less, at most every rtt_src / (q / MTU x min(1, rate / link)). At a BDP
// per RTT on its own line of 100G towards a port of 400G the share is 1/4 of 40 packets: every 4 us / 10.
TEST(Bolt, DrainsItsShareOfTheQueueInOneRoundTrip)
{
    Qp qp = hundred_gig();
    const uint64_t payload = notice::pack(40'000, gbps(400));
    const Time start = qp.flow.now;
    int taken = 0;
    for (int i = 0; i < 400; ++i) {  // a notice every 10 ns for 4 us
        const Bytes before = qp.flow.window;
        qp.cnp(start + nanoseconds(10) * i, payload, microseconds(4));
        taken += static_cast<int>((before - qp.flow.window) / kMtu);
    }
    EXPECT_NEAR(taken, 10, 1);  // its share gets less as it slows down
}

TEST(Bolt, ShareIsNeverMoreThanTheQueue)  // a line faster than the port: min(1, ...)
{
    Qp qp = hundred_gig();
    const uint64_t payload = notice::pack(4'000, gbps(10));
    const Time start = qp.flow.now;
    qp.cnp(start, payload, microseconds(4));
    qp.cnp(start + nanoseconds(999), payload, microseconds(4));  // 4 us / 4 packets
    EXPECT_EQ(qp.flow.window, 99'000);
    qp.cnp(start + nanoseconds(1000), payload, microseconds(4));
    EXPECT_EQ(qp.flow.window, 98'000);
}

TEST(Bolt, GrowsByWhatIsGranted)
{
    Qp qp = hundred_gig("bolt:ai=0,max-window=10,initial=1");
    ack(qp, 0);
    EXPECT_EQ(qp.flow.window, 100'000);
    ack(qp, 1, notice::kGrow);
    EXPECT_EQ(qp.flow.window, 101'000);
    ack(qp, 2, notice::kNotified);
    EXPECT_EQ(qp.flow.window, 101'000);
}

TEST(Bolt, AddsOnePacketPerRoundTrip)
{
    Qp qp = hundred_gig("bolt:max-window=10");
    qp.flow.next_psn = 100;
    for (Psn psn = 0; psn < 100; ++psn) ack(qp, psn);
    EXPECT_EQ(qp.flow.window, 101'000);
    ack(qp, 100);
    EXPECT_EQ(qp.flow.window, 102'000);
}

TEST(Bolt, MarksFirstAndLastWindows)
{
    Qp qp = hundred_gig();
    EXPECT_EQ(send(qp), notice::kFirst);  // no ACK yet
    EXPECT_EQ(send(qp), notice::kFirst);
    ack(qp, 0);
    EXPECT_EQ(send(qp), notice::kGrow);
    qp.flow.backlog = 100'000 + 2 * kMtu;
    EXPECT_EQ(send(qp), notice::kGrow);
    EXPECT_EQ(send(qp), notice::kGrow);
    EXPECT_EQ(send(qp), notice::kEnding);  // a window is left
    qp.flow.in_flight = 0;                 // all acknowledged, and a short message comes
    qp.flow.backlog = 5'000;
    EXPECT_EQ(send(qp), notice::kFirst | notice::kEnding);
}

TEST(Bolt, BelowOnePacketItHalvesOncePerRoundTrip)
{
    Qp qp = hundred_gig("bolt:ai=0,initial=0.01");
    const uint64_t payload = notice::pack(40'000, gbps(100));
    qp.cnp(qp.flow.now, payload, microseconds(4));
    EXPECT_EQ(qp.flow.window, 500);
    EXPECT_NEAR(qp.flow.rate.gbps(), 0.5, 1e-6);  // 500 B per 8 us
    qp.cnp(qp.flow.now + microseconds(7), payload, microseconds(4));
    EXPECT_EQ(qp.flow.window, 500);
    qp.cnp(qp.flow.now + microseconds(1), payload, microseconds(4));
    EXPECT_EQ(qp.flow.window, 250);
}

TEST(Bolt, LossHalvesOncePerRoundTrip)
{
    Qp qp = hundred_gig();
    const Nack nack{0, kMtu, {}, Loss::out_of_order, false, {}, false};
    qp.nack(qp.flow.now, nack);
    qp.nack(qp.flow.now, nack);
    EXPECT_EQ(qp.flow.window, 50'000);
}

TEST(Bolt, ReceiversCnpsSayNothing)
{
    Qp qp = hundred_gig();
    qp.cnp(qp.flow.now + microseconds(1), 0, microseconds(8));
    EXPECT_EQ(qp.flow.window, 100'000);
}

// The paper's aim: about a packet waits, and the link is full. Eight senders, answers in half a round trip.
TEST(Bolt, QueueStaysNearThePacketThatTells)
{
    Bottleneck net("bolt", 8, gbps(100), 100, INT32_MAX);
    net.jitter(3);
    net.run(400'000);
    net.forget();
    net.run(200'000);
    EXPECT_GT(net.utilisation(), 0.95);
    EXPECT_LT(net.mean(), 15);
    EXPECT_GT(net.fairness(), 0.95);
}

// SPDX-License-Identifier: GPL-2.0-only
// Tests receiver credit between two NICs: it is spent and waited for, and no loss of any packet stops it.
// Channels have 100 Gb/s and 1 us; a packet has 4,222 wire bytes.
#include "hpnsim/audit.hpp"
#include "rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hpnsim::test
{
namespace
{

constexpr Bytes kMtu = 4096, kGrant = 4 * kMtu;

RigOptions credited(Bytes trust = 0)
{
    RigOptions options;
    options.nic.reliability = Reliability::rud;
    options.receiver = "credit:ahead=0";
    options.cc.trust = trust;
    return options;
}

/// Returns when the last request completed; timers that nobody waits for run on.
Time end_of(const Rig& rig)
{
    return rig.done_of(Completion::Kind::sent, 0).back().at;
}

/// Drops the credits that the receiver makes from the `first` to before the `last`, counted from 0.
auto drop_credits(int first, int last)
{
    return [first, last, made = 0](const Seen& s) mutable {
        Fate fate;
        if (s.packet.kind != PacketKind::credit) return fate;
        fate.drop = made >= first && made < last;
        ++made;
        return fate;
    };
}

/// Checks that the sender begins no packet without credit in hand; the packet itself may overdraw.
void expect_spent_within_grants(const Rig& rig, Bytes trust)
{
    Bytes sent = 0, granted = 0;
    const auto credits = rig.seen_of(PacketKind::credit, 1);
    for (const Seen& data : rig.seen_of(PacketKind::data, 0)) {
        for (const Seen& credit : credits)
            if (credit.at + wire_time(credit.packet.wire_bytes) + microseconds(1) <= data.at)
                granted = std::max(granted, credit.packet.received);
        EXPECT_LT(sent, trust + granted) << data.at.us();
        sent += data.packet.payload;
    }
}

}  // namespace

TEST(Credit, IsSpentThenWaitedFor)
{
    Rig rig(credited(3 * kMtu));
    rig.connect();
    rig.post(0, 0, 100 * kMtu);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(1).counters().delivered, 100 * kMtu);
    EXPECT_EQ(rig.nic(0).counters().rts, 0U) << "data tell what is wanted";
    const auto data = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(data.size(), 100U);
    EXPECT_LT(data[2].at, microseconds(1));
    EXPECT_GT(data[3].at, microseconds(2)) << "a round trip away";
    expect_spent_within_grants(rig, 3 * kMtu);
    EXPECT_EQ(rig.seen_of(PacketKind::credit, 1).back().packet.received, 97 * kMtu) << "what it lacked";
}

TEST(Credit, KeepsThePortAt99Percent)
{
    Rig rig(credited(3 * kMtu));
    rig.connect();
    rig.post(0, 0, 2000 * kMtu);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    const Time took = data[1990].at - data[990].at;
    EXPECT_NEAR(took.us(), (wire_time(4222) * 1000).us() / 0.99, 0.4);
}

TEST(Credit, SharesThePortAmongQueuePairs)
{
    Rig rig(credited(kMtu));
    for (int i = 0; i < 8; ++i) rig.connect();
    for (uint32_t qp = 0; qp < 8; ++qp) rig.post(0, qp, 1000 * kMtu);
    rig.run_until(milliseconds(1));
    Bytes sent[8] = {};
    for (const Seen& data : rig.seen_of(PacketKind::data, 0)) sent[data.packet.dst_qp] += data.packet.payload;
    const auto [least, most] = std::minmax_element(sent, sent + 8);
    EXPECT_GT(*least, 300 * kMtu);
    EXPECT_LE(*most - *least, 2 * kGrant);
    ASSERT_TRUE(rig.run());
}

TEST(Credit, WithoutTrustTheSenderAsksFirst)
{
    Rig rig(credited());
    rig.connect();
    rig.post(0, 0, 10 * kMtu);
    ASSERT_TRUE(rig.run());
    const auto rts = rig.seen_of(PacketKind::rts, 0);
    ASSERT_EQ(rts.size(), 1U);
    EXPECT_EQ(rts[0].at, Time{});
    EXPECT_EQ(rts[0].packet.received, 10 * kMtu);
    EXPECT_EQ(rig.nic(1).counters().delivered, 10 * kMtu);
    EXPECT_EQ(rig.nic(0).counters().timeouts, 0U);
}

TEST(Credit, WhatCarriesNoPayloadNeedsItToo)
{
    Rig rig(credited());
    rig.connect();
    rig.post(0, 0, 5 * kMtu, Verb::read);
    rig.post(0, 0, 0, Verb::write);
    ASSERT_TRUE(rig.run());
    const auto ends = rig.done_of(Completion::Kind::sent, 0);
    ASSERT_EQ(ends.size(), 2U);
    for (const Done& end : ends) EXPECT_EQ(end.completion.status, Status::success);
    EXPECT_FALSE(rig.seen_of(PacketKind::credit, 0).empty()) << "the answer is data in the other direction";
}

TEST(Credit, WorkPostedWithoutCreditAsksAtOnceButNoOftenerThanEveryRoundTrip)
{
    Rig rig(credited());
    rig.connect();
    for (int i = 0; i < 20; ++i) {
        rig.post(0, 0, kMtu);
        rig.run_until(rig.now() + microseconds(5));
    }
    ASSERT_TRUE(rig.run());
    const auto rts = rig.seen_of(PacketKind::rts, 0);
    EXPECT_GT(rts.size(), 3U);
    for (size_t i = 1; i < rts.size(); ++i) EXPECT_GE(rts[i].at - rts[i - 1].at, microseconds(10));
    EXPECT_LT(rig.done_of(Completion::Kind::sent, 0).back().at, microseconds(130));
}

TEST(Credit, ALaterOneMakesALostOneGood)
{
    Rig rig(credited(3 * kMtu));
    rig.connect();
    rig.script = drop_credits(1, 3);
    rig.post(0, 0, 100 * kMtu);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().rts, 0U);
    EXPECT_EQ(rig.nic(1).counters().delivered, 100 * kMtu);
    EXPECT_LT(end_of(rig), microseconds(60)) << "no timer was waited for";
}

TEST(Credit, WhenTheLastIsLostTheSenderAsksAgain)
{
    Rig rig(credited(3 * kMtu));
    rig.connect();
    rig.script = drop_credits(24, 25);  // 97 packets are 24 grants and a rest
    rig.post(0, 0, 100 * kMtu);
    ASSERT_TRUE(rig.run());
    const auto rts = rig.seen_of(PacketKind::rts, 0);
    ASSERT_EQ(rts.size(), 1U);
    EXPECT_NEAR((rts[0].at - rig.seen_of(PacketKind::data, 0)[98].at).us(),
                timeouts_for(rig.nic(0).config(), Time{}).rto.us(), 3);
    EXPECT_EQ(rig.nic(1).counters().delivered, 100 * kMtu);
}

TEST(Credit, RepeatedAndOvertakenOnesAddNothing)
{
    Rig rig(credited(3 * kMtu));
    rig.connect();
    rig.script = [made = 0](const Seen& s) mutable {
        Fate fate;
        if (s.packet.kind != PacketKind::credit) return fate;
        fate.twice = true;
        if (made++ % 3 == 1) fate.late = microseconds(9);
        return fate;
    };
    rig.post(0, 0, 1000 * kMtu);
    ASSERT_TRUE(rig.run());
    const QpAudit sender = rig.nic(0).audit(0), receiver = rig.nic(1).audit(0);
    EXPECT_EQ(sender.credit_seen, receiver.credit_given);
    EXPECT_EQ(receiver.credit_given, 997 * kMtu);
    expect_spent_within_grants(rig, 3 * kMtu);
}

TEST(Credit, RetransmissionsSpendItToo)
{
    Rig rig(credited(3 * kMtu));
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.trim = s.packet.kind == PacketKind::data && s.packet.psn % 5 == 2 && !s.packet.retransmitted;
        return fate;
    };
    rig.post(0, 0, 100 * kMtu);
    ASSERT_TRUE(rig.run());
    expect_spent_within_grants(rig, 3 * kMtu);
    EXPECT_EQ(rig.nic(1).audit(0).credit_given, (100 - 3 + 20) * kMtu);
}

TEST(Credit, WhatWasLostIsAskedForAsWell)
{
    Rig rig(credited(20 * kMtu));
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.trim = s.packet.kind == PacketKind::data && !s.packet.retransmitted;
        return fate;
    };
    rig.post(0, 0, 20 * kMtu);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(data.size(), 40U);
    EXPECT_LT((data[39].at - data[20].at).us(), (wire_time(4222) * 20).us() + 7) << "in two or three rounds";
}

/// Data stands in a queue of 20 us that cuts three packets; their headers overtake it. The receiver sees from
/// them what it has to grant again; the sender's own demand would come with one retransmission for the next.
TEST(Credit, WhatWasTrimmedIsGrantedBeforeTheSenderAsks)
{
    Rig rig(credited(10 * kMtu));
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.trim = s.packet.kind == PacketKind::data && s.packet.psn % 3 == 2 && !s.packet.retransmitted;
        if (s.packet.kind == PacketKind::data && !fate.trim) fate.late = microseconds(20);
        return fate;
    };
    rig.post(0, 0, 10 * kMtu);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(data.size(), 13U);
    EXPECT_LT((data[12].at - data[10].at).us(), 10);
    EXPECT_EQ(rig.nic(1).audit(0).credit_given, 3 * kMtu) << "once each";
}

TEST(Credit, APeerThatNeverAnswersEndsInError)
{
    Rig rig(credited());
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.drop = s.from == 1;
        return fate;
    };
    rig.post(0, 0, 10 * kMtu);
    ASSERT_TRUE(rig.run(milliseconds(100)));
    ASSERT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 1U);
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0)[0].completion.status, Status::retry_exceeded);
    EXPECT_EQ(rig.nic(0).counters().rts, 8U) << "and seven retries";
}

/// Whoever runs nodes one after the other must know before (OpenQps): from the last request on, eight of
/// which stay without an answer, until the error; and no longer than until credit comes.
TEST(Credit, ASenderThatAsksInVainIsNearItsEnd)
{
    for (const int unanswered : {8, 100}) {
        OpenQps open;
        RigOptions options = credited();
        options.nic.open_qps = &open;
        Rig rig(options);
        rig.connect();
        int asked = 0;
        std::vector<int64_t> near;  // as each packet that asks has left
        rig.script = [&](const Seen& s) {
            Fate fate;
            if (s.packet.kind == PacketKind::rts) {
                near.push_back(open.near_end);
                ++asked;
            }
            fate.drop = s.from == 1 && asked < unanswered;
            return fate;
        };
        rig.post(0, 0, 10 * kMtu);
        ASSERT_TRUE(rig.run(milliseconds(100)));
        EXPECT_EQ(near, (std::vector<int64_t>{0, 0, 0, 0, 0, 0, 0, 1})) << unanswered;
        const Status status = rig.done_of(Completion::Kind::sent, 0)[0].completion.status;
        EXPECT_EQ(status, unanswered == 8 ? Status::success : Status::retry_exceeded);
        EXPECT_EQ(open.near_end, 0);
    }
}

TEST(Credit, AnswersKeepASenderWaitingHoweverLongItTakes)
{
    RigOptions options = credited();
    options.receiver = "credit:share=0.01,grant=1000000";  // 1,000,000 B every 8 ms
    Rig rig(options);
    rig.connect();
    rig.connect();
    rig.post(0, 0, 4'000'000);
    rig.post(0, 1, 4'000'000);
    ASSERT_TRUE(rig.run(milliseconds(500)));
    for (const Done& end : rig.done_of(Completion::Kind::sent, 0))
        EXPECT_EQ(end.completion.status, Status::success);
    EXPECT_EQ(rig.nic(1).counters().delivered, 8'000'000);
}

TEST(Credit, TwoPortsGrantTwiceAsMuch)
{
    RigOptions options = credited(kMtu);
    options.nic.ports = 2;
    Rig one(options), two(options);
    one.connect(0);
    one.connect(0);
    two.connect(0);
    two.connect(1);
    for (Rig* rig : {&one, &two})
        for (uint32_t qp = 0; qp < 2; ++qp) rig->post(0, qp, 1000 * kMtu);
    ASSERT_TRUE(one.run());
    ASSERT_TRUE(two.run());
    EXPECT_NEAR(end_of(one).us() / end_of(two).us(), 2, 0.02);
    for (const Seen& credit : two.seen_of(PacketKind::credit, 1))
        EXPECT_EQ(credit.port, credit.packet.dst_qp) << "each port for what arrives there";
}

TEST(Credit, ASprayingQueuePairIsGrantedByBothPortsWhatItWants)
{
    RigOptions options = credited(16 * kMtu);
    options.nic.ports = 2;
    options.spray = true;
    Rig rig(options);
    rig.connect();
    rig.post(0, 0, 2000 * kMtu);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    EXPECT_NEAR((data[1990].at - data[990].at).us(), (wire_time(4222) * 500).us() / 0.99, 1);
    EXPECT_EQ(rig.nic(1).audit(0).credit_given, (2000 - 16) * kMtu) << "not twice";
}

TEST(Credit, ADeadPortsDemandsMoveToTheOther)
{
    for (const bool spray : {false, true}) {
        RigOptions options = credited(16 * kMtu);
        options.nic.ports = 2;
        options.nic.retry.rto = milliseconds(10);
        options.spray = spray;
        Rig rig(options);
        rig.connect(1);
        rig.post(0, 0, 2000 * kMtu);
        rig.run_until(microseconds(100));
        for (int nic = 0; nic < 2; ++nic) {
            rig.nic(nic).set_port_state(1, false, rig.now());
            rig.nic(nic).set_peer_ports(static_cast<uint32_t>(1 - nic), 1, rig.now());
            rig.ring(nic);
        }
        ASSERT_TRUE(rig.run());
        EXPECT_EQ(rig.nic(1).counters().delivered, 2000 * kMtu);
        EXPECT_EQ(rig.nic(0).counters().rts, 0U);
        EXPECT_LT(end_of(rig), microseconds(760)) << "2,000 packets through one port take 682 us";
    }
}

// Nothing is on its way and everything is asked for when the port dies: only the NIC can know whom to grant.
TEST(Credit, ADeadPortsDemandsAreKnownToTheOther)
{
    RigOptions options = credited(16 * kMtu);
    options.receiver = "credit:ahead=0,share=0.1";  // a grant in 13.5 us
    options.nic.ports = 2;
    options.nic.retry.rto = milliseconds(10);
    Rig rig(options);
    rig.connect(1);
    rig.post(0, 0, 200 * kMtu);
    rig.run_until(microseconds(100));
    while (rig.nic(0).flow(0).in_flight > 0 || rig.nic(0).flow(0).credit > 0)
        rig.run_until(rig.now() + nanoseconds(100));
    for (int nic = 0; nic < 2; ++nic) {
        rig.nic(nic).set_port_state(1, false, rig.now());
        rig.nic(nic).set_peer_ports(static_cast<uint32_t>(1 - nic), 1, rig.now());
        rig.ring(nic);
    }
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(1).counters().delivered, 200 * kMtu);
    EXPECT_LT(end_of(rig), microseconds(700)) << "184 packets at a tenth of the rate take 622 us";
}

TEST(Credit, UnreliableQueuePairsNeedNone)
{
    Rig rig(credited());
    QpConfig qp;
    qp.service = Service::uc;
    rig.connect(qp);
    rig.post(0, 0, 10 * kMtu);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(1).counters().delivered, 10 * kMtu);
    EXPECT_TRUE(rig.seen_of(PacketKind::credit, 1).empty());
}

TEST(CreditAudit, ASenderMayNotKnowOfMoreThanWasGranted)
{
    QpAudit sender, receiver;
    sender.credit_seen = receiver.credit_given = 100;
    EXPECT_EQ(broken_pair(sender, receiver), "");
    sender.credit_seen = 101;
    EXPECT_EQ(broken_pair(sender, receiver), "the sender knows of 101 granted bytes, and 100 have been");
}

}  // namespace hpnsim::test

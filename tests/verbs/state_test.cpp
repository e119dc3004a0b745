// SPDX-License-Identifier: GPL-2.0-only
// Tests what a QP does in each of its states (IBTA 10.3.1).
#include "two_hosts.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace hpnsim::test
{
namespace
{

using namespace verbs;

using Ends = std::vector<Status>;

/// Two sides; only `a` is connected, and in RTS.
struct HalfLinked {
    explicit HalfLinked(QpState of_b)
        : a(hosts.context(0), init_of(QpType::rc)), b(hosts.context(1), init_of(QpType::rc))
    {
        bring_to(a.qp, QpState::rts, attributes(&b.qp, 1));
        if (of_b != QpState::reset) bring_to(b.qp, of_b, attributes(&a.qp, 0));
    }
    TwoHosts hosts;
    Side a, b;
};

Outcome move(QueuePair& qp, QpState state, uint32_t mask = 0)
{
    QpAttr attr;
    attr.qp_state = state;
    attr.en_sqd_async_notify = true;
    return qp.modify(attr, qp_attr::kState | mask);
}

class AnyTransport : public testing::TestWithParam<Reliability>
{
};

}  // namespace

TEST(States, PostsBeforeRtsAreRefused)
{
    TwoHosts hosts;
    Side side(hosts.context(0), init_of(QpType::rc));
    const QpAttr attr = attributes(nullptr, 1);
    EXPECT_EQ(side.qp.post_recv(side.receive(10)).error, EINVAL) << "RESET takes no receives";
    for (QpState state : {QpState::reset, QpState::init, QpState::rtr}) {
        if (state != QpState::reset) {
            QpAttr step = attr;
            step.qp_state = state;
            ASSERT_TRUE(side.qp.modify(step, mask_to(QpType::rc, state)));
            EXPECT_TRUE(side.qp.post_recv(side.receive(10)));
        }
        const Outcome outcome = side.post(side.send(10));
        EXPECT_EQ(outcome.error, EINVAL);
        EXPECT_NE(outcome.why.find(std::string("is in ") + qp_state_str(state)), std::string::npos)
            << outcome.why;
    }
    hosts.settle();
    EXPECT_EQ(hosts.rig().carried, 0u);
    EXPECT_TRUE(side.poll().empty());
}

/// Packets to a QP in RESET, INIT or ERR are dropped without an answer: the sender's retries run out.
TEST(States, PacketsBeforeRtrAreDropped)
{
    for (QpState state : {QpState::reset, QpState::init}) {
        HalfLinked pair(state);
        ASSERT_TRUE(pair.b.qp.modify(attributes(&pair.a.qp, 0), 0)) << "to where it is";
        ASSERT_TRUE(pair.a.post(pair.a.write(100, pair.b)));
        pair.hosts.settle();
        EXPECT_EQ(pair.a.statuses(), Ends{Status::retry_exceeded});
        EXPECT_EQ(pair.hosts.rig().nic(1).counters().strays, 3u) << "once and two retries";
        EXPECT_EQ(pair.hosts.rig().seen_of(PacketKind::ack, 1).size(), 0u);
        EXPECT_EQ(pair.hosts.rig().seen_of(PacketKind::nak, 1).size(), 0u);
    }
}

TEST(States, PacketsInErrAreDropped)
{
    Linked pair;
    ASSERT_TRUE(move(pair.b.qp, QpState::err));
    ASSERT_TRUE(pair.a.post(pair.a.write(100, pair.b)));
    pair.settle();
    EXPECT_EQ(pair.a.statuses(), Ends{Status::retry_exceeded});
    EXPECT_EQ(pair.hosts.rig().nic(1).counters().strays, 3u);
}

TEST_P(AnyTransport, RtrReceivesAndRtsGoesOnFromThere)
{
    HalfLinked pair(QpState::rtr);
    std::memset(pair.a.bytes.data(), 7, 3000);
    ASSERT_TRUE(pair.a.post(pair.a.write(3000, pair.b)));
    pair.hosts.settle();
    EXPECT_EQ(pair.a.statuses(), Ends{Status::success});
    EXPECT_EQ(std::memcmp(pair.a.bytes.data(), pair.b.bytes.data(), 3000), 0);

    QpAttr attr = attributes(&pair.a.qp, 0);
    attr.qp_state = QpState::rts;
    ASSERT_TRUE(pair.b.qp.modify(attr, mask_to(QpType::rc, QpState::rts)));
    ASSERT_TRUE(pair.b.post(pair.b.write(100, pair.a)));
    ASSERT_TRUE(pair.a.post(pair.a.write(100, pair.b)));
    pair.hosts.settle();
    EXPECT_EQ(pair.a.statuses(), Ends{Status::success}) << "its PSNs go on";
    EXPECT_EQ(pair.b.statuses(), Ends{Status::success});
    EXPECT_EQ(pair.hosts.rig().seen_of(PacketKind::data, 1)[0].packet.psn, 200u) << "sq_psn";
}

/// A READ that arrives in RTR is answered: under gbn at once, under irn and rud, whose answers have PSNs of
/// their own, when RTS names the first of them.
TEST_P(AnyTransport, ReadInRtr)
{
    RigOptions options = short_timeouts(GetParam());
    TwoHosts hosts(options);
    Side a(hosts.context(0), init_of(QpType::rc)), b(hosts.context(1), init_of(QpType::rc));
    bring_to(a.qp, QpState::rts, attributes(&b.qp, 1));
    bring_to(b.qp, QpState::rtr, attributes(&a.qp, 0));
    std::memset(b.bytes.data(), 9, 3000);
    SendWr read = a.write(3000, b);
    read.opcode = WrOpcode::rdma_read;
    ASSERT_TRUE(a.post(read));
    hosts.rig().run_until(microseconds(50));
    QpAttr attr = attributes(&a.qp, 0);
    attr.qp_state = QpState::rts;
    ASSERT_TRUE(b.qp.modify(attr, mask_to(QpType::rc, QpState::rts)));
    hosts.settle();
    EXPECT_EQ(a.statuses(), Ends{Status::success});
    EXPECT_EQ(std::memcmp(a.bytes.data(), b.bytes.data(), 3000), 0);
}

TEST_P(AnyTransport, SqdDrainsTellsAndGoesOn)
{
    Linked pair(short_timeouts(GetParam()));
    for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(pair.a.post(pair.a.write(8000, pair.b), i));
    pair.hosts.rig().run_until(nanoseconds(300));  // in the middle of the first
    ASSERT_TRUE(move(pair.a.qp, QpState::sqd, qp_attr::kEnSqdAsyncNotify));
    EXPECT_TRUE(pair.a.qp.query().sq_draining);
    AsyncEvent event;
    EXPECT_FALSE(pair.a.context.get_async_event(event));
    ASSERT_TRUE(pair.a.post(pair.a.write(100, pair.b), 3)) << "waits with the others";
    pair.settle();
    EXPECT_EQ(pair.a.statuses(), Ends{Status::success});
    EXPECT_FALSE(pair.a.qp.query().sq_draining);
    ASSERT_TRUE(pair.a.context.get_async_event(event));
    EXPECT_EQ(event.event_type, EventType::sq_drained);
    EXPECT_EQ(event.qp, &pair.a.qp);
    EXPECT_FALSE(pair.a.context.get_async_event(event)) << "once";

    ASSERT_TRUE(pair.b.post(pair.b.write(100, pair.a)));
    pair.settle();
    EXPECT_EQ(pair.b.statuses(), Ends{Status::success}) << "SQD receives";

    QpAttr attr;
    attr.retry_cnt = 7;
    attr.timeout = 8;
    EXPECT_TRUE(pair.a.qp.modify(attr, qp_attr::kRetryCnt | qp_attr::kTimeout)) << "SQD to SQD";
    ASSERT_TRUE(move(pair.a.qp, QpState::rts));
    pair.settle();
    EXPECT_EQ(pair.a.statuses(), Ends(3, Status::success));
}

TEST_P(AnyTransport, ErrFlushesAndResetBeginsAnew)
{
    Linked pair(short_timeouts(GetParam()));
    for (uint64_t i = 0; i < 2; ++i) ASSERT_TRUE(pair.a.qp.post_recv(pair.a.receive(100)));
    for (uint64_t i = 10; i < 12; ++i) ASSERT_TRUE(pair.a.post(pair.a.write(8000, pair.b), i));
    pair.hosts.rig().run_until(nanoseconds(300));
    ASSERT_TRUE(move(pair.a.qp, QpState::err));
    ASSERT_TRUE(pair.a.post(pair.a.write(8, pair.b), 12)) << "ERR takes it and flushes it";
    ASSERT_TRUE(pair.a.qp.post_recv(pair.a.receive(100)));
    const auto flushed = pair.a.poll();
    ASSERT_EQ(flushed.size(), 6u);
    int sends = 0;
    for (const WorkCompletion& wc : flushed) {
        EXPECT_EQ(wc.status, Status::flushed);
        sends += wc.wr_id >= 10;
    }
    EXPECT_EQ(sends, 3);
    for (QueuePair* qp : {&pair.a.qp, &pair.b.qp}) ASSERT_TRUE(move(*qp, QpState::reset));
    pair.settle();
    bring_to(pair.a.qp, QpState::rts, attributes(&pair.b.qp, 1));
    bring_to(pair.b.qp, QpState::rts, attributes(&pair.a.qp, 0));
    std::memset(pair.a.bytes.data(), 5, 5000);
    ASSERT_TRUE(pair.a.post(pair.a.write(5000, pair.b)));
    pair.settle();
    EXPECT_EQ(pair.a.statuses(), Ends{Status::success});
    EXPECT_EQ(std::memcmp(pair.a.bytes.data(), pair.b.bytes.data(), 5000), 0);
    EXPECT_EQ(pair.hosts.rig().pool().in_use(), 0);
}

/// A receive that a message has taken, of which only a part has arrived when the QP goes to ERR.
TEST_P(AnyTransport, ErrFlushesTheReceiveOfAHalfArrivedMessage)
{
    Linked pair(short_timeouts(GetParam()));
    for (uint64_t wr_id = 50; wr_id < 52; ++wr_id) {
        RecvWr wr = pair.b.receive(8192);
        wr.wr_id = wr_id;
        ASSERT_TRUE(pair.b.qp.post_recv(wr));
    }
    pair.hosts.rig().script = [](const Seen& s) {
        Fate fate;
        fate.drop = s.packet.psn == 102;
        return fate;
    };
    ASSERT_TRUE(pair.a.post(pair.a.send(4000)));
    pair.hosts.rig().run_until(microseconds(5));
    ASSERT_TRUE(pair.b.poll().empty());
    ASSERT_TRUE(move(pair.b.qp, QpState::err));
    const auto flushed = pair.b.poll();
    ASSERT_EQ(flushed.size(), 2u);
    for (uint64_t i = 0; i < 2; ++i) {
        EXPECT_EQ(flushed[i].wr_id, 50 + i);
        EXPECT_EQ(flushed[i].status, Status::flushed);
    }
}

TEST_P(AnyTransport, ResetForgetsWithoutACompletion)
{
    RigOptions options = short_timeouts(GetParam());
    options.cc.first_due = microseconds(1);
    Linked pair(options);
    pair.hosts.rig().journal().react = [](Flow& flow, const Event& event) {
        if (event.kind == Event::Kind::timer) flow.due[0] = event.now + microseconds(1);
    };
    ASSERT_TRUE(pair.a.qp.post_recv(pair.a.receive(100)));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(pair.a.post(pair.a.write(8000, pair.b)));
    pair.hosts.rig().run_until(microseconds(3));
    ASSERT_TRUE(move(pair.a.qp, QpState::reset));
    pair.hosts.rig().run_until(milliseconds(1));
    EXPECT_TRUE(pair.a.poll().empty());
    EXPECT_EQ(pair.hosts.rig().nic(0).next_deadline(), Time::max()) << "something still ticks";
}

/// RTS to RTS and through SQD: PSNs go on, so the second message is no duplicate of the first.
TEST_P(AnyTransport, ModifyingARunningQpLosesNothing)
{
    Linked pair(short_timeouts(GetParam()));
    for (int round = 0; round < 3; ++round) {
        for (Side* side : {&pair.a, &pair.b})
            std::memset(side->bytes.data(), round + 16 * (side == &pair.a), 5000);
        ASSERT_TRUE(pair.a.post(pair.a.write(5000, pair.b)));
        pair.settle();
        EXPECT_EQ(pair.a.statuses(), Ends{Status::success});
        EXPECT_EQ(std::memcmp(pair.a.bytes.data(), pair.b.bytes.data(), 5000), 0) << round;
        QpAttr attr;
        attr.min_rnr_timer = 5;
        for (QueuePair* qp : {&pair.a.qp, &pair.b.qp}) {
            ASSERT_TRUE(qp->modify(attr, qp_attr::kMinRnrTimer));
            EXPECT_EQ(qp->query().min_rnr_timer, 5);
            if (round == 0) continue;
            ASSERT_TRUE(move(*qp, QpState::sqd));
            ASSERT_TRUE(move(*qp, QpState::rts));
        }
    }
}

/// SQE: the send queue stops, the receive queue goes on; RTS starts it again.
TEST(States, SqeReceivesAndLeavesByRts)
{
    for (QpType type : {QpType::uc, QpType::ud}) {
        Linked pair(short_timeouts(), init_of(type));
        AhAttr to_a, to_b;
        to_b.dest = 1;
        SendWr bad = pair.a.send(100);
        bad.ud = {&pair.a.pd.create_ah(to_b), pair.b.qp.qp_num, 0x1234};
        pair.a.sge.lkey += 256;
        ASSERT_TRUE(pair.a.post(bad, 1));
        ASSERT_EQ(pair.a.qp.state(), QpState::sqe);
        ASSERT_TRUE(pair.a.post(bad, 2));
        EXPECT_EQ(pair.a.statuses(), (Ends{Status::local_protection, Status::flushed}));
        EXPECT_EQ(pair.hosts.rig().nic(0).flow(0).backlog, 0);

        ASSERT_TRUE(pair.a.qp.post_recv(pair.a.receive(200)));
        SendWr back = pair.b.send(100);
        back.ud = {&pair.b.pd.create_ah(to_a), pair.a.qp.qp_num, 0x1234};
        ASSERT_TRUE(pair.b.post(back));
        pair.settle();
        EXPECT_EQ(pair.a.statuses(), Ends{Status::success}) << "received in SQE";

        ASSERT_TRUE(move(pair.a.qp, QpState::rts));
        ASSERT_TRUE(pair.b.qp.post_recv(pair.b.receive(200)));
        SendWr good = pair.a.send(100);
        good.ud = bad.ud;
        ASSERT_TRUE(pair.a.post(good));
        pair.settle();
        EXPECT_EQ(pair.a.statuses(), Ends{Status::success});
        EXPECT_EQ(pair.b.statuses(), (Ends{Status::success, Status::success})) << "its send, and this";
    }
}

INSTANTIATE_TEST_SUITE_P(Transports, AnyTransport,
                         testing::Values(Reliability::go_back_n, Reliability::irn, Reliability::rud),
                         transport_of);

}  // namespace hpnsim::test

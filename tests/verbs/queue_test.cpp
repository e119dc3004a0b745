// SPDX-License-Identifier: GPL-2.0-only
// Tests queues: how much they hold, when an entry is free again, what happens when one is full.
#include "two_hosts.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace hpnsim::test
{
namespace
{

using namespace verbs;

using Ends = std::vector<Status>;

QpInitAttr small(uint32_t sends, uint32_t receives)
{
    QpInitAttr init = init_of(QpType::rc);
    init.cap.max_send_wr = sends;
    init.cap.max_recv_wr = receives;
    return init;
}

}  // namespace

TEST(SendQueue, FullUntilItsCompletionIsPolled)
{
    Linked pair(short_timeouts(), small(2, 2));
    Side& a = pair.a;
    ASSERT_TRUE(a.post(a.write(10, pair.b), 1));
    ASSERT_TRUE(a.post(a.write(10, pair.b), 2));
    const Outcome full = a.post(a.write(10, pair.b), 3);
    EXPECT_EQ(full.error, ENOMEM);
    EXPECT_NE(full.why.find("all 2 entries"), std::string::npos) << full.why;
    pair.settle();
    EXPECT_EQ(a.post(a.write(10, pair.b), 3).error, ENOMEM) << "complete, but not polled";
    WorkCompletion wc;
    ASSERT_EQ(a.cq.poll(1, &wc), 1);
    EXPECT_EQ(wc.wr_id, 1u);
    EXPECT_TRUE(a.post(a.write(10, pair.b), 3));
    EXPECT_EQ(a.post(a.write(10, pair.b), 4).error, ENOMEM);
}

/// Entries of requests without a completion are free when a later request's completion is polled.
TEST(SendQueue, UnsignaledEntriesAreFreeWithALaterCompletion)
{
    Linked pair(short_timeouts(), small(4, 1));
    Side& a = pair.a;
    SendWr silent = a.write(10, pair.b);
    silent.send_flags = 0;
    for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(a.post(silent, i));
    pair.settle();
    EXPECT_TRUE(a.poll().empty());
    ASSERT_TRUE(a.post(a.write(10, pair.b), 77));
    EXPECT_EQ(a.post(silent).error, ENOMEM);
    pair.settle();
    const auto got = a.poll();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].wr_id, 77u);
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(a.post(silent));
    EXPECT_EQ(a.post(silent).error, ENOMEM);
}

TEST(SendQueue, SqSigAllSignalsEverything)
{
    QpInitAttr init = small(4, 4);
    init.sq_sig_all = true;
    Linked pair(short_timeouts(), init);
    SendWr wr = pair.a.write(10, pair.b);
    wr.send_flags = 0;
    ASSERT_TRUE(pair.a.post(wr));
    pair.settle();
    EXPECT_EQ(pair.a.statuses(), Ends{Status::success});
}

TEST(SendQueue, AListIsPostedUpToTheFirstBadRequest)
{
    Linked pair(short_timeouts(), small(8, 1));
    SendWr wr[4];
    for (int i = 0; i < 4; ++i) {
        wr[i] = pair.a.write(10, pair.b);
        wr[i].wr_id = static_cast<uint64_t>(i);
        if (i < 3) wr[i].next = &wr[i + 1];
    }
    wr[2].num_sge = 2;
    const SendWr* bad = nullptr;
    const Outcome outcome = pair.a.qp.post_send(wr[0], &bad);
    EXPECT_EQ(outcome.error, EINVAL);
    EXPECT_NE(outcome.why.find("num_sge = 2"), std::string::npos) << outcome.why;
    EXPECT_EQ(bad, &wr[2]);
    pair.settle();
    EXPECT_EQ(pair.a.statuses(), Ends(2, Status::success));
}

/// An inline request holds its bytes from the post on; the buffer and its region may go.
TEST(SendQueue, InlineDataIsTakenAtThePost)
{
    QpInitAttr init = small(4, 4);
    init.cap.max_inline_data = 64;
    Linked pair(short_timeouts(), init);
    std::vector<std::byte> text(64, std::byte{0x5a});
    verbs::MemoryRegion& mr = pair.a.pd.reg_mr(text.data(), text.size(), 0);
    for (int i = 0; i < 2; ++i) {
        SendWr wr = pair.a.write(64, pair.b);
        wr.send_flags |= send_flags::kInline;
        wr.rdma.remote_addr += static_cast<uint64_t>(64 * i);
        pair.a.sge.addr = mr.addr;
        pair.a.sge.lkey = 0;
        std::memset(text.data(), 0x5a + i, 64);
        ASSERT_TRUE(pair.a.post(wr));
    }
    std::memset(text.data(), 0, 64);
    pair.a.context.dereg_mr(mr);
    pair.settle();
    EXPECT_EQ(pair.a.statuses(), Ends(2, Status::success));
    for (size_t i = 0; i < 128; ++i) EXPECT_EQ(static_cast<int>(pair.b.bytes[i]), i < 64 ? 0x5a : 0x5b);

    SendWr wr = pair.a.write(65, pair.b);
    wr.send_flags |= send_flags::kInline;
    EXPECT_EQ(pair.a.post(wr).error, EINVAL);
    wr = pair.a.write(8, pair.b);
    wr.send_flags |= send_flags::kInline;
    wr.opcode = WrOpcode::rdma_read;
    EXPECT_EQ(pair.a.post(wr).error, EINVAL);
}

TEST(SendQueue, OpcodesThatTheServiceLacks)
{
    // The columns are RC, UC, UD.
    const struct {
        WrOpcode opcode;
        bool allowed[3];
    } kCases[] = {{WrOpcode::rdma_write, {true, true, false}},
                  {WrOpcode::rdma_write_with_imm, {true, true, false}},
                  {WrOpcode::send, {true, true, true}},
                  {WrOpcode::send_with_imm, {true, true, true}},
                  {WrOpcode::rdma_read, {true, false, false}},
                  {WrOpcode::atomic_cmp_and_swp, {true, false, false}},
                  {WrOpcode::atomic_fetch_and_add, {true, false, false}},
                  {WrOpcode::send_with_inv, {true, false, false}}};
    for (QpType type : {QpType::rc, QpType::uc, QpType::ud})
        for (const auto& one : kCases) {
            Linked pair(short_timeouts(), init_of(type));
            SendWr wr = pair.a.write(8, pair.b);
            wr.opcode = one.opcode;
            wr.ud = {&pair.a.pd.create_ah({}), pair.b.qp.qp_num, 0};
            EXPECT_EQ(pair.a.post(wr).error, one.allowed[static_cast<int>(type)] ? 0 : EINVAL)
                << qp_type_str(type) << " " << static_cast<int>(one.opcode);
        }
}

TEST(ReceiveQueue, FullUntilItsCompletionIsPolled)
{
    Linked pair(short_timeouts(), small(4, 2));
    Side& b = pair.b;
    EXPECT_TRUE(b.qp.post_recv(b.receive(100)));
    EXPECT_TRUE(b.qp.post_recv(b.receive(100)));
    EXPECT_EQ(b.qp.post_recv(b.receive(100)).error, ENOMEM);
    ASSERT_TRUE(pair.a.post(pair.a.send(10)));
    pair.settle();
    EXPECT_EQ(b.qp.post_recv(b.receive(100)).error, ENOMEM);
    EXPECT_EQ(b.poll().size(), 1u);
    EXPECT_TRUE(b.qp.post_recv(b.receive(100)));
}

/// Three completions for a queue of two: the third is lost, the queue and its QP are in error.
TEST(CompletionQueue, OverflowIsAnErrorOfTheQueueAndItsQps)
{
    TwoHosts hosts;
    CompletionQueue& tiny = hosts.context(0).create_cq(2);
    QpInitAttr init = init_of(QpType::rc);
    init.send_cq = init.recv_cq = &tiny;
    Side a(hosts.context(0), init), b(hosts.context(1), init_of(QpType::rc));
    bring_to(a.qp, QpState::rts, attributes(&b.qp, 1));
    bring_to(b.qp, QpState::rts, attributes(&a.qp, 0));
    for (uint64_t i = 0; i < 5; ++i) ASSERT_TRUE(a.post(a.write(3000, b), i));
    hosts.settle();
    EXPECT_TRUE(tiny.overrun());
    EXPECT_EQ(a.qp.state(), QpState::err);
    AsyncEvent event;
    ASSERT_TRUE(a.context.get_async_event(event));
    EXPECT_EQ(event.event_type, EventType::cq_err);
    EXPECT_EQ(event.cq, &tiny);
    ASSERT_TRUE(a.context.get_async_event(event));
    EXPECT_EQ(event.event_type, EventType::qp_fatal);
    EXPECT_EQ(event.qp, &a.qp);
    EXPECT_FALSE(a.context.get_async_event(event));
    WorkCompletion wc[8];
    ASSERT_EQ(tiny.poll(8, wc), 2) << "those before it are there";
    EXPECT_EQ(wc[0].wr_id, 0u);
    EXPECT_EQ(wc[1].wr_id, 1u);
    EXPECT_EQ(wc[1].status, Status::success);
    EXPECT_EQ(b.qp.state(), QpState::rts);
}

/// As many completions as it has room for, polled and filled again, are no overflow.
TEST(CompletionQueue, HoldsWhatItWasMadeFor)
{
    TwoHosts hosts;
    CompletionQueue& three = hosts.context(0).create_cq(3);
    QpInitAttr init = init_of(QpType::rc);
    init.send_cq = &three;
    Side a(hosts.context(0), init), b(hosts.context(1), init_of(QpType::rc));
    bring_to(a.qp, QpState::rts, attributes(&b.qp, 1));
    bring_to(b.qp, QpState::rts, attributes(&a.qp, 0));
    for (uint64_t round = 0; round < 5; ++round) {
        for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(a.post(a.write(10, b), 3 * round + i));
        hosts.settle();
        WorkCompletion wc[2];
        ASSERT_EQ(three.poll(2, wc), 2);
        EXPECT_EQ(wc[0].wr_id, 3 * round);
        EXPECT_EQ(wc[1].wr_id, 3 * round + 1);
        ASSERT_EQ(three.poll(2, wc), 1);
        EXPECT_EQ(wc[0].wr_id, 3 * round + 2);
    }
    EXPECT_FALSE(three.overrun());
}

TEST(CompletionQueue, NotifiesOnceOfAnythingOrOfTheSolicited)
{
    Linked pair;
    Context& context = pair.b.context;
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(pair.b.qp.post_recv(pair.b.receive(100)));
    ASSERT_TRUE(pair.a.post(pair.a.send(10)));
    pair.settle();
    EXPECT_EQ(context.get_cq_event(), nullptr) << "not asked for";
    pair.b.cq.req_notify(true);
    ASSERT_TRUE(pair.a.post(pair.a.send(10)));
    pair.settle();
    EXPECT_EQ(context.get_cq_event(), nullptr) << "not solicited";
    SendWr wake = pair.a.send(10);
    wake.send_flags |= send_flags::kSolicited;
    ASSERT_TRUE(pair.a.post(wake));
    pair.settle();
    EXPECT_EQ(context.get_cq_event(), &pair.b.cq);
    ASSERT_TRUE(pair.a.post(wake));
    pair.settle();
    EXPECT_EQ(context.get_cq_event(), nullptr) << "once";
    pair.a.cq.req_notify(false);
    ASSERT_TRUE(pair.a.post(pair.a.write(10, pair.b)));
    pair.settle();
    EXPECT_EQ(pair.a.context.get_cq_event(), &pair.a.cq);
}

TEST(SharedReceives, ServeSeveralQpsAndTellOfTheLimit)
{
    TwoHosts hosts;
    Context& there = hosts.context(1);
    ProtectionDomain& pd = there.alloc_pd();
    CompletionQueue& cq = there.create_cq(16);
    std::vector<std::byte> bytes(4096);
    verbs::MemoryRegion& mr = pd.reg_mr(bytes.data(), bytes.size(), access::kLocalWrite);
    SrqAttr shared;
    shared.max_wr = 3;
    SharedReceiveQueue& srq = pd.create_srq(shared);
    QpInitAttr init = init_of(QpType::rc);
    init.send_cq = init.recv_cq = &cq;
    init.srq = &srq;
    Side a(hosts.context(0), init_of(QpType::rc)), c(hosts.context(0), init_of(QpType::rc));
    QueuePair* receivers[] = {&pd.create_qp(init), &pd.create_qp(init)};
    Side* senders[] = {&a, &c};
    for (int i = 0; i < 2; ++i) {
        bring_to(senders[i]->qp, QpState::rts, attributes(receivers[i], 1));
        bring_to(*receivers[i], QpState::rts, attributes(&senders[i]->qp, 0));
    }
    Sge sge{mr.addr, 1024, mr.lkey};
    RecvWr wr;
    wr.sg_list = &sge;
    wr.num_sge = 1;
    for (wr.wr_id = 0; wr.wr_id < 3; ++wr.wr_id) ASSERT_TRUE(srq.post_recv(wr));
    EXPECT_EQ(srq.post_recv(wr).error, ENOMEM);
    EXPECT_EQ(receivers[0]->post_recv(wr).error, EINVAL) << "receives from the SRQ";
    ASSERT_TRUE(srq.set_limit(2));

    AsyncEvent event;
    ASSERT_TRUE(a.post(a.send(10)));
    hosts.settle();
    EXPECT_FALSE(there.get_async_event(event)) << "two are left, the limit is two";
    ASSERT_TRUE(c.post(c.send(20)));
    hosts.settle();
    ASSERT_TRUE(there.get_async_event(event));
    EXPECT_EQ(event.event_type, EventType::srq_limit_reached);
    EXPECT_EQ(event.srq, &srq);
    EXPECT_EQ(srq.query().srq_limit, 0u) << "disarmed";
    EXPECT_EQ(srq.outstanding(), 1u);

    WorkCompletion wc[4];
    ASSERT_EQ(cq.poll(4, wc), 2);
    for (uint64_t i = 0; i < 2; ++i) {
        EXPECT_EQ(wc[i].wr_id, i);
        EXPECT_EQ(wc[i].qp_num, receivers[i]->qp_num);
        EXPECT_EQ(wc[i].src_qp, senders[i]->qp.qp_num);
        EXPECT_EQ(wc[i].byte_len, 10 * (i + 1));
    }
    QpAttr attr;
    attr.qp_state = QpState::err;
    ASSERT_TRUE(receivers[0]->modify(attr, qp_attr::kState));
    ASSERT_TRUE(there.get_async_event(event));
    EXPECT_EQ(event.event_type, EventType::qp_last_wqe_reached);
    EXPECT_EQ(event.qp, receivers[0]);
    EXPECT_EQ(srq.outstanding(), 1u) << "a shared receive outlives the QP";
    EXPECT_EQ(cq.poll(4, wc), 0);
}

}  // namespace hpnsim::test

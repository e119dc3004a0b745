// SPDX-License-Identifier: GPL-2.0-only
// Tests every status that a completion can have, brought about by a program's own mistake or its peer's.
#include "two_hosts.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

using namespace verbs;

using Ends = std::vector<Status>;

/// Checks, under each transport, one status at the poster and one at its peer (success: the peer is told
/// nothing).
class Statuses : public testing::TestWithParam<Reliability>
{
protected:
    Linked pair{short_timeouts(GetParam())};
    Side& a = pair.a;
    Side& b = pair.b;

    void expect(const Ends& of_a, const Ends& of_b)
    {
        pair.settle();
        EXPECT_EQ(a.statuses(), of_a);
        EXPECT_EQ(b.statuses(), of_b);
    }
    EventType event_of(Side& side)
    {
        AsyncEvent event;
        EXPECT_TRUE(side.context.get_async_event(event));
        EXPECT_EQ(event.qp, &side.qp);
        return event.event_type;
    }
    void no_event(Side& side)
    {
        AsyncEvent event;
        EXPECT_FALSE(side.context.get_async_event(event)) << event_type_str(event.event_type);
    }
};

}  // namespace

TEST_P(Statuses, Success)
{
    ASSERT_TRUE(b.qp.post_recv(b.receive(5000)));
    ASSERT_TRUE(a.post(a.send(5000)));
    expect({Status::success}, {Status::success});
}

TEST_P(Statuses, LocalLengthAtTheReceiver)
{
    ASSERT_TRUE(b.qp.post_recv(b.receive(99)));
    ASSERT_TRUE(a.post(a.send(100)));
    expect({Status::remote_invalid_request}, {Status::local_length});
    EXPECT_EQ(b.qp.state(), QpState::err);
    no_event(b);
}

TEST_P(Statuses, LocalQpOperation)
{
    QpAttr attr;
    attr.qp_state = QpState::sqd;
    ASSERT_TRUE(a.qp.modify(attr, qp_attr::kState));
    attr.max_rd_atomic = 0;
    ASSERT_TRUE(a.qp.modify(attr, qp_attr::kMaxQpRdAtomic));
    attr.qp_state = QpState::rts;
    ASSERT_TRUE(a.qp.modify(attr, qp_attr::kState));
    SendWr read = a.write(100, b);
    read.opcode = WrOpcode::rdma_read;
    ASSERT_TRUE(a.post(read));
    expect({Status::local_qp_operation}, {});
}

TEST_P(Statuses, LocalProtection)
{
    SendWr wr = a.write(100, b);
    a.sge.addr = a.mr.addr + a.mr.length - 99;
    ASSERT_TRUE(a.post(wr));
    expect({Status::local_protection}, {});
}

TEST_P(Statuses, NoKeyIsNoWayRound)
{
    SendWr wr = a.write(100, b);
    a.sge.lkey = 0;
    ASSERT_TRUE(a.post(wr));
    expect({Status::local_protection}, {});
}

TEST_P(Statuses, FlushedBehindAnError)
{
    SendWr bad = a.write(100, b);
    bad.rdma.rkey = 0;
    ASSERT_TRUE(a.post(bad));
    ASSERT_TRUE(a.post(a.write(100, b)));
    expect({Status::remote_access, Status::flushed}, {});
}

TEST_P(Statuses, RemoteAccessByKeyRangeRightsAndDomain)
{
    ProtectionDomain& other = b.context.alloc_pd();
    const verbs::MemoryRegion& foreign = other.reg_mr(nullptr, 4096, access::kAll);
    const verbs::MemoryRegion& readable = b.pd.reg_mr(nullptr, 4096, access::kRemoteRead);
    const SendWr::Rdma targets[] = {{b.mr.addr, b.mr.rkey + 256 * 77},
                                    {b.mr.addr + b.mr.length - 99, b.mr.rkey},
                                    {foreign.addr, foreign.rkey},
                                    {readable.addr, readable.rkey}};
    for (const SendWr::Rdma& target : targets) {
        Linked fresh(short_timeouts(GetParam()));
        fresh.b.context.alloc_pd().reg_mr(nullptr, 4096, access::kAll);  // the same keys as here
        fresh.b.pd.reg_mr(nullptr, 4096, access::kRemoteRead);
        SendWr wr = fresh.a.write(100, fresh.b);
        wr.rdma = target;
        ASSERT_TRUE(fresh.a.post(wr));
        fresh.settle();
        EXPECT_EQ(fresh.a.statuses(), Ends{Status::remote_access});
        EXPECT_EQ(event_of(fresh.b), EventType::qp_access_err);
        EXPECT_EQ(fresh.b.qp.state(), QpState::err);
    }
}

/// qp_access_flags: a QP that does not allow the operation at all calls it an invalid request.
TEST_P(Statuses, RemoteInvalidRequestByTheQpsRights)
{
    const struct {
        WrOpcode opcode;
        uint32_t right;
    } kCases[] = {{WrOpcode::rdma_write, access::kRemoteWrite},
                  {WrOpcode::rdma_read, access::kRemoteRead},
                  {WrOpcode::atomic_fetch_and_add, access::kRemoteAtomic},
                  {WrOpcode::atomic_cmp_and_swp, access::kRemoteAtomic}};
    for (const auto& one : kCases)
        for (bool allowed : {false, true}) {
            Linked fresh(short_timeouts(GetParam()));
            QpAttr attr;
            attr.qp_access_flags = allowed ? one.right : access::kAll & ~one.right;
            ASSERT_TRUE(fresh.b.qp.modify(attr, qp_attr::kAccessFlags)) << "RTS to RTS";
            SendWr wr = fresh.a.write(8, fresh.b);
            wr.opcode = one.opcode;
            ASSERT_TRUE(fresh.a.post(wr));
            fresh.settle();
            EXPECT_EQ(fresh.a.statuses(), Ends{allowed ? Status::success : Status::remote_invalid_request});
            if (allowed) continue;
            EXPECT_EQ(event_of(fresh.b), EventType::qp_req_err);
        }
}

TEST_P(Statuses, AtomicsNeedTheRightAndEightAlignedBytes)
{
    const verbs::MemoryRegion& no_atomics = b.pd.reg_mr(nullptr, 64, access::kRemoteRead);
    SendWr wr = a.write(8, b);
    wr.opcode = WrOpcode::atomic_fetch_and_add;
    wr.atomic = {no_atomics.addr, 1, 0, no_atomics.rkey};
    ASSERT_TRUE(a.post(wr));
    expect({Status::remote_access}, {});

    Linked odd(short_timeouts(GetParam()));
    SendWr unaligned = odd.a.write(8, odd.b);
    unaligned.opcode = WrOpcode::atomic_fetch_and_add;
    unaligned.atomic.remote_addr += 4;
    ASSERT_TRUE(odd.a.post(unaligned));
    odd.settle();
    EXPECT_EQ(odd.a.statuses(), Ends{Status::remote_invalid_request});
}

/// The receiver's own key is bad: its receive ends with a protection error, the sender hears of an operation
/// error.
TEST_P(Statuses, RemoteOperation)
{
    RecvWr wr = b.receive(200);
    b.sge.lkey += 256 * 9;
    ASSERT_TRUE(b.qp.post_recv(wr));
    ASSERT_TRUE(a.post(a.send(100)));
    expect({Status::remote_operation}, {Status::local_protection});
    no_event(b);
}

TEST_P(Statuses, RetryExceeded)
{
    pair.hosts.rig().script = [](const Seen&) {
        Fate fate;
        fate.drop = true;
        return fate;
    };
    ASSERT_TRUE(a.post(a.write(100, b)));
    expect({Status::retry_exceeded}, {});
    EXPECT_EQ(pair.hosts.rig().seen_of(PacketKind::data, 0).size(), 3u) << "retry_cnt 2";
}

TEST_P(Statuses, RnrRetryExceeded)
{
    ASSERT_TRUE(a.post(a.send(100)));
    expect({Status::rnr_retry_exceeded}, {});
    EXPECT_EQ(pair.hosts.rig().seen_of(PacketKind::nak, 1).size(), 3u) << "rnr_retry 2";
}

INSTANTIATE_TEST_SUITE_P(Transports, Statuses,
                         testing::Values(Reliability::go_back_n, Reliability::irn, Reliability::rud),
                         transport_of);

TEST(StatusOfUd, LocalLengthBeyondTheMtu)
{
    Linked pair(short_timeouts(), init_of(QpType::ud));
    AhAttr to_b;
    to_b.dest = 1;
    SendWr wr = pair.a.send(1025);
    wr.ud = {&pair.a.pd.create_ah(to_b), pair.b.qp.qp_num, 0x1234};
    ASSERT_TRUE(pair.a.post(wr));
    EXPECT_EQ(pair.a.statuses(), Ends{Status::local_length});
    EXPECT_EQ(pair.a.qp.state(), QpState::sqe);
}

/// The strings of ibv_wc_status_str, and the constants' names.
TEST(StatusNames, AreLibibverbs)
{
    const struct {
        Status status;
        const char *text, *name;
    } kExpected[] = {
        {Status::success, "success", "IBV_WC_SUCCESS"},
        {Status::local_length, "local length error", "IBV_WC_LOC_LEN_ERR"},
        {Status::local_qp_operation, "local QP operation error", "IBV_WC_LOC_QP_OP_ERR"},
        {Status::local_protection, "local protection error", "IBV_WC_LOC_PROT_ERR"},
        {Status::flushed, "Work Request Flushed Error", "IBV_WC_WR_FLUSH_ERR"},
        {Status::remote_invalid_request, "remote invalid request error", "IBV_WC_REM_INV_REQ_ERR"},
        {Status::remote_access, "remote access error", "IBV_WC_REM_ACCESS_ERR"},
        {Status::remote_operation, "remote operation error", "IBV_WC_REM_OP_ERR"},
        {Status::retry_exceeded, "transport retry counter exceeded", "IBV_WC_RETRY_EXC_ERR"},
        {Status::rnr_retry_exceeded, "RNR retry counter exceeded", "IBV_WC_RNR_RETRY_EXC_ERR"},
    };
    for (const auto& one : kExpected) {
        EXPECT_STREQ(wc_status_str(one.status), one.text);
        EXPECT_STREQ(status_name(one.status), one.name);
    }
}

}  // namespace hpnsim::test

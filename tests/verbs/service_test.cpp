// SPDX-License-Identifier: GPL-2.0-only
// Tests what each operation of each service brings, and what its completions say.
#include "two_hosts.hpp"

#include "hpnsim/frame.hpp"
#include "hpnsim/headers.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace hpnsim::test
{
namespace
{

using namespace verbs;

class Operations : public testing::TestWithParam<Reliability>
{
protected:
    Linked pair{short_timeouts(GetParam())};
    Side& a = pair.a;
    Side& b = pair.b;

    void SetUp() override
    {
        for (size_t i = 0; i < a.bytes.size(); ++i) {
            a.bytes[i] = static_cast<std::byte>(i * 7);
            b.bytes[i] = static_cast<std::byte>(i * 13 + 5);
        }
    }
    WorkCompletion only(Side& side)
    {
        const auto all = side.poll();
        EXPECT_EQ(all.size(), 1u);
        return all.empty() ? WorkCompletion() : all[0];
    }
};

}  // namespace

TEST_P(Operations, SendWithImmediate)
{
    RecvWr receive = b.receive(4000);
    receive.wr_id = 42;
    ASSERT_TRUE(b.qp.post_recv(receive));
    SendWr wr = a.send(3000);
    wr.opcode = WrOpcode::send_with_imm;
    wr.imm_data = 0xCAFE;
    ASSERT_TRUE(a.post(wr, 7));
    pair.settle();
    const WorkCompletion sent = only(a), got = only(b);
    EXPECT_EQ(sent.wr_id, 7u);
    EXPECT_EQ(sent.opcode, WcOpcode::send);
    EXPECT_EQ(sent.qp_num, a.qp.qp_num);
    EXPECT_EQ(got.wr_id, 42u);
    EXPECT_EQ(got.opcode, WcOpcode::recv);
    EXPECT_EQ(got.byte_len, 3000u);
    EXPECT_EQ(got.wc_flags, wc_flags::kWithImm);
    EXPECT_EQ(got.imm_data, 0xCAFEu);
    EXPECT_EQ(got.qp_num, b.qp.qp_num);
    EXPECT_EQ(got.src_qp, a.qp.qp_num);
    EXPECT_EQ(std::memcmp(a.bytes.data(), b.bytes.data() + 8192, 3000), 0);
}

TEST_P(Operations, WriteWithImmediate)
{
    ASSERT_TRUE(b.qp.post_recv(RecvWr()));
    SendWr wr = a.write(3000, b);
    wr.opcode = WrOpcode::rdma_write_with_imm;
    wr.imm_data = 5;
    ASSERT_TRUE(a.post(wr));
    pair.settle();
    EXPECT_EQ(only(a).opcode, WcOpcode::rdma_write);
    const WorkCompletion got = only(b);
    EXPECT_EQ(got.opcode, WcOpcode::recv_rdma_with_imm);
    EXPECT_EQ(got.byte_len, 3000u);
    EXPECT_EQ(got.imm_data, 5u);
    EXPECT_EQ(std::memcmp(a.bytes.data(), b.bytes.data(), 3000), 0);
}

TEST_P(Operations, Read)
{
    SendWr wr = a.write(5000, b);
    wr.opcode = WrOpcode::rdma_read;
    ASSERT_TRUE(a.post(wr));
    pair.settle();
    const WorkCompletion done = only(a);
    EXPECT_EQ(done.opcode, WcOpcode::rdma_read);
    EXPECT_EQ(done.byte_len, 5000u);
    EXPECT_EQ(std::memcmp(a.bytes.data(), b.bytes.data(), 5000), 0);
    EXPECT_TRUE(b.poll().empty());
}

TEST_P(Operations, Atomics)
{
    uint64_t before = 0, word = 0;
    std::memcpy(&before, b.bytes.data(), 8);
    SendWr add = a.write(8, b);
    add.opcode = WrOpcode::atomic_fetch_and_add;
    add.atomic.compare_add = 5;
    ASSERT_TRUE(a.post(add));
    pair.settle();
    std::memcpy(&word, a.bytes.data(), 8);
    EXPECT_EQ(only(a).opcode, WcOpcode::fetch_add);
    EXPECT_EQ(word, before);
    SendWr swap = a.write(8, b);
    swap.opcode = WrOpcode::atomic_cmp_and_swp;
    swap.atomic.compare_add = before + 5;
    swap.atomic.swap = 77;
    ASSERT_TRUE(a.post(swap));
    pair.settle();
    std::memcpy(&word, a.bytes.data(), 8);
    EXPECT_EQ(only(a).opcode, WcOpcode::comp_swap);
    EXPECT_EQ(word, before + 5);
    std::memcpy(&word, b.bytes.data(), 8);
    EXPECT_EQ(word, 77u);
}

/// After the invalidation the key opens nothing.
TEST_P(Operations, SendWithInvalidate)
{
    verbs::MemoryRegion& once = b.pd.reg_mr(nullptr, 4096, access::kAll);
    ASSERT_TRUE(b.qp.post_recv(b.receive(100)));
    SendWr wr = a.send(10);
    wr.opcode = WrOpcode::send_with_inv;
    wr.invalidate_rkey = once.rkey;
    ASSERT_TRUE(a.post(wr));
    pair.settle();
    only(a);
    const WorkCompletion got = only(b);
    EXPECT_EQ(got.wc_flags, wc_flags::kWithInv);
    EXPECT_EQ(got.invalidated_rkey, once.rkey);
    SendWr late = a.write(10, b);
    late.rdma = {once.addr, once.rkey};
    ASSERT_TRUE(a.post(late));
    pair.settle();
    EXPECT_EQ(only(a).status, Status::remote_access);
}

TEST_P(Operations, NothingNeedsNoKey)
{
    SendWr wr = a.write(0, b);
    wr.num_sge = 0;
    wr.rdma = {0, 0};
    ASSERT_TRUE(a.post(wr));
    pair.settle();
    EXPECT_EQ(only(a).status, Status::success);
}

/// A fenced SEND stays back until the READ before it is answered.
TEST_P(Operations, Fence)
{
    for (bool fenced : {false, true}) {
        Linked fresh(short_timeouts(GetParam()));
        bool answered = false;
        int early = 0;
        fresh.hosts.rig().script = [&](const Seen& s) {
            if (s.packet.opcode == Opcode::read_response_last) answered = true;
            early += s.packet.opcode == Opcode::send_only && !answered;
            return Fate{};
        };
        ASSERT_TRUE(fresh.b.qp.post_recv(fresh.b.receive(100)));
        SendWr read = fresh.a.write(5000, fresh.b);
        read.opcode = WrOpcode::rdma_read;
        ASSERT_TRUE(fresh.a.post(read));
        SendWr wr = fresh.a.send(10);
        if (fenced) wr.send_flags |= send_flags::kFence;
        ASSERT_TRUE(fresh.a.post(wr));
        fresh.settle();
        EXPECT_EQ(early, fenced ? 0 : 1);
        EXPECT_EQ(fresh.a.statuses(), std::vector<Status>(2, Status::success));
    }
}

/// Packets carry what the QP was told: number, PSN, priority, DSCP, source port.
TEST_P(Operations, TheAddressVectorIsOnTheWire)
{
    TwoHosts hosts(short_timeouts(GetParam()));
    Side from(hosts.context(0), init_of(QpType::rc)), to(hosts.context(1), init_of(QpType::rc));
    QpAttr attr = attributes(&to.qp, 1);
    attr.ah_attr.sl = 5;
    attr.ah_attr.traffic_class = 40 << 2;
    attr.ah_attr.udp_sport = 0xC123;
    bring_to(from.qp, QpState::rts, attr);
    bring_to(to.qp, QpState::rts, attributes(&from.qp, 0));
    ASSERT_TRUE(from.post(from.write(10, to)));
    hosts.settle();
    const Packet packet = hosts.rig().seen_of(PacketKind::data, 0).at(0).packet;
    EXPECT_EQ(packet.psn, 100u);
    EXPECT_EQ(wire_qp(packet.dst_qp), to.qp.qp_num);
    EXPECT_EQ(packet.priority, 5);
    EXPECT_EQ(packet.dscp, 40);
    EXPECT_EQ(packet.source_port, 0xC123);
}

INSTANTIATE_TEST_SUITE_P(Transports, Operations,
                         testing::Values(Reliability::go_back_n, Reliability::irn, Reliability::rud),
                         transport_of);

/// QPs 2 and 2: 2 x 2 = 4, no higher bits to fold, so 0xC004 (rdma-core: rdma_calc_flow_label).
TEST(SourcePort, ComesFromTheQpNumbers)
{
    Linked pair;
    ASSERT_EQ(pair.a.qp.qp_num, 2u);
    ASSERT_EQ(pair.b.qp.qp_num, 2u);
    ASSERT_TRUE(pair.a.post(pair.a.write(10, pair.b)));
    pair.settle();
    EXPECT_EQ(pair.hosts.rig().seen_of(PacketKind::data, 0).at(0).packet.source_port, 0xC004);
}

/// QPs 2000 and 2000: 4,000,000 = 0x3D0900; folded by 20 bits 0x3D0903, 20 bits of it 0xD0903; its upper six
/// bits, 0x34, over its lower fourteen, 0x0903: 0x0937.
TEST(SourcePort, FoldsWhatDoesNotFit)
{
    TwoHosts hosts;
    Side a(hosts.context(0), init_of(QpType::rc)), b(hosts.context(1), init_of(QpType::rc));
    const auto last_of_many = [](Side& side) -> QueuePair& {
        QpInitAttr init = init_of(QpType::rc);
        init.send_cq = init.recv_cq = &side.cq;
        for (int i = 0; i < 1997; ++i) side.pd.create_qp(init);
        return side.pd.create_qp(init);
    };
    QueuePair& here = last_of_many(a);
    QueuePair& there = last_of_many(b);
    ASSERT_EQ(here.qp_num, 2000u);
    bring_to(here, QpState::rts, attributes(&there, 1));
    ASSERT_TRUE(here.post_send(a.write(10, b)));
    hosts.rig().run_until(microseconds(1));
    EXPECT_EQ(hosts.rig().seen_of(PacketKind::data, 0).at(0).packet.source_port, 0xC937);
}

/// BTH's solicited event bit: on the last packet of a solicited message, and nowhere else.
TEST(Solicited, IsABitOfTheLastPacket)
{
    Linked pair;
    ASSERT_TRUE(pair.b.qp.post_recv(pair.b.receive(2000)));
    std::vector<bool> bits;
    pair.hosts.rig().script = [&](const Seen& s) {
        uint8_t bytes[kMaxFrameBytes];
        DecodedFrame frame;
        EXPECT_EQ(decode_frame(bytes, encode_frame(s.packet, Framing::roce, bytes), frame), "");
        if (s.packet.kind == PacketKind::data) bits.push_back(frame.bth.solicited);
        EXPECT_EQ(frame.packet.solicited, frame.bth.solicited);
        return Fate{};
    };
    SendWr wr = pair.a.send(2000);
    wr.send_flags |= send_flags::kSolicited;
    ASSERT_TRUE(pair.a.post(wr));
    pair.settle();
    EXPECT_EQ(bits, (std::vector<bool>{false, true}));
}

/// A datagram to whoever has the Q_Key, 40 bytes behind the start of the buffer.
TEST(Datagrams, CarryTheirSenderAndNeedTheKey)
{
    Linked pair(short_timeouts(), init_of(QpType::ud));
    Side &a = pair.a, &b = pair.b;
    AhAttr to_b;
    to_b.dest = 1;
    AddressHandle& ah = a.pd.create_ah(to_b);
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(b.qp.post_recv(b.receive(500)));
    std::memset(a.bytes.data(), 3, 100);
    SendWr wr = a.send(100);
    wr.send_flags |= send_flags::kSolicited;
    b.cq.req_notify(true);
    for (uint32_t key : {0x1234U, 0x9999U, 0x80000000U}) {  // right, wrong, "the QP's own"
        wr.ud = {&ah, b.qp.qp_num, key};
        ASSERT_TRUE(a.post(wr));
    }
    pair.settle();
    EXPECT_EQ(b.context.get_cq_event(), &b.cq);
    const auto got = b.poll();
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[0].byte_len, 140u);
    EXPECT_EQ(got[0].wc_flags, wc_flags::kGrh);
    EXPECT_EQ(got[0].src_qp, a.qp.qp_num);
    EXPECT_EQ(std::memcmp(b.bytes.data() + 8192 + 40, a.bytes.data(), 100), 0);
    EXPECT_EQ(pair.hosts.rig().nic(1).counters().strays, 1u);
    EXPECT_EQ(a.poll().size(), 3u) << "a datagram is complete when it has left";
    wr.ud.ah = nullptr;
    EXPECT_EQ(a.post(wr).error, EINVAL);
}

/// UC: a WRITE that the QP does not allow is dropped without a word, and the next message arrives.
TEST(Unreliable, ForbiddenWritesVanish)
{
    Linked pair(short_timeouts(), init_of(QpType::uc));
    QpAttr attr;
    attr.qp_access_flags = 0;
    ASSERT_TRUE(pair.b.qp.modify(attr, qp_attr::kAccessFlags));
    std::memset(pair.a.bytes.data(), 3, 3000);
    ASSERT_TRUE(pair.a.post(pair.a.write(3000, pair.b)));
    ASSERT_TRUE(pair.b.qp.post_recv(pair.b.receive(3000)));
    ASSERT_TRUE(pair.a.post(pair.a.send(3000)));
    pair.settle();
    EXPECT_EQ(pair.b.statuses(), std::vector<Status>{Status::success});
    EXPECT_EQ(static_cast<int>(pair.b.bytes[0]), 0);
    EXPECT_EQ(static_cast<int>(pair.b.bytes[8192]), 3);
    EXPECT_EQ(pair.b.qp.state(), QpState::rts);
}

/// UC: a message that loses a packet is dropped; its receive serves the next message (IBTA 9.8.2).
TEST(Unreliable, TheReceiveOfADroppedMessageIsUsedAgain)
{
    Linked pair(short_timeouts(), init_of(QpType::uc));
    RecvWr receive = pair.b.receive(4000);
    receive.wr_id = 9;
    ASSERT_TRUE(pair.b.qp.post_recv(receive));
    pair.hosts.rig().script = [](const Seen& s) {
        Fate fate;
        fate.drop = s.packet.psn == 101;
        return fate;
    };
    ASSERT_TRUE(pair.a.post(pair.a.send(3000)));
    ASSERT_TRUE(pair.a.post(pair.a.send(2000)));
    pair.settle();
    const auto got = pair.b.poll();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].wr_id, 9u);
    EXPECT_EQ(got[0].byte_len, 2000u);
    EXPECT_EQ(got[0].status, Status::success);
}

/// A network that repeats the packet that was one too many: the receive has ended already.
TEST(Unreliable, AReceiveThatIsTooShortEndsOnce)
{
    Linked pair(short_timeouts(), init_of(QpType::uc));
    ASSERT_TRUE(pair.b.qp.post_recv(pair.b.receive(1500)));
    pair.hosts.rig().script = [](const Seen& s) {
        Fate fate;
        fate.twice = s.packet.psn == 101;
        return fate;
    };
    ASSERT_TRUE(pair.a.post(pair.a.send(3000)));
    pair.settle();
    EXPECT_EQ(pair.b.statuses(), std::vector<Status>{Status::local_length});
}

}  // namespace hpnsim::test

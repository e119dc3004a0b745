// SPDX-License-Identifier: GPL-2.0-only
// Runs verbs programs on the hosts of a simulated network, as docs/verbs.md says.
#include "small_network.hpp"

#include "hpnsim/verbs.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

namespace hpnsim
{
namespace
{

using namespace verbs;
namespace a = qp_attr;

/// Holds a context on each device, and hands the network's completions on to them.
class VerbsNetwork : public CompletionListener
{
public:
    explicit VerbsNetwork(const std::string& topology) : net_(topology, plain_config())
    {
        net_.network.SetListeners(this, nullptr);
        for (uint32_t host = 0; host < 2; ++host) {
            RoceNetDevice& device = net_.network.Device(host);
            Host around;
            around.now = [this] { return net_.network.GetClock().Now(); };
            around.doorbell = [&device] { device.Ring(); };
            around.reads_completions = false;
            contexts_[host] = std::make_unique<Context>(device.GetNic(), around);
        }
    }
    void Completed(RoceNetDevice& device, const Completion& completion, Time) override
    {
        for (const auto& context : contexts_)
            if (&context->nic() == &device.GetNic()) context->deliver(completion);
    }
    Context& context(int host) { return *contexts_[host]; }
    SmallNetwork& net() { return net_; }

private:
    SmallNetwork net_;
    std::unique_ptr<Context> contexts_[2];
};

struct End {
    explicit End(Context& context)
        : pd(context.alloc_pd()), cq(context.create_cq(16)), bytes(1 << 20),
          mr(pd.reg_mr(bytes.data(), bytes.size(), access::kAll)), qp(make_qp())
    {
    }
    QueuePair& make_qp()
    {
        QpInitAttr init;
        init.send_cq = init.recv_cq = &cq;
        init.cap.max_send_wr = init.cap.max_recv_wr = 4;
        return pd.create_qp(init);
    }
    void connect(uint32_t dest, const QueuePair& peer)
    {
        QpAttr attr;
        attr.port_num = 1;
        attr.qp_access_flags = access::kAll;
        attr.ah_attr.dest = dest;
        attr.path_mtu = Mtu::mtu_4096;
        attr.dest_qp_num = peer.qp_num;
        attr.timeout = 8;
        attr.retry_cnt = 7;
        attr.max_rd_atomic = attr.max_dest_rd_atomic = 4;
        const uint32_t masks[] = {a::kPkeyIndex | a::kPort | a::kAccessFlags,
                                  a::kAv | a::kPathMtu | a::kDestQpn | a::kRqPsn | a::kMaxDestRdAtomic |
                                      a::kMinRnrTimer,
                                  a::kSqPsn | a::kTimeout | a::kRetryCnt | a::kRnrRetry | a::kMaxQpRdAtomic};
        for (int i = 0; i < 3; ++i) {
            attr.qp_state = static_cast<QpState>(i + 1);
            const Outcome outcome = qp.modify(attr, masks[i] | a::kState);
            EXPECT_TRUE(outcome) << outcome.why;
        }
    }
    Outcome write(const End& to, uint64_t wr_id)
    {
        Sge sge{mr.addr, 1 << 20, mr.lkey};
        SendWr wr;
        wr.wr_id = wr_id;
        wr.sg_list = &sge;
        wr.num_sge = 1;
        wr.opcode = WrOpcode::rdma_write;
        wr.send_flags = send_flags::kSignaled;
        wr.rdma = {to.mr.addr, to.mr.rkey};
        return qp.post_send(wr);
    }

    ProtectionDomain& pd;
    CompletionQueue& cq;
    std::vector<std::byte> bytes;
    verbs::MemoryRegion& mr;
    QueuePair& qp;
};

}  // namespace

/// Twice 1 MiB crosses a star at the pace of its links, and every byte is there.
TEST(VerbsOnNs3, WritesMoveBytesBetweenHosts)
{
    VerbsNetwork world("star:hosts=2");
    End client(world.context(0)), server(world.context(1));
    client.connect(1, server.qp);
    server.connect(0, client.qp);
    std::memset(client.bytes.data(), 0x42, client.bytes.size());
    ASSERT_TRUE(client.write(server, 11));
    ASSERT_TRUE(client.write(server, 12));
    WorkCompletion wc[4];
    const Time payload = transmit_time(2 << 20, world.context(0).query_port(1).active_rate);
    world.net().run_until(payload);
    ASSERT_EQ(client.cq.poll(4, wc), 1) << "the first is there, the second cannot be";
    EXPECT_EQ(wc[0].wr_id, 11u);
    world.net().run_until(payload + microseconds(10));
    ASSERT_EQ(client.cq.poll(4, wc), 1) << "2 % of headers, and a round trip of a few us";
    EXPECT_EQ(wc[0].wr_id, 12u);
    EXPECT_EQ(wc[0].status, Status::success);
    EXPECT_EQ(client.bytes, server.bytes);
    world.net().run();
    world.net().expect_empty();
}

/// Completions that a RESET has overtaken do not turn up afterwards.
TEST(VerbsOnNs3, ErrorFlushesAndResetForgets)
{
    VerbsNetwork world("star:hosts=2");
    End client(world.context(0)), server(world.context(1));
    client.connect(1, server.qp);
    server.connect(0, client.qp);
    ASSERT_TRUE(client.write(server, 1));
    QpAttr attr;
    attr.qp_state = QpState::err;
    ASSERT_TRUE(client.qp.modify(attr, a::kState));
    world.net().run();
    WorkCompletion wc[4];
    ASSERT_EQ(client.cq.poll(4, wc), 1);
    EXPECT_EQ(wc[0].status, Status::flushed);
    ASSERT_TRUE(client.write(server, 2));
    attr.qp_state = QpState::reset;
    ASSERT_TRUE(client.qp.modify(attr, a::kState));
    ASSERT_TRUE(server.qp.modify(attr, a::kState));
    world.net().run();
    EXPECT_EQ(client.cq.poll(4, wc), 0);
    client.connect(1, server.qp);
    server.connect(0, client.qp);
    ASSERT_TRUE(client.write(server, 3));
    world.net().run();
    ASSERT_EQ(client.cq.poll(4, wc), 1);
    EXPECT_EQ(wc[0].wr_id, 3u);
    EXPECT_EQ(wc[0].status, Status::success);
    world.net().expect_empty();
}

}  // namespace hpnsim

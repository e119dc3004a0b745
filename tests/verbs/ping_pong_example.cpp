// SPDX-License-Identifier: GPL-2.0-only
// This is the program of docs/verbs.md, which shows the part between the two marks; a test compares them.
#include "two_hosts.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>

namespace hpnsim::test
{
namespace
{

// begin: docs/verbs.md
using namespace hpnsim::verbs;

/// One end of a ping-pong: what an rdma example calls its context struct.
struct PingPong {
    explicit PingPong(Context& context)
        : pd(context.alloc_pd()), cq(context.create_cq(16)),
          mr(pd.reg_mr(buffer, sizeof buffer, access::kLocalWrite)), qp(make_qp())
    {
    }
    QueuePair& make_qp()
    {
        QpInitAttr init;
        init.send_cq = init.recv_cq = &cq;
        init.cap.max_send_wr = init.cap.max_recv_wr = 4;
        init.qp_type = QpType::rc;
        return pd.create_qp(init);
    }
    void connect(uint32_t endpoint, const QueuePair& peer)
    {
        QpAttr attr;
        attr.qp_state = QpState::init;
        attr.port_num = 1;
        check(
            qp.modify(attr, qp_attr::kState | qp_attr::kPkeyIndex | qp_attr::kPort | qp_attr::kAccessFlags));
        attr.qp_state = QpState::rtr;
        attr.ah_attr.dest = endpoint;
        attr.path_mtu = Mtu::mtu_1024;
        attr.dest_qp_num = peer.qp_num;
        attr.max_dest_rd_atomic = 1;
        attr.min_rnr_timer = 12;
        check(qp.modify(attr, qp_attr::kState | qp_attr::kAv | qp_attr::kPathMtu | qp_attr::kDestQpn |
                                  qp_attr::kRqPsn | qp_attr::kMaxDestRdAtomic | qp_attr::kMinRnrTimer));
        attr.qp_state = QpState::rts;
        attr.timeout = 14;
        attr.retry_cnt = 7;
        attr.rnr_retry = 7;
        attr.max_rd_atomic = 1;
        check(qp.modify(attr, qp_attr::kState | qp_attr::kSqPsn | qp_attr::kTimeout | qp_attr::kRetryCnt |
                                  qp_attr::kRnrRetry | qp_attr::kMaxQpRdAtomic));
    }
    void receive()
    {
        Sge sge{mr.addr, sizeof buffer, mr.lkey};
        RecvWr wr;
        wr.sg_list = &sge;
        wr.num_sge = 1;
        check(qp.post_recv(wr));
    }
    void send(const char* text)
    {
        std::strcpy(buffer, text);
        Sge sge{mr.addr, static_cast<uint32_t>(std::strlen(text) + 1), mr.lkey};
        SendWr wr;
        wr.sg_list = &sge;
        wr.num_sge = 1;
        wr.opcode = WrOpcode::send;
        wr.send_flags = send_flags::kSignaled;
        check(qp.post_send(wr));
    }
    static void check(const Outcome& outcome)
    {
        if (!outcome) throw VerbsError(outcome.error, outcome.why);
    }

    char buffer[64] = "";
    ProtectionDomain& pd;
    CompletionQueue& cq;
    verbs::MemoryRegion& mr;
    QueuePair& qp;
};

std::string ping_pong(TwoHosts& world)
{
    PingPong client(world.context(0)), server(world.context(1));
    client.connect(1, server.qp);
    server.connect(0, client.qp);
    const auto wait_for = [&](PingPong& side, WcOpcode what) {
        WorkCompletion wc;
        do {
            while (side.cq.poll(1, &wc) == 0)
                world.step();  // an rdma program would spin; here time must pass
            if (wc.status != Status::success) throw std::runtime_error(wc_status_str(wc.status));
        } while (wc.opcode != what);
    };
    std::string story;
    for (int i = 0; i < 3; ++i) {
        server.receive();
        client.send("ping");
        wait_for(client, WcOpcode::send);  // the buffer is free again
        client.receive();
        wait_for(server, WcOpcode::recv);
        story += server.buffer;
        server.send("pong");
        wait_for(client, WcOpcode::recv);
        story += client.buffer;
    }
    return story;
}
// end: docs/verbs.md

std::string between_marks(const std::string& path, const std::string& begin, const std::string& end)
{
    std::ifstream file(path);
    std::stringstream all;
    all << file.rdbuf();
    const std::string text = all.str();
    const size_t from = text.find(begin), to = text.find(end, from + begin.size());
    if (from == std::string::npos || to == std::string::npos) return path + " lacks its marks";
    return text.substr(from + begin.size(), to - from - begin.size());
}

}  // namespace

TEST(PingPong, GoesBackAndForth)
{
    TwoHosts world;
    EXPECT_EQ(ping_pong(world), "pingpongpingpongpingpong");
    EXPECT_LT(world.rig().now(), microseconds(20)) << "three round trips over 1 us each way, and ACKs";
}

TEST(PingPong, TheDocumentShowsThisProgram)
{
    const std::string source = HPNSIM_VERBS_SOURCE;
    EXPECT_EQ(between_marks(source + "/docs/verbs.md", "```cpp\n", "```"),
              between_marks(source + "/tests/verbs/ping_pong_example.cpp", "// begin: docs/verbs.md\n",
                            "// end: docs/verbs.md"));
}

}  // namespace hpnsim::test

// SPDX-License-Identifier: GPL-2.0-only
// Moves packets over the cable between the two hosts, and wakes their NICs.
#include "two_hosts.hpp"

#include <stdexcept>

namespace hpnsim::test
{

using namespace verbs;
namespace a = qp_attr;

RigOptions short_timeouts(Reliability reliability)
{
    RigOptions options;
    options.nic.reliability = reliability;
    options.nic.mtu = 1024;
    options.nic.retry.rto = microseconds(100);
    return options;
}

std::string transport_of(const testing::TestParamInfo<Reliability>& parameter)
{
    const char* names[] = {"gbn", "irn", "rud"};
    return names[static_cast<int>(parameter.param)];
}

TwoHosts::TwoHosts(const RigOptions& options) : rig_(options)
{
    for (int host = 0; host < 2; ++host) {
        const Host around{[this] { return rig_.now(); }, [this, host] { rig_.ring(host); }};
        contexts_[host] = std::make_unique<Context>(rig_.nic(host), around);
    }
    rig_.on_done = [this](const Done& one) { contexts_[one.nic]->deliver(one.completion); };
}

namespace
{

QpInitAttr with_queues(QpInitAttr init, CompletionQueue& cq)
{
    if (init.send_cq == nullptr) init.send_cq = &cq;
    if (init.recv_cq == nullptr) init.recv_cq = &cq;
    return init;
}

}  // namespace

Side::Side(Context& ctx, QpInitAttr init)
    : context(ctx), pd(ctx.alloc_pd()), cq(ctx.create_cq(64)), bytes(16'384),
      mr(pd.reg_mr(bytes.data(), bytes.size(), access::kAll)), qp(pd.create_qp(with_queues(init, cq)))
{
}

SendWr Side::send(uint32_t length)
{
    SendWr wr;
    sge = {mr.addr, length, mr.lkey};
    wr.sg_list = &sge;
    wr.num_sge = 1;
    wr.send_flags = send_flags::kSignaled;
    return wr;
}

SendWr Side::write(uint32_t length, const Side& to)
{
    SendWr wr = send(length);
    wr.opcode = WrOpcode::rdma_write;
    wr.rdma = {to.mr.addr, to.mr.rkey};
    wr.atomic.remote_addr = to.mr.addr;
    wr.atomic.rkey = to.mr.rkey;
    return wr;
}

RecvWr Side::receive(uint32_t length)
{
    RecvWr wr;
    sge = {mr.addr + 8192, length, mr.lkey};
    wr.sg_list = &sge;
    wr.num_sge = 1;
    return wr;
}

Outcome Side::post(SendWr wr, uint64_t wr_id)
{
    wr.wr_id = wr_id;
    return qp.post_send(wr);
}

std::vector<WorkCompletion> Side::poll()
{
    std::vector<WorkCompletion> all(64);
    all.resize(static_cast<size_t>(cq.poll(64, all.data())));
    return all;
}

std::vector<Status> Side::statuses()
{
    std::vector<Status> list;
    for (const WorkCompletion& wc : poll()) list.push_back(wc.status);
    return list;
}

QpInitAttr init_of(QpType type)
{
    QpInitAttr init;
    init.qp_type = type;
    init.cap.max_send_wr = init.cap.max_recv_wr = 16;
    return init;
}

QpAttr attributes(const QueuePair* peer, uint32_t dest)
{
    QpAttr attr;
    attr.path_mtu = Mtu::mtu_1024;
    attr.qkey = 0x1234;
    attr.rq_psn = dest == 0 ? 100 : 200;  // endpoint n sends from 100 + 100 n
    attr.sq_psn = dest == 0 ? 200 : 100;
    attr.dest_qp_num = peer != nullptr ? peer->qp_num : 2;
    attr.qp_access_flags = access::kAll;
    attr.ah_attr.dest = dest;
    attr.max_rd_atomic = attr.max_dest_rd_atomic = 4;
    attr.min_rnr_timer = 1;  // 10 us
    attr.port_num = 1;
    attr.timeout = 5;  // 131 us
    attr.retry_cnt = 2;
    attr.rnr_retry = 2;
    return attr;
}

uint32_t mask_to(QpType type, QpState to)
{
    const bool ud = type == QpType::ud, rc = type == QpType::rc;
    switch (to) {
    case QpState::init:
        return a::kState | a::kPkeyIndex | a::kPort | (ud ? a::kQkey : a::kAccessFlags);
    case QpState::rtr:
        return a::kState | (ud ? 0 : a::kAv | a::kPathMtu | a::kDestQpn | a::kRqPsn) |
               (rc ? a::kMaxDestRdAtomic | a::kMinRnrTimer : 0);
    case QpState::rts:
        return a::kState | a::kSqPsn |
               (rc ? a::kTimeout | a::kRetryCnt | a::kRnrRetry | a::kMaxQpRdAtomic : 0);
    default:
        return a::kState;
    }
}

void bring_to(QueuePair& qp, QpState state, const QpAttr& attr)
{
    for (QpState next : {QpState::init, QpState::rtr, QpState::rts}) {
        if (next > state) break;
        QpAttr step = attr;
        step.qp_state = next;
        const Outcome outcome = qp.modify(step, mask_to(qp.type(), next));
        if (!outcome) throw std::runtime_error(outcome.why);
    }
}

Linked::Linked(const RigOptions& options, QpInitAttr init)
    : hosts(options), a(hosts.context(0), init), b(hosts.context(1), init)
{
    bring_to(a.qp, QpState::rts, attributes(&b.qp, 1));
    bring_to(b.qp, QpState::rts, attributes(&a.qp, 0));
}

}  // namespace hpnsim::test

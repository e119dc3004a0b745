// SPDX-License-Identifier: GPL-2.0-only
// Queue pairs come into being, change state, and end in error (IBTA 10.3.1, 10.2.4).
#include "hpnsim/nic.hpp"
#include "hpnsim/random.hpp"
#include "hpnsim/timers.hpp"
#include "qp.hpp"

#include <algorithm>
#include <cassert>
#include <new>

namespace hpnsim
{

namespace
{

constexpr uint64_t kQpStream = 1;  // kind of random stream (random.hpp)

size_t align_up(size_t size, size_t align)
{
    return (size + align - 1) / align * align;
}

int or_else(int value, int nics)
{
    return value >= 0 ? value : nics;
}

}  // namespace

const char* status_name(Status status)
{
    switch (status) {
    case Status::success:
        return "IBV_WC_SUCCESS";
    case Status::local_length:
        return "IBV_WC_LOC_LEN_ERR";
    case Status::local_qp_operation:
        return "IBV_WC_LOC_QP_OP_ERR";
    case Status::local_protection:
        return "IBV_WC_LOC_PROT_ERR";
    case Status::flushed:
        return "IBV_WC_WR_FLUSH_ERR";
    case Status::remote_invalid_request:
        return "IBV_WC_REM_INV_REQ_ERR";
    case Status::remote_access:
        return "IBV_WC_REM_ACCESS_ERR";
    case Status::remote_operation:
        return "IBV_WC_REM_OP_ERR";
    case Status::retry_exceeded:
        return "IBV_WC_RETRY_EXC_ERR";
    case Status::rnr_retry_exceeded:
        return "IBV_WC_RNR_RETRY_EXC_ERR";
    }
    return "?";
}

/// One block of memory: the QP, then the states of its three algorithms.
Qp& Nic::make_qp()
{
    const SlotOps* slots[3] = {&config_.cc.ops->slot, &config_.path.ops->slot, &config_.receiver.ops->slot};
    size_t size = sizeof(Qp);
    size_t offset[3];
    for (int i = 0; i < 3; ++i) {
        offset[i] = align_up(size, std::max(slots[i]->state_align, alignof(void*)));
        size = offset[i] + slots[i]->state_size;
    }
    memory_.push_back(std::make_unique<std::byte[]>(size + alignof(Qp)));
    auto* base = reinterpret_cast<std::byte*>(
        align_up(reinterpret_cast<uintptr_t>(memory_.back().get()), alignof(Qp)));
    Qp* qp = new (base) Qp();
    qp->cc = base + offset[0];
    qp->path = base + offset[1];
    qp->receiver = base + offset[2];
    qp->number = static_cast<uint32_t>(qps_.size());
    qps_.push_back(qp);
    deadlines_.add();
    return *qp;
}

uint32_t Nic::create_qp(const QpConfig& config, Time now)
{
    Qp& qp = make_qp();
    apply(qp, config, now);
    return qp.number;
}

/// Everything that a QP is told, from PSNs to timers; its queues are empty afterwards.
void Nic::apply(Qp& qp, const QpConfig& config, Time now)
{
    reset_qp(qp);
    qp.peer = config.peer;
    qp.peer_qp = config.peer_qp;
    qp.service = config.service;
    qp.priority = config.priority >= 0 ? static_cast<Priority>(config.priority) : config_.priority;
    qp.dscp = config.priority >= 0 ? config.dscp : config_.dscp;
    qp.retries = or_else(config.retries, config_.retries);
    qp.rnr_retries = or_else(config.rnr_retries, config_.rnr_retries);
    qp.rnr_timer = static_cast<uint8_t>(or_else(config.rnr_timer, config_.rnr_timer));
    qp.max_rd_atomic = static_cast<uint8_t>(or_else(config.max_rd_atomic, config_.max_rd_atomic));
    qp.max_dest_rd_atomic = static_cast<uint8_t>(or_else(config.max_dest_rd_atomic, config_.max_rd_atomic));
    qp.ack_timeout =
        config.ack_timeout_code >= 0 ? ack_timeout(config.ack_timeout_code) : config_.ack_timeout;
    if (qp.ack_timeout.ps == 0) qp.ack_timeout = Time::max();
    qp.domain = config.domain;
    qp.qkey = config.qkey;
    qp.resp.queue = config.srq != kNoSrq ? shared_receives_[config.srq].get() : &qp.resp.receives;

    Requester& req = qp.req;
    req.una = req.send = req.end = req.scanned = req.recovery = config.send_psn;
    qp.resp.expected = config.recv_psn;
    qp.own_port = config.home_port;

    Flow& flow = qp.flow;
    flow = Flow();
    flow.now = now;
    flow.next_psn = config.send_psn;
    flow.mtu = config.mtu > 0 ? config.mtu : config_.mtu;
    flow.base_rtt = config.base_rtt;
    flow.hops = config.hops;
    flow.stream = stream_of(config_.seed, kQpStream, config.stream_id);
    flow.source_port = config.source_port;
    choose_ports(qp);
    start_algorithms(qp);
    if (config_.reliability == Reliability::irn && qp.service == Service::rc)
        req.cap = config_.irn_cap > 0 ? config_.irn_cap : std::max(flow.bdp, flow.mtu);
    enter_state(qp, config.state);
    arm_timers(qp);
}

void Nic::start_algorithms(Qp& qp)
{
    Flow& flow = qp.flow;
    flow.bdp = bytes_in(flow.base_rtt, flow.line_rate);
    flow.rate = flow.line_rate;
    config_.cc.ops->slot.make_state(qp.cc);
    config_.path.ops->slot.make_state(qp.path);
    config_.receiver.ops->slot.make_state(qp.receiver);
    config_.path.ops->start(qp.path, flow, config_.path.params);
    config_.cc.ops->start(qp.cc, flow, config_.cc.params);
}

/// Forgets all work without a completion, as the transition to RESET does.
void Nic::reset_qp(Qp& qp)
{
    qp.answering = qp.answer_turn = false;
    qp.req = Requester();
    qp.resp = Responder();
    qp.resp.queue = &qp.resp.receives;
}

void Nic::modify_qp(uint32_t number, const QpConfig& config, Time now)
{
    Qp& qp = *qps_[number];
    Ring<PostedReceive> receives = std::move(qp.resp.receives);
    apply(qp, config, now);
    qp.resp.receives = std::move(receives);
    consider(qp, now);
}

void Nic::modify_qp(uint32_t number, QpState state, Time now)
{
    Qp& qp = *qps_[number];
    if (state == QpState::reset) {
        reset_qp(qp);
        qp.flow.in_flight = qp.flow.backlog = 0;
    }
    enter_state(qp, state);
    if (state == QpState::err) flush(qp);
    admit(qp);
    consider(qp, now);
    arm_timers(qp);
}

QpState Nic::state(uint32_t qp) const
{
    return qps_[qp]->state;
}

void Nic::enter_state(Qp& qp, QpState state)
{
    qp.state = state;
    qp.req.silent = state != QpState::rts && state != QpState::sqd;
    qp.resp.deaf = state == QpState::reset || state == QpState::init || state == QpState::err;
    if (state == QpState::sqd) withdraw_unsent(qp);
}

/// SQD: requests of which nothing has been sent wait again; those begun are finished (IBTA 10.3.1.5).
void Nic::withdraw_unsent(Qp& qp)
{
    Requester& req = qp.req;
    Ring<Waiting> waiting;
    Ring<Wqe> begun;
    Psn psns = 0;
    uint64_t messages = 0;
    for (size_t i = 0; i < req.wqes.size(); ++i) {
        Wqe wqe = req.wqes[i];
        if (wqe.first_psn < qp.flow.next_psn || wqe.response) {
            wqe.first_psn -= psns;
            wqe.message -= messages;
            begun.push_back(wqe);
            continue;
        }
        waiting.push_back({wqe.request, Status::success});
        psns += wqe.packets;
        ++messages;
        if (has_answer(wqe.request.verb)) --req.reads;
        if (takes_receive(wqe.request)) --req.receives_taken;
    }
    req.end -= psns;
    req.messages -= messages;
    for (size_t i = 0; i < req.waiting.size(); ++i) waiting.push_back(req.waiting[i]);
    req.waiting = std::move(waiting);
    req.wqes = std::move(begun);
}

/// The request that holds `psn` ends with `status`, all others are flushed, the QP stays in error.
void Nic::fail(Qp& qp, Status status, Psn psn)
{
    Requester& req = qp.req;
    while (!req.wqes.empty()) {
        const Wqe& wqe = req.wqes.front();
        const bool guilty = psn >= wqe.first_psn && psn < end_of(wqe);
        complete_oldest(qp, guilty ? status : Status::flushed);
    }
    if (qp.service == Service::rc) {
        enter_state(qp, QpState::err);
        flush(qp);
    } else {  // the send queue stops, the receive queue goes on (IBTA 10.3.1.6)
        enter_state(qp, QpState::sqe);
        while (!req.waiting.empty()) {
            complete(qp, req.waiting.front().request, 0, Status::flushed);
            req.waiting.pop_front();
        }
    }
}

/// Completes everything that is posted in error; the timers stop.
void Nic::flush(Qp& qp)
{
    Requester& req = qp.req;
    while (!req.wqes.empty()) complete_oldest(qp, Status::flushed);
    while (!req.waiting.empty()) {
        complete(qp, req.waiting.front().request, 0,
                 req.waiting.front().fault == Status::success ? Status::flushed : req.waiting.front().fault);
        req.waiting.pop_front();
    }
    req.lost = req.reads = 0;
    req.sending_wqe = req.acked_wqe = 0;
    req.psns.clear();
    req.sends.clear();
    qp.flow.in_flight = 0;
    qp.flow.backlog = 0;
    for (Time& due : qp.flow.due) due = Time::max();
    qp.resp.ack_due = Time::max();
    qp.resp.jobs.clear();
    qp.answering = false;
    flush_receives(qp);
}

/// A shared queue outlives the QP.
void Nic::flush_receives(Qp& qp)
{
    ReceiveQueue& receives = qp.resp.receives;
    for (; !receives.empty(); receives.pop_front()) {
        if (receives.front().taken) continue;
        Completion done;
        done.kind = Completion::Kind::received;
        done.status = Status::flushed;
        done.qp = qp.number;
        done.verb = Verb::send;
        done.wr_id = receives.front().request.wr_id;
        completions_.push_back(done);
    }
}

}  // namespace hpnsim

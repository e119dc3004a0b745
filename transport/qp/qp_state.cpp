// SPDX-License-Identifier: GPL-2.0-only
// Changes the state of queue pairs, and ends them in error (IBTA 10.3.1, 10.2.4).
#include "credit/credits.hpp"
#include "hpnsim/nic.hpp"
#include "nic/arming.hpp"

#include <algorithm>

namespace hpnsim
{

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

namespace
{

/// In SQD, requests of which nothing has been sent wait again; those begun are finished (IBTA 10.3.1.5).
void withdraw_unsent(Qp& qp)
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
        if (wqe.asks) --qp.rest.reads;
        if (takes_receive(wqe.request)) --qp.rest.receives_taken;
    }
    req.end -= psns;
    qp.rest.messages -= messages;
    for (size_t i = 0; i < req.waiting->size(); ++i) waiting.push_back((*req.waiting)[i]);
    if (!waiting.empty()) req.waiting.use() = std::move(waiting);
    req.wqes = std::move(begun);
}

/// Counts the messages that arrive in any order and have not all come to the end.
size_t count_arriving(const Responder& resp)
{
    return resp.selective != nullptr ? resp.selective->arriving.size() : 0;
}

}  // namespace

/// Forgets all work without a completion, as the transition to RESET does.
void Nic::reset_qp(Qp& qp)
{
    ReceiveQueue* shared = qp.resp.shared;
    if (shared != nullptr) {  // give back what half-arrived messages have taken of it
        if (qp.resp.message->has_receive) shared->push_back({qp.resp.message->receive, false});
        for (size_t i = 0; i < count_arriving(qp.resp); ++i) {
            const Arriving& message = qp.resp.selective->arriving[i];
            if (message.has_receive) shared->push_back({message.receive, false});
        }
    }
    qp.answering = qp.answer_turn = false;
    set_near_end(config_, qp, false);
    SelectiveSend* sends = qp.req.selective;
    SelectiveReceive* receives = qp.resp.selective;
    qp.req = Requester();
    qp.rest = Rest();
    qp.resp = Responder();
    qp.resp.shared = shared;
    qp.req.selective = sends;
    qp.resp.selective = receives;
    if (sends != nullptr) *sends = SelectiveSend();
    if (receives != nullptr) *receives = SelectiveReceive();
    qp.credit = Rare<CreditState>();
    qp.flow.in_flight = 0;
    add_backlog(config_, qp, -qp.flow.backlog);
    qp.flow.next_psn = 0;
    if (credits_ != nullptr) credits_->forget(qp.index);
    for (Time& due : qp.flow.due) due = Time::max();
    const auto old = [&](const Completion& done) { return done.qp == qp.number; };
    completions_.erase(std::remove_if(completions_.begin(), completions_.end(), old), completions_.end());
}

bool legal_transition(QpState from, QpState to)
{
    constexpr auto bit = [](QpState state) { return 1U << static_cast<unsigned>(state); };
    constexpr unsigned kAlways = bit(QpState::reset) | bit(QpState::err);
    constexpr unsigned kNext[] = {
        bit(QpState::reset) | bit(QpState::init),          // RESET
        kAlways | bit(QpState::init) | bit(QpState::rtr),  // INIT
        kAlways | bit(QpState::rts),                       // RTR
        kAlways | bit(QpState::rts) | bit(QpState::sqd),   // RTS
        kAlways | bit(QpState::rts) | bit(QpState::sqd),   // SQD
        kAlways | bit(QpState::rts),                       // SQE
        kAlways,                                           // ERR
    };
    return (kNext[static_cast<unsigned>(from)] & bit(to)) != 0;
}

bool Nic::modify_qp(uint32_t number, const QpConfig& config, Time now)
{
    Qp& qp = qp_of(number);
    const QpState from = qp.state, to = config.state;
    if (!legal_transition(from, to)) return false;
    if (to != QpState::reset && to != QpState::err) {
        set_common(qp, config);
        if (to == QpState::rtr) set_receiver(qp, config, now);
        if (from == QpState::rtr) set_sender(qp, config);
        if (from == QpState::sqd && to == from) {
            set_address(qp, config);
            requeue(now);
        }
    }
    move_to(qp, to, now);
    return true;
}

bool Nic::modify_qp(uint32_t number, QpState state, Time now)
{
    Qp& qp = qp_of(number);
    if (!legal_transition(qp.state, state)) return false;
    move_to(qp, state, now);
    return true;
}

void Nic::move_to(Qp& qp, QpState state, Time now)
{
    const QpState from = qp.state;
    if (state == QpState::reset) reset_qp(qp);
    if (state != from || state == QpState::reset) enter_state(qp, state);
    if (state == QpState::reset && qp.is_ready) requeue(now);  // it may come back at another port
    if (state == QpState::err && from != state) flush(qp);
    qp.flow.now = now;
    admit(qp);
    consider(qp, now);
    timers_.arm_all(qp);
}

QpState Nic::state(uint32_t qp) const
{
    return qp_of(qp).state;
}

bool Nic::send_queue_drained(uint32_t number) const
{
    const Ring<Wqe>& wqes = qp_of(number).req.wqes;
    for (size_t i = 0; i < wqes.size(); ++i)
        if (!wqes[i].response) return false;
    return true;
}

void Nic::tell(NicEvent::Kind kind, uint32_t subject)
{
    if (watched_) events_.push_back({kind, subject});
}

/// Notes the refusal, unless a receive that ended in error has told its owner already.
void Nic::note_refusal(const Qp& qp, uint8_t code)
{
    if (!completions_.empty()) {
        const Completion& last = completions_.back();
        const bool told = last.kind == Completion::Kind::received && last.status != Status::success;
        if (told && last.qp == qp.number) return;
    }
    tell(code == syndrome::kRemoteAccess ? NicEvent::Kind::access_error : NicEvent::Kind::request_error,
         qp.number);
}

void Nic::enter_state(Qp& qp, QpState state)
{
    qp.state = state;
    qp.reconsider = true;
    qp.req.silent = state != QpState::rts && state != QpState::sqd;
    if (state == QpState::sqd) withdraw_unsent(qp);
}

/// Ends the request that holds `psn` with `status` and flushes all others; the QP stays in error.
void Nic::fail(Qp& qp, Status status, Psn psn)
{
    Requester& req = qp.req;
    set_near_end(config_, qp, false);
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
        for (; !req.waiting->empty(); req.waiting.use().pop_front())
            complete(qp, req.waiting.use().front().request, 0, Status::flushed);
        add_backlog(config_, qp, -qp.flow.backlog);
    }
}

/// Completes everything that is posted in error, and stops the timers.
void Nic::flush(Qp& qp)
{
    Requester& req = qp.req;
    while (!req.wqes.empty()) complete_oldest(qp, Status::flushed);
    for (; !req.waiting->empty(); req.waiting.use().pop_front()) {
        const Waiting& next = req.waiting.use().front();
        complete(qp, next.request, 0, next.fault == Status::success ? Status::flushed : next.fault);
    }
    req.lost = 0;
    qp.rest.reads = 0;
    req.sending_wqe = req.acked_wqe = 0;
    if (req.selective != nullptr) {
        SelectiveSend& selective = *req.selective;
        selective.psns.clear();
        selective.sends.clear();
        selective.probe.due = Time::max();
    }
    qp.flow.in_flight = 0;
    add_backlog(config_, qp, -qp.flow.backlog);
    for (Time& due : qp.flow.due) due = Time::max();
    if (qp.credit) qp.credit.use().rts_due = Time::max();
    req.recovering = false;
    qp.resp.ack_due = Time::max();
    if (qp.resp.answers) qp.resp.answers.use().jobs.clear();
    qp.answering = false;
    flush_taken(qp);
    if (qp.resp.shared != nullptr) tell(NicEvent::Kind::no_more_receives, qp.number);
    flush_receives(qp);
}

/// Flushes the receives. A shared queue outlives the QP and is left alone.
void Nic::flush_receives(Qp& qp)
{
    if (!qp.resp.receives) return;
    ReceiveQueue& receives = qp.resp.receives.use();
    for (; !receives.empty(); receives.pop_front())
        if (!receives.front().taken) flush_receive(qp, receives.front().request.wr_id);
}

/// Flushes the receives of messages that have not arrived to the end, shared ones too.
void Nic::flush_taken(Qp& qp)
{
    Responder& resp = qp.resp;
    if (resp.message->has_receive) {
        flush_receive(qp, resp.message->receive.wr_id);
        resp.message.use().has_receive = false;
    }
    for (size_t i = 0; i < count_arriving(resp); ++i) {
        const Arriving& message = resp.selective->arriving[i];
        if (message.has_receive) flush_receive(qp, message.receive.wr_id);
    }
    if (resp.selective != nullptr) resp.selective->arriving.clear();
}

void Nic::flush_receive(const Qp& qp, uint64_t wr_id)
{
    Completion done;
    done.kind = Completion::Kind::received;
    done.status = Status::flushed;
    done.qp = qp.number;
    done.verb = Verb::send;
    done.wr_id = wr_id;
    completions_.push_back(done);
}

}  // namespace hpnsim

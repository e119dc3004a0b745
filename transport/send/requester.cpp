// SPDX-License-Identifier: GPL-2.0-only
// The sending half of a QP after a packet has left: acknowledgements and completions are handled here.
#include "hpnsim/nic.hpp"
#include "hpnsim/timers.hpp"
#include "nic/arming.hpp"
#include "recovery/recovery.hpp"

#include <algorithm>

namespace hpnsim
{

void Nic::complete(Qp& qp, const WorkRequest& request, Bytes retransmitted, Status status)
{
    if (status != Status::success) counters_.failed += request.bytes;
    if (status == Status::success && !request.signaled) return;
    Completion done;
    done.status = status;
    done.qp = qp.number;
    done.bytes = request.bytes;
    done.retransmitted = retransmitted;
    done.cookie = request.cookie;
    done.verb = request.verb;
    completions_.push_back(done);
}

void Nic::complete_oldest(Qp& qp, Status status)
{
    Requester& req = qp.req;
    const Wqe& wqe = req.wqes.front();
    if (!wqe.response) {
        complete(qp, wqe.request, wqe.retransmitted, status);
        if (wqe.asks) --qp.rest.reads;
    }
    req.wqes.pop_front();
    if (req.sending_wqe > 0) --req.sending_wqe;
    if (req.acked_wqe > 0) --req.acked_wqe;
}

/// Completes requests in the order of posting, when they are acknowledged and answered.
void Nic::complete_ready(Qp& qp)
{
    Requester& req = qp.req;
    while (!req.wqes.empty() && end_of(req.wqes.front()) <= req.una && req.wqes.front().answered)
        complete_oldest(qp, Status::success);
    if (!req.waiting->empty()) admit(qp);
}

void Nic::on_nak(Qp& qp, const Packet& nak, Time now)
{
    if (qp.req.silent) return;
    recovery_.on_nak(*this, qp, nak, now);
    consider(qp, now);
    timers_.arm_changing(qp);
}

namespace
{

/// Returns how a request ends that the responder refused with this syndrome; success: it was not refused.
Status refusal(uint8_t code)
{
    switch (code) {
    case syndrome::kInvalidRequest:
        return Status::remote_invalid_request;
    case syndrome::kRemoteAccess:
        return Status::remote_access;
    case syndrome::kRemoteOperation:
        return Status::remote_operation;
    default:
        return Status::success;
    }
}

}  // namespace

bool Nic::refused(Qp& qp, uint8_t code, Psn psn)
{
    const Status status = refusal(code);
    if (status == Status::success) return false;
    if (psn >= qp.req.una && psn < qp.flow.next_psn) fail(qp, status, psn);
    return true;
}

/// True if the peer has no receive posted and the request is given up.
bool Nic::rnr_exhausted(Qp& qp, uint8_t code, Psn psn, Time now)
{
    Requester& req = qp.req;
    constexpr int kForEver = 7;  // IBTA 9.7.5.2.8
    ++req.rnr_naks;
    if (qp.rnr_retries != kForEver && req.rnr_naks > qp.rnr_retries) {
        fail(qp, Status::rnr_retry_exceeded, psn);
        return true;
    }
    req.blocked_until = now + rnr_wait(code & 31);
    return false;
}

/// Reports a loss that an ACK or a NAK tells of; `nak` came by the path of the lost packet.
void Nic::tell_loss(Qp& qp, const Packet& nak, Psn psn, Bytes lost, Loss why, Time now)
{
    if (config_.path.ops->feedback != nullptr) {
        // A trim at the last hop is the receiver's congestion, and no path is to blame.
        const PathEvent event = why != Loss::trimmed_at_last_hop ? PathEvent::nack
                                : nak.echo_ecn                   ? PathEvent::ecn
                                                                 : PathEvent::good;
        config_.path.ops->feedback(qp.path, qp.flow, config_.path.params, {nak.source_port, nak.plane},
                                   event);
    }
    tell_rate_law(qp, nak, psn, lost, why, now);
}

void Nic::tell_rate_law(Qp& qp, const Packet& nak, Psn psn, Bytes lost, Loss why, Time now)
{
    if (qp.law.ops->on_nack == nullptr) return;
    Nack nack;
    nack.psn = psn;
    nack.lost = lost;
    nack.path = {nak.source_port, nak.plane};
    nack.why = why;
    nack.ecn = nak.echo_ecn;
    nack.rtt = now - nak.sent - nanoseconds(nak.host_delay_ns);
    nack.rtt_valid = !nak.retransmitted || config_.quirks.sample_repaired;
    qp.law.ops->on_nack(qp.cc, qp.flow, qp.law.params, nack);
    law_watch_.check(qp, "on_nack");
}

void Nic::on_cnp(Qp& qp, const Packet& cnp, Time now)
{
    if (qp.law.ops->on_cnp == nullptr) return;
    const Cnp event{{cnp.source_port, cnp.plane}, cnp.cookie, now - cnp.sent};
    qp.law.ops->on_cnp(qp.cc, qp.flow, qp.law.params, event);
    law_watch_.check(qp, "on_cnp");
    consider(qp, now);
    timers_.arm_changing(qp);
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The sending half of a QP after a packet has left: acknowledgements, go-back-N and completions are handled
// here.
#include "hpnsim/digest.hpp"
#include "hpnsim/nic.hpp"
#include "hpnsim/timers.hpp"
#include "nic/arming.hpp"

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
        if (wqe.asks) --req.reads;
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
    if (!req.waiting.empty()) admit(qp);
}

/// Forgets the PSNs below `una`, which count as received (irn, rud).
void Nic::forget_psns(Qp& qp, Psn una)
{
    Requester& req = qp.req;
    for (Psn psn = req.una; psn < una; ++psn) {
        mark_received(qp, psn);
        req.psns.pop_front();
        ++req.una;
    }
}

/// Moves `una` forward, completes what it passes, and returns the payload bytes passed. Under gbn it stops
/// where an answer is missing, because only answers acknowledge the PSNs of a READ.
Bytes Nic::advance(Qp& qp, Psn una, Time now)
{
    Requester& req = qp.req;
    if (static_cast<int64_t>(una - req.una) <= 0 || una > qp.flow.next_psn) return 0;
    Bytes acked = 0;
    Psn from = req.una;
    while (from < una) {
        const Wqe& wqe = req.wqes[req.acked_wqe];
        if (!selective_ && !wqe.answered) break;
        const Psn to = std::min(una, end_of(wqe));
        acked += static_cast<Bytes>(to - from - 1) * qp.mtu + payload_of(wqe, to - 1, qp.mtu) +
                 static_cast<Bytes>(to - from) * qp.flow.header;
        from = to;
        if (to == end_of(wqe)) ++req.acked_wqe;
    }
    if (from == req.una) return 0;
    if (selective_) {
        forget_psns(qp, from);
    } else if (from >= req.send) {  // the ACK came late, after the sender went back
        qp.flow.in_flight = 0;
        req.send = from;
        req.sending_wqe = req.acked_wqe;
    } else {
        qp.flow.in_flight -= acked;
    }
    req.una = from;
    req.progress = now;
    forgive(qp);
    if (req.acked_wqe > 0 || !req.waiting.empty()) complete_ready(qp);
    return acked;
}

/// Whether the ACK tells the round trip of one transmission, by PeerQuirks::sample_repaired; asked before it
/// is taken in.
bool Nic::samples(const Qp& qp, const Packet& ack) const
{
    const Requester& req = qp.req;
    const Psn psn = unwrap_psn(ack.echo_psn, req.una);
    if (psn < req.una || psn >= req.una + req.psns.size()) return false;
    const PsnState& state = req.psns[psn - req.una];
    return state.is == PsnState::Is::in_flight && state.resent == (ack.retransmitted ? 1 : 0);
}

[[gnu::always_inline]] inline void Nic::tell_ack(Qp& qp, const Packet& packet, Bytes acked, Time now)
{
    Requester& req = qp.req;
    Ack ack;
    ack.psn = unwrap_psn(packet.echo_psn, req.una);
    ack.acked = acked;
    ack.received = std::max<Bytes>(packet.received - req.seen_received, 0);
    ack.marked = std::max<Bytes>(packet.marked - req.seen_marked, 0);
    req.seen_received += ack.received;
    if (config_.quirks.count_received) qp.flow.in_flight -= ack.received;
    req.seen_marked += ack.marked;
    ack.rtt = now - packet.sent;
    ack.host_delay = nanoseconds(packet.host_delay_ns);
    ack.rtt_valid = config_.quirks.sample_repaired ? req.sampled : !packet.retransmitted;
    if (config_.selective.sleek) note_probe(qp, packet, ack);
    ack.ecn = packet.echo_ecn;
    ack.path = {packet.source_port, packet.plane};
    ack.out_of_order = packet.out_of_order;
    ack.payload = digest::pack(packet.feedback, config_.digest);  // without digests the feedback alone
    if (packet.telemetry != nullptr) {
        ack.hop_count = packet.hop_count;
        ack.hops = packet.telemetry->hop;
        ack.int_wrap = config_.quirks.int_wrap;
    }
    if (config_.path.ops->feedback != nullptr)
        config_.path.ops->feedback(qp.path, qp.flow, config_.path.params, ack.path,
                                   ack.ecn ? PathEvent::ecn : PathEvent::good);
    if (ack.ecn && config_.quirks.marks_are_cnps && qp.law.ops->on_cnp != nullptr) {
        qp.law.ops->on_cnp(qp.cc, qp.flow, qp.law.params, {ack.path, 0, ack.rtt});
        check_law(qp, "on_cnp");
    }
    if (qp.law.ops->on_ack == nullptr) return;
    qp.law.ops->on_ack(qp.cc, qp.flow, qp.law.params, ack);
    check_law(qp, "on_ack");
}

void Nic::on_ack(Qp& qp, const Packet& ack, Time now)
{
    if (qp.req.silent) return;
    if (config_.quirks.sample_repaired) qp.req.sampled = samples(qp, ack);
    qp.req.rts_unanswered = 0;
    if (selective_) selective_ack(qp, ack, now);
    const Psn past = unwrap_psn(ack.psn, qp.req.una) + 1;
    const Bytes acked = advance(qp, past, now);
    if (!selective_ && static_cast<int64_t>(past - qp.req.una) > 0 && past <= qp.flow.next_psn)
        implied_nak(qp);
    tell_ack(qp, ack, acked, now);
    if (config_.selective.sleek) sleek_ack(qp, ack, now);
    consider(qp, now);
    arm_timers(qp);
    if (config_.quirks.pacing == Pacing::rate_retimed) pull_wake_in(qp, now);
}

void Nic::on_nak(Qp& qp, const Packet& nak, Time now)
{
    if (qp.req.silent) return;
    if (selective_)
        selective_nak(qp, nak, now);
    else
        go_back_nak(qp, nak, now);
    consider(qp, now);
    arm_timers(qp);
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

/// The NAK names the PSN that the receiver expects: everything before it has arrived.
void Nic::go_back_nak(Qp& qp, const Packet& nak, Time now)
{
    Requester& req = qp.req;
    const Psn expected = unwrap_psn(nak.psn, req.una);
    const Bytes acked = advance(qp, expected, now);
    if (refused(qp, nak.syndrome, expected)) return;
    if (config_.quirks.naks_are_acks && nak.syndrome == syndrome::kSequence) {
        go_back(qp);
        tell_ack(qp, nak, acked, now);
        return;
    }
    if (expected != req.una) {
        if (expected > req.una && expected < qp.flow.next_psn) implied_nak(qp);
        return;
    }
    if ((nak.syndrome & 0xE0) == syndrome::kRnr) {
        if (rnr_exhausted(qp, nak.syndrome, expected, now)) return;
    } else if (req.send > req.una) {
        tell_loss(qp, nak, req.una, qp.flow.in_flight, Loss::out_of_order, now);
    }
    go_back(qp);
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
    check_law(qp, "on_nack");
}

void Nic::on_cnp(Qp& qp, const Packet& cnp, Time now)
{
    if (qp.law.ops->on_cnp == nullptr) return;
    const Cnp event{{cnp.source_port, cnp.plane}, cnp.cookie, now - cnp.sent};
    qp.law.ops->on_cnp(qp.cc, qp.flow, qp.law.params, event);
    check_law(qp, "on_cnp");
    consider(qp, now);
    arm_timers(qp);
}

void Nic::go_back(Qp& qp)
{
    qp.req.send = qp.req.una;
    qp.req.sending_wqe = qp.req.acked_wqe;
    qp.flow.in_flight = 0;
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The sending half of a QP: work requests cut into packets, acknowledgements, go-back-N, timeouts.
#include "hpnsim/nic.hpp"
#include "hpnsim/timers.hpp"
#include "qp.hpp"

#include <algorithm>
#include <cassert>

namespace hpnsim
{

void Nic::post_send(uint32_t number, const WorkRequest& request, Time now)
{
    assert(request.bytes >= 1 && request.bytes <= Bytes{1} << 31);
    Qp& qp = *qps_[number];
    Requester& req = qp.req;
    counters_.posted += request.bytes;
    Wqe wqe;
    wqe.first_psn = req.end;
    wqe.packets = static_cast<uint32_t>((request.bytes + config_.mtu - 1) / config_.mtu);
    wqe.verb = request.verb;
    wqe.bytes = request.bytes;
    wqe.cookie = request.cookie;
    wqe.message = req.messages++;
    req.wqes.push_back(wqe);
    if (req.error) {
        complete_oldest(qp, Status::flushed);
        return;
    }
    req.end += wqe.packets;
    qp.flow.backlog += wqe.bytes;
    qp.flow.now = now;
    consider(qp, now);
}

Packet* Nic::make_data(Qp& qp, uint8_t port, Time now)
{
    Requester& req = qp.req;
    const bool repair = selective_ && req.lost > 0;
    const Psn psn = repair ? next_lost(qp) : req.send;
    Wqe& wqe = repair ? wqe_of(req, psn) : req.wqes[req.sending_wqe];

    Packet* packet = pool_.take();
    packet->kind = PacketKind::data;
    packet->priority = kDataPriority;
    packet->src = config_.endpoint;
    packet->dst = qp.peer;
    packet->dst_qp = qp.peer_qp;
    packet->plane = port;
    packet->ect = config_.ecn_capable;
    packet->stamped = config_.telemetry;
    packet->source_port = config_.path.ops->pick(qp.path, qp.flow, config_.path.params, psn, port);
    packet->psn = wire_psn(psn);
    packet->last_of_message = psn + 1 == wqe.first_psn + wqe.packets;
    packet->takes_receive = wqe.verb == Verb::send;
    packet->message = wqe.message;
    packet->message_bytes = static_cast<uint32_t>(wqe.bytes);
    packet->cookie = wqe.cookie;
    packet->sent = now;
    packet->retransmitted = psn < qp.flow.next_psn;
    set_size(*packet, wqe, psn);

    account_sent(qp, wqe, *packet, psn, now);
    packet->received = qp.flow.backlog;
    packet->ack_request = packet->last_of_message || packet->retransmitted || !may_send(qp);
    if (config_.cc.ops->on_send != nullptr) {
        const Sent sent{psn, packet->payload, {packet->source_port, port}, packet->retransmitted};
        config_.cc.ops->on_send(qp.cc, qp.flow, config_.cc.params, sent);
    }
    return packet;
}

void Nic::set_size(Packet& packet, const Wqe& wqe, Psn psn) const
{
    const bool reth = wqe.verb == Verb::write && psn == wqe.first_psn;
    packet.payload = static_cast<uint32_t>(payload_of(wqe, psn, config_.mtu));
    packet.wire_bytes = data_wire_bytes(*config_.wire, packet.payload, reth, config_.telemetry);
}

void Nic::account_sent(Qp& qp, Wqe& wqe, const Packet& packet, Psn psn, Time now)
{
    Requester& req = qp.req;
    const bool again = packet.retransmitted;
    ++counters_.data_packets;
    if (again) {
        counters_.retransmitted += packet.payload;
        wqe.retransmitted += packet.payload;
    } else {
        qp.flow.backlog -= packet.payload;
        ++qp.flow.next_psn;
        if (selective_) req.psns.push_back({PsnState::Is::in_flight, false, now});
    }
    if (selective_ && again) {
        req.psns[psn - req.una] = {PsnState::Is::in_flight, true, now};
        --req.lost;
        req.first_lost = psn + 1;
    } else {
        if (psn == req.una) req.progress = now;
        req.send = psn + 1;
        if (packet.last_of_message) ++req.sending_wqe;
    }
    qp.flow.in_flight += packet.payload;
    req.last_sent = now;
    req.last_wire = packet.wire_bytes;
    req.last_payload = packet.payload;
    if (selective_) req.sends.push_back({psn, now});
}

void Nic::complete_oldest(Qp& qp, Status status)
{
    Requester& req = qp.req;
    const Wqe& wqe = req.wqes.front();
    if (status != Status::success) counters_.failed += wqe.bytes;
    completions_.push_back(
        {Completion::Kind::sent, status, qp.number, wqe.bytes, wqe.retransmitted, wqe.cookie});
    req.wqes.pop_front();
    if (req.sending_wqe > 0) --req.sending_wqe;
}

/// Moves `una` forward, completing what it passes; returns the payload bytes passed.
Bytes Nic::advance(Qp& qp, Psn una, Time now)
{
    Requester& req = qp.req;
    if (static_cast<int64_t>(una - req.una) <= 0 || una > qp.flow.next_psn) return 0;
    Bytes acked = 0;
    Psn from = req.una;
    while (from < una) {
        const Wqe& wqe = req.wqes.front();
        const Psn wqe_end = wqe.first_psn + wqe.packets;
        const Psn to = std::min(una, wqe_end);
        acked += static_cast<Bytes>(to - from - 1) * config_.mtu + payload_of(wqe, to - 1, config_.mtu);
        from = to;
        if (to == wqe_end) complete_oldest(qp, Status::success);
    }
    if (selective_) {
        for (Psn psn = req.una; psn < una; ++psn) {
            mark_received(qp, psn);
            req.psns.pop_front();
            ++req.una;
        }
    } else if (una >= req.send) {
        qp.flow.in_flight = 0;
        req.send = una;
        req.sending_wqe = 0;
    } else {
        qp.flow.in_flight -= acked;
    }
    req.una = una;
    req.progress = now;
    req.timeouts = 0;
    return acked;
}

void Nic::on_ack(Qp& qp, const Packet& ack, Time now)
{
    if (qp.req.error) return;
    if (selective_) selective_ack(qp, ack);
    const Bytes acked = advance(qp, unwrap_psn(ack.psn, qp.req.una) + 1, now);
    tell_ack(qp, ack, acked, now);
    consider(qp, now);
    arm_timers(qp);
}

void Nic::tell_ack(Qp& qp, const Packet& packet, Bytes acked, Time now)
{
    Requester& req = qp.req;
    Ack ack;
    ack.psn = unwrap_psn(packet.echo_psn, req.una);
    ack.acked = acked;
    ack.received = std::max<Bytes>(packet.received - req.seen_received, 0);
    ack.marked = std::max<Bytes>(packet.marked - req.seen_marked, 0);
    req.seen_received += ack.received;
    req.seen_marked += ack.marked;
    ack.rtt = now - packet.sent;
    ack.rtt_valid = !packet.retransmitted;
    ack.ecn = packet.echo_ecn;
    ack.path = {packet.source_port, packet.plane};
    ack.out_of_order = packet.out_of_order;
    if (packet.telemetry != nullptr) {
        ack.hop_count = packet.hop_count;
        ack.hops = packet.telemetry->hop;
    }
    if (config_.path.ops->feedback != nullptr)
        config_.path.ops->feedback(qp.path, qp.flow, config_.path.params, ack.path,
                                   ack.ecn ? PathEvent::ecn : PathEvent::good);
    if (config_.cc.ops->on_ack != nullptr) config_.cc.ops->on_ack(qp.cc, qp.flow, config_.cc.params, ack);
}

void Nic::on_nak(Qp& qp, const Packet& nak, Time now)
{
    Requester& req = qp.req;
    if (req.error) return;
    if (selective_) {
        selective_nak(qp, nak, now);
    } else {
        // The NAK names the PSN that the receiver expects: everything before it has arrived.
        const Psn expected = unwrap_psn(nak.psn, req.una);
        advance(qp, expected, now);
        if (expected == req.una) {
            if ((nak.syndrome & 0xE0) == syndrome::kRnr)
                req.blocked_until = now + rnr_wait(nak.syndrome & 31);
            else if (req.send > req.una)
                tell_loss(qp, nak, req.una, qp.flow.in_flight, Loss::out_of_order, now);
            go_back(qp);
        }
    }
    consider(qp, now);
    arm_timers(qp);
}

void Nic::tell_loss(Qp& qp, const Packet& nak, Psn psn, Bytes lost, Loss why, Time now)
{
    Nack nack;
    nack.psn = psn;
    nack.lost = lost;
    nack.path = {nak.source_port, nak.plane};
    nack.why = why;
    nack.ecn = nak.echo_ecn;
    nack.rtt = now - nak.sent;
    nack.rtt_valid = !nak.retransmitted;
    if (config_.path.ops->feedback != nullptr) {
        // A trim at the last hop is the receiver's congestion: no path is to blame.
        const PathEvent event = why != Loss::trimmed_at_last_hop ? PathEvent::nack
                                : nack.ecn                       ? PathEvent::ecn
                                                                 : PathEvent::good;
        config_.path.ops->feedback(qp.path, qp.flow, config_.path.params, nack.path, event);
    }
    if (config_.cc.ops->on_nack != nullptr) config_.cc.ops->on_nack(qp.cc, qp.flow, config_.cc.params, nack);
}

void Nic::on_cnp(Qp& qp, const Packet& cnp, Time now)
{
    if (qp.req.error || config_.cc.ops->on_cnp == nullptr) return;
    config_.cc.ops->on_cnp(qp.cc, qp.flow, config_.cc.params, {{cnp.source_port, cnp.plane}, cnp.cookie});
    consider(qp, now);
    arm_timers(qp);
}

void Nic::go_back(Qp& qp)
{
    qp.req.send = qp.req.una;
    qp.req.sending_wqe = 0;
    qp.flow.in_flight = 0;
}

void Nic::timeout(Qp& qp, Time now)
{
    Requester& req = qp.req;
    ++counters_.timeouts;
    if (++req.timeouts > config_.retries) {
        fail(qp);
        return;
    }
    const auto tell = [&](Bytes lost) {
        if (config_.path.ops->feedback != nullptr)
            config_.path.ops->feedback(qp.path, qp.flow, config_.path.params, {}, PathEvent::timeout);
        if (config_.cc.ops->on_timeout != nullptr)
            config_.cc.ops->on_timeout(qp.cc, qp.flow, config_.cc.params, {lost, req.timeouts});
    };
    if (selective_) {
        tell(expired_bytes(qp, now));
        selective_timeout(qp, now);
    } else {
        tell(qp.flow.in_flight);
        go_back(qp);
        req.progress = now;
    }
}

/// The retries are used up: the oldest request fails, the others are flushed, the QP stays in error.
void Nic::fail(Qp& qp)
{
    Requester& req = qp.req;
    req.error = true;
    complete_oldest(qp, Status::retry_exceeded);
    while (!req.wqes.empty()) complete_oldest(qp, Status::flushed);
    req.lost = 0;
    req.psns.clear();
    req.sends.clear();
    qp.flow.in_flight = 0;
    qp.flow.backlog = 0;
    for (Time& due : qp.flow.due) due = Time::max();
    qp.resp.ack_due = Time::max();
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// What all reliable transports do with a data packet and with an ACK. Each transport is compiled into its own
// copy of both, which are the entries of its table, so that one packet takes one call by a pointer. Internal
// to the transport.
#pragma once

#include "hpnsim/delivery_bins.hpp"
#include "hpnsim/digest.hpp"
#include "nic/arming.hpp"
#include "nic/turns.hpp"
#include "receive/ask_policy.hpp"
#include "recovery/recovery.hpp"
#include "recovery/sleek.hpp"

#include <algorithm>

namespace hpnsim
{

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
    if (config_.selective.sleek && recovery_.told_by_overtaking) Sleek::note_probe(qp, packet, ack);
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
        law_watch_.check(qp, "on_cnp");
    }
    if (qp.law.ops->on_ack == nullptr) return;
    qp.law.ops->on_ack(qp.cc, qp.flow, qp.law.params, ack);
    law_watch_.check(qp, "on_ack");
}

/// `Transport` has `on_ack`: it takes in what the ACK acknowledges and what it tells of losses, and returns
/// the bytes that it moves `una` by.
template <class Transport> void Nic::take_ack(Nic& nic, Qp& qp, const Packet& ack, Time now)
{
    if (qp.req.silent) return;
    if (qp.flow.credited) qp.credit.use().rts_unanswered = 0;
    const Bytes acked = Transport::on_ack(nic, qp, ack, now);
    nic.tell_ack(qp, ack, acked, now);
    if (nic.config_.selective.sleek && nic.recovery_.told_by_overtaking) Sleek::on_ack(nic, qp, ack, now);
    nic.consider(qp, now);
    nic.timers_.arm_changing(qp);
    if (nic.config_.quirks.pacing == Pacing::rate_retimed) nic.scheduler_.pull_wake_in(qp, nic.gate_, now);
}

/// `Transport` has `accept`, which takes the packet or answers it, and `owes_ack`, which tells whether a
/// packet that has been taken and counted calls for an ACK by itself.
template <class Transport> void Nic::take_data(Nic& nic, Qp& qp, Packet& data, uint8_t port, Time now)
{
    Responder& resp = qp.resp;
    const Reply reply = nic.ask_policy(qp, data, port, now);
    if (reply.cnp) nic.send_cnp(qp, data, port, now);
    if (qp.service != Service::rc) {
        nic.on_unreliable(qp, data, port, now);
        return;
    }
    const bool first_ever = resp.received == 0;
    const Placement placed = Transport::accept(nic, qp, data, port, now);
    if (qp.answering) nic.consider(qp, now);
    if (placed == Placement::none) return;
    note_delivery(nic.config_, data.payload, port, now);
    const Bytes size = static_cast<Bytes>(data.payload) + qp.flow.header;
    resp.received += size;
    if (data.ce) resp.marked += size;
    ++resp.unacked;
    resp.unacked_bytes += size;
    const bool owed = Transport::owes_ack(nic.config_, resp, data, placed);
    if (owed || data.ack_request || reply.ack_now || first_ever)
        nic.owe_reply(qp, data, 0, port, now);
    else if (nic.config_.quirks.acks_in_time)
        nic.delay_ack(qp, data, port, now);
}

}  // namespace hpnsim

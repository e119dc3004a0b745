// SPDX-License-Identifier: GPL-2.0-only
// Makes what a receiver sends back: ACKs, at once or coalesced, NAKs and CNPs.
#include "hpnsim/nic.hpp"
#include "nic/arming.hpp"
#include "recovery/recovery.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Moves the records of INT from the data to the packet that answers it.
void echo_telemetry(Packet& data, Packet& reply)
{
    reply.telemetry = data.telemetry;
    reply.hop_count = data.hop_count;
    data.telemetry = nullptr;
}

}  // namespace

[[gnu::always_inline]] inline Packet* Nic::make_reply(const Qp& qp, const Arrival& data, PacketKind kind)
{
    Packet* reply = pool_.take();
    const bool in_class = kind != PacketKind::cnp && (config_.ack_in_data_class || qp.resp.replies_in_order);
    reply->kind = kind;
    reply->opcode = kind == PacketKind::cnp ? Opcode::cnp : Opcode::acknowledge;
    reply->priority = in_class ? qp.priority : config_.control_priority;
    reply->dscp = in_class ? qp.dscp : config_.control_dscp;
    reply->src = endpoint_;
    reply->dst = qp.peer;
    reply->dst_qp = qp.peer_qp;
    reply->plane = (live_ports_ >> data.port & 1) != 0 || live_ports_ == 0
                       ? data.port
                       : static_cast<uint8_t>(__builtin_ctz(live_ports_));
    reply->source_port = data.source_port;
    reply->dest_port = data.dest_port;
    reply->sent = data.sent;
    reply->host_delay_ns = data.host_delay_ns;
    reply->retransmitted = data.retransmitted;
    reply->echo_psn = data.psn;
    reply->echo_ecn = data.ce;
    reply->feedback = data.feedback;
    reply->msn = qp.resp.msn & 0xffffff;
    reply->wire_bytes = config_.wire->ack;
    return reply;
}

[[gnu::always_inline]] inline Packet* Nic::make_ack(Qp& qp, const Arrival& data)
{
    Responder& resp = qp.resp;
    ++counters_.acks;
    Packet* ack = make_reply(qp, data, PacketKind::ack);
    ack->syndrome = syndrome::kAck;
    ack->psn = wire_psn(resp.expected - 1);
    ack->received = resp.received;
    ack->marked = resp.marked;
    ack->out_of_order = resp.out_of_order;
    if (config_.telemetry) ack->wire_bytes = config_.wire->ack_telemetry;
    if (resp.out_of_order > 0) recovery_.fill_bitmap(config_, resp, data, *ack);
    resp.unacked = 0;
    resp.unacked_bytes = 0;
    resp.ack_due = Time::max();
    return ack;
}

/// Remembers what a later reply must know of the packet that it answers. Such a reply tells of no mark of its
/// own, and goes to RoCE's port.
void Nic::remember_arrival(Qp& qp, const Packet& data, uint8_t port, Time now)
{
    HeldReply& held = held_reply(qp.resp);
    Arrival& arrival = held.arrival;
    arrival.sent = data.sent;
    arrival.host_delay_ns = data.host_delay_ns;
    arrival.psn = data.psn;
    arrival.source_port = data.source_port;
    arrival.port = port;
    arrival.feedback = data.feedback;
    arrival.retransmitted = data.retransmitted;
    held.arrived = now;
}

/// Nothing asks for an ACK yet, but one must go out in time: the sender's window may have shrunk meanwhile,
/// so that no further packet of it would ever ask.
void Nic::delay_ack(Qp& qp, const Packet& data, uint8_t port, Time now)
{
    Responder& resp = qp.resp;
    remember_arrival(qp, data, port, now);
    if (resp.ack_due != Time::max()) return;
    resp.ack_due = now + config_.acks.delay;
    timers_.arm(qp, resp.ack_due);
}

void Nic::send_delayed_ack(Qp& qp, Time now)
{
    Responder& resp = qp.resp;
    if (qp.answering) {
        resp.ack_owed = true;
        resp.ack_due = Time::max();
        return;
    }
    const HeldReply& held = held_reply(resp);
    Packet* ack = make_ack(qp, held.arrival);
    ack->hold(now - held.arrived);
    scheduler_.queue(ack);
}

/// Sends an ACK (code 0) or a NAK, at once or behind the answers to READs that are under way.
void Nic::owe_reply(Qp& qp, Packet& data, uint8_t code, uint8_t port, Time now)
{
    if (qp.answering)
        hold_reply(qp, data, code, port, now);
    else if (code == 0)
        send_ack(qp, data, port);
    else
        send_nak(qp, data, code, port);
}

/// The answers to READs that are under way go first.
[[gnu::noinline]] void Nic::hold_reply(Qp& qp, const Packet& data, uint8_t code, uint8_t port, Time now)
{
    remember_arrival(qp, data, port, now);
    if (code == 0)
        qp.resp.ack_owed = true;
    else
        qp.resp.nak_owed = code;
}

void Nic::send_ack(Qp& qp, Packet& data, uint8_t port)
{
    Packet* ack = make_ack(qp, Arrival(data, port));
    if (config_.telemetry) echo_telemetry(data, *ack);
    scheduler_.queue(ack);
}

[[gnu::noinline]] Packet* Nic::make_nak(const Qp& qp, const Arrival& data, uint8_t code, Time held)
{
    ++counters_.naks;
    Packet* nak = make_reply(qp, data, PacketKind::nak);
    nak->hold(held);
    nak->syndrome = code;
    nak->sent -= nanoseconds(nak->host_delay_ns);  // the echoed time names the transmission (irn, rud)
    nak->psn = wire_psn(qp.resp.expected);
    if (config_.quirks.naks_are_acks) {
        nak->echo_psn = wire_psn(qp.resp.expected - 1);
        if (config_.telemetry) nak->wire_bytes = config_.wire->ack_telemetry;
    }
    return nak;
}

void Nic::send_nak(Qp& qp, Packet& data, uint8_t code, uint8_t port)
{
    Packet* nak = make_nak(qp, Arrival(data, port), code, Time{});
    if (config_.quirks.naks_are_acks && config_.telemetry) echo_telemetry(data, *nak);
    scheduler_.queue(nak);
}

/// Sends the NAK that has waited behind answers.
void Nic::send_delayed_nak(Qp& qp, uint8_t code, Time now)
{
    const HeldReply& held = held_reply(qp.resp);
    Arrival arrival = held.arrival;
    arrival.retransmitted = false;
    arrival.feedback = 0;
    scheduler_.queue(make_nak(qp, arrival, code, now - held.arrived));
}

void Nic::send_cnp(Qp& qp, const Packet& data, uint8_t port, Time now)
{
    ++counters_.cnps;
    Packet* cnp = make_reply(qp, Arrival(data, port), PacketKind::cnp);
    cnp->wire_bytes = config_.wire->cnp;
    if (config_.cnp.delay.ps == 0) {
        scheduler_.queue(cnp);
    } else {
        cnp->arrival = now + config_.cnp.delay;
        scheduler_.queue_later(cnp);
    }
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The receiving half of a QP: what is accepted, when it is acknowledged, what is delivered.
#include "hpnsim/nic.hpp"
#include "qp.hpp"

#include <algorithm>

namespace hpnsim
{

void PsnBitmap::reserve(Psn base, Psn span)
{
    // A power of two of words, with one to spare because `base` need not start a word.
    size_t words = words_.empty() ? 4 : words_.size();
    while (words * 64 < span + 64) words *= 2;
    if (words == words_.size()) return;
    PsnBitmap larger;
    larger.words_.resize(words);
    const Psn old_span = words_.size() * 64;
    for (Psn psn = base; psn < base + old_span; ++psn)
        if (test(psn)) larger.set(psn);
    words_ = std::move(larger.words_);
}

void Nic::post_receive(uint32_t qp, uint32_t count)
{
    qps_[qp]->resp.receives += count;
}

void Nic::on_data(Qp& qp, Packet& data, uint8_t port, Time now)
{
    if (qp.req.error) return;  // a QP in error is deaf: the peer's retries run out too
    Responder& resp = qp.resp;
    const Reply reply = ask_policy(qp, data, now);
    if (reply.cnp) send_cnp(qp, data, port, now);
    const bool was_waiting = resp.out_of_order > 0;
    const bool fresh = selective_ ? accept_any_order(qp, data, port) : accept_in_order(qp, data, port);
    if (!fresh) return;
    resp.received += data.payload;
    if (data.ce) resp.marked += data.payload;
    ++resp.unacked;
    resp.unacked_bytes += data.payload;
    // A bitmap spans 64 PSNs: what is not reported yet must not outgrow it.
    const bool bitmap_full = selective_ && resp.out_of_order > 0 &&
                             unwrap_psn(data.psn, resp.expected) >= resp.lowest_unreported + 63;
    const bool hole_closed = was_waiting && resp.out_of_order == 0;
    const bool enough =
        selective_ ? resp.unacked_bytes >= config_.sack_bytes : resp.unacked >= config_.ack_every;
    const bool first_ever = resp.received == data.payload;
    if (data.ack_request || reply.ack_now || enough || bitmap_full || hole_closed || first_ever)
        send_ack(qp, data, port);
    else
        delay_ack(qp, data, port, now);
}

/// Nothing asks for an ACK yet. One goes out in time all the same: the sender's window may have shrunk
/// meanwhile, so that no further packet of it would ever ask.
void Nic::delay_ack(Qp& qp, const Packet& data, uint8_t port, Time now)
{
    Responder& resp = qp.resp;
    resp.arrived = now;
    resp.sent = data.sent;
    resp.psn = data.psn;
    resp.source_port = data.source_port;
    resp.port = port;
    resp.retransmitted = data.retransmitted;
    if (resp.ack_due != Time::max()) return;
    resp.ack_due = now + config_.ack_delay;
    arm(qp, resp.ack_due);
}

void Nic::send_delayed_ack(Qp& qp, Time now)
{
    const Responder& resp = qp.resp;
    Packet data;
    data.psn = resp.psn;
    data.source_port = resp.source_port;
    data.retransmitted = resp.retransmitted;
    data.sent = resp.sent + (now - resp.arrived);  // the receiver's share is not the network's
    send_ack(qp, data, resp.port);
}

Reply Nic::ask_policy(Qp& qp, const Packet& data, Time now)
{
    Received received;
    received.now = now;
    received.qp = qp.number;
    received.payload = data.payload;
    received.ecn = data.ce;
    received.trimmed = data.trimmed;
    received.last_hop = data.last_hop;
    received.wanted = data.received;
    return config_.receiver.ops->on_data(qp.receiver, config_.receiver.params, received);
}

/// Go-back-N: true for the expected packet; a NAK once per gap, a fresh ACK for a duplicate.
bool Nic::accept_in_order(Qp& qp, const Packet& data, uint8_t port)
{
    Responder& resp = qp.resp;
    const auto ahead = static_cast<int64_t>(unwrap_psn(data.psn, resp.expected) - resp.expected);
    if (ahead < 0) {
        if (!data.trimmed) send_ack(qp, const_cast<Packet&>(data), port);
        return false;
    }
    if (ahead > 0 || data.trimmed) {
        if (!resp.nak_sent) send_nak(qp, data, syndrome::kSequence, port);
        resp.nak_sent = true;
        return false;
    }
    if (!resp.in_message && !take_receive(qp, data)) {
        send_nak(qp, data, rnr_syndrome(), port);
        resp.nak_sent = true;
        return false;
    }
    ++resp.expected;
    resp.nak_sent = false;
    resp.in_message = !data.last_of_message;
    if (data.last_of_message) deliver(qp, data);
    return true;
}

/// Any order: true for a packet seen for the first time.
bool Nic::accept_any_order(Qp& qp, const Packet& data, uint8_t port)
{
    Responder& resp = qp.resp;
    const Psn psn = unwrap_psn(data.psn, resp.expected);
    const bool old = static_cast<int64_t>(psn - resp.expected) < 0;
    if (!old) resp.holds.reserve(resp.expected, std::max<Psn>(psn - resp.expected + 1, 64));
    if (old || resp.holds.test(psn)) {
        send_ack(qp, const_cast<Packet&>(data), port);
        return false;
    }
    if (data.trimmed) {
        send_nak(qp, data, data.last_hop ? syndrome::kTrimmedLastHop : syndrome::kTrimmed, port);
        return false;
    }
    if (!assemble(qp, data)) {
        send_nak(qp, data, rnr_syndrome(), port);
        return false;
    }
    // One bitmap spans 64 PSNs. What waits for its ACK and this packet may not fit into one.
    if (resp.unacked > 0 && (psn + 63 < resp.highest_unreported || psn > resp.lowest_unreported + 63))
        send_delayed_ack(qp, qp.flow.now);
    resp.lowest_unreported = resp.unacked == 0 ? psn : std::min(resp.lowest_unreported, psn);
    resp.highest_unreported = resp.unacked == 0 ? psn : std::max(resp.highest_unreported, psn);
    resp.holds.set(psn);
    ++resp.out_of_order;
    for (; resp.holds.test(resp.expected); ++resp.expected, --resp.out_of_order)
        resp.holds.clear(resp.expected);
    return true;
}

/// Counts a packet into its message, whichever comes first; false: no receive is posted for it.
bool Nic::assemble(Qp& qp, const Packet& data)
{
    Responder& resp = qp.resp;
    const uint64_t index = data.message - resp.first_message;
    while (resp.assembly.size() <= index) resp.assembly.push_back({});
    Responder::Assembly& message = resp.assembly[index];
    if (!message.started && !take_receive(qp, data)) return false;
    message.started = true;
    message.arrived += data.payload;
    if (message.arrived == data.message_bytes) {
        message.complete = true;
        deliver(qp, data);
    }
    for (; !resp.assembly.empty() && resp.assembly.front().complete; ++resp.first_message)
        resp.assembly.pop_front();
    return true;
}

bool Nic::take_receive(Qp& qp, const Packet& data)
{
    if (!data.takes_receive) return true;
    if (qp.resp.receives == 0) return false;
    --qp.resp.receives;
    return true;
}

void Nic::deliver(Qp& qp, const Packet& data)
{
    counters_.delivered += data.message_bytes;
    const auto kind = data.takes_receive ? Completion::Kind::received : Completion::Kind::placed;
    completions_.push_back({kind, Status::success, qp.number, data.message_bytes, 0, data.cookie});
}

Packet* Nic::make_reply(const Qp& qp, const Packet& data, PacketKind kind, uint8_t port)
{
    Packet* reply = pool_.take();
    reply->kind = kind;
    reply->priority = config_.ack_in_data_class && kind != PacketKind::cnp ? kDataPriority : kControlPriority;
    reply->src = config_.endpoint;
    reply->dst = qp.peer;
    reply->dst_qp = qp.peer_qp;
    reply->plane = port;
    reply->source_port = data.source_port;
    reply->sent = data.sent;
    reply->retransmitted = data.retransmitted;
    reply->echo_psn = data.psn;
    reply->echo_ecn = data.ce;
    reply->wire_bytes = config_.wire->ack;
    return reply;
}

void Nic::queue_reply(Packet* reply)
{
    Port& port = ports_[reply->plane];
    (reply->priority == kControlPriority ? port.control : port.replies).push(reply);
}

void Nic::send_ack(Qp& qp, Packet& data, uint8_t port)
{
    Responder& resp = qp.resp;
    ++counters_.acks;
    Packet* ack = make_reply(qp, data, PacketKind::ack, port);
    ack->psn = wire_psn(resp.expected - 1);
    ack->received = resp.received;
    ack->marked = resp.marked;
    ack->out_of_order = resp.out_of_order;
    if (config_.telemetry) {
        ack->wire_bytes = config_.wire->ack_telemetry;
        ack->telemetry = data.telemetry;
        ack->hop_count = data.hop_count;
        data.telemetry = nullptr;
    }
    if (selective_ && resp.out_of_order > 0) {
        // 64 PSNs that end at the trigger, or begin at the oldest one not yet reported.
        const Psn trigger = unwrap_psn(data.psn, resp.expected);
        Psn base = std::max(resp.expected, resp.unacked > 0 ? resp.lowest_unreported : resp.expected);
        if (static_cast<int64_t>(trigger - base) > 63) base = trigger - 63;
        ack->cookie = base;
        for (Psn bit = 0; bit < 64; ++bit)
            if (resp.holds.test(base + bit)) ack->message |= uint64_t{1} << bit;
    }
    resp.unacked = 0;
    resp.unacked_bytes = 0;
    resp.ack_due = Time::max();
    queue_reply(ack);
}

void Nic::send_nak(Qp& qp, const Packet& data, uint8_t code, uint8_t port)
{
    ++counters_.naks;
    Packet* nak = make_reply(qp, data, PacketKind::nak, port);
    nak->syndrome = code;
    nak->psn = wire_psn(qp.resp.expected);
    queue_reply(nak);
}

void Nic::send_cnp(Qp& qp, const Packet& data, uint8_t port, Time now)
{
    ++counters_.cnps;
    Packet* cnp = make_reply(qp, data, PacketKind::cnp, port);
    cnp->wire_bytes = config_.wire->cnp;
    if (config_.cnp_delay.ps == 0) {
        queue_reply(cnp);
    } else {
        cnp->arrival = now + config_.cnp_delay;
        delayed_.push(cnp);
    }
}

}  // namespace hpnsim

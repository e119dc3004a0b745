// SPDX-License-Identifier: GPL-2.0-only
// Gives a posted work request its PSNs, and makes the packet of each PSN.
#include "hpnsim/nic.hpp"
#include "memory/payload.hpp"
#include "nic/turns.hpp"
#include "packets/opcodes.hpp"
#include "recovery/selective.hpp"
#include "send/new_packet.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr Bytes kMaxMessage = Bytes{1} << 31;  // IBTA 9.7.7.2

bool needs_extension(const WorkRequest& r, Service service)
{
    return r.lkey != 0 || r.rkey != 0 || r.with_immediate || r.invalidate || service == Service::ud ||
           r.verb == Verb::compare_swap || r.verb == Verb::fetch_add;
}

bool fits_service(Service service, Verb verb)
{
    return service == Service::rc || verb == Verb::send || (service == Service::uc && verb == Verb::write);
}

/// Returns how the request would end if nothing went wrong on the way: success, or what is wrong with it
/// here.
Status check_request(const MemoryTable& regions, const Qp& qp, const WorkRequest& r)
{
    const bool atomic = r.verb == Verb::compare_swap || r.verb == Verb::fetch_add;
    if (!fits_service(qp.service, r.verb) || (has_answer(r.verb) && qp.max_rd_atomic == 0))
        return Status::local_qp_operation;
    if (r.bytes < 0 || r.bytes > kMaxMessage || (qp.service == Service::ud && r.bytes > qp.mtu) ||
        (atomic && r.bytes != 8))
        return Status::local_length;
    const uint32_t rights = has_answer(r.verb) ? access::kLocalWrite : 0;
    if (r.lkey == 0) return Status::success;
    const bool here =
        granted(regions, qp, r.lkey, r.local, static_cast<uint64_t>(r.bytes), rights) != nullptr;
    return here ? Status::success : Status::local_protection;
}

/// Tells whether the request may be started while those before it are still under way.
bool admissible(const Qp& qp, const WorkRequest& request)
{
    if (qp.state == QpState::sqd || (request.fence && qp.rest.reads > 0)) return false;
    return !has_answer(request.verb) || qp.rest.reads < qp.max_rd_atomic;
}

void set_opcode(Packet& packet, const Qp& qp, const Wqe& wqe, Psn psn)
{
    const WorkRequest& r = wqe.request;
    const bool first = psn == wqe.first_psn;
    const bool last = psn + 1 == end_of(wqe);
    packet.last_of_message = last || wqe.asks;
    packet.takes_receive = r.verb == Verb::send;
    packet.solicited = last && r.solicited;
    if (wqe.response) {
        packet.opcode = r.verb == Verb::write ? response_opcode(first, last) : Opcode::atomic_acknowledge;
        packet.syndrome = syndrome::kAck;
        packet.msn = qp.resp.msn;
        return;
    }
    switch (r.verb) {
    case Verb::write:
    case Verb::send: {
        const Opcode code = message_opcode(r.verb == Verb::send, first, last, r.with_immediate, r.invalidate);
        const unsigned service = qp.service == Service::uc ? 0x20U : qp.service == Service::ud ? 0x60U : 0U;
        packet.opcode = opcode_from(static_cast<unsigned>(code) + service);
        break;
    }
    case Verb::read:
        packet.opcode = Opcode::read_request;
        // After a gap in the answers, what is left of it is asked for.
        packet.message_bytes -= static_cast<uint32_t>((psn - wqe.first_psn) * static_cast<Psn>(qp.mtu));
        break;
    case Verb::compare_swap:
        packet.opcode = Opcode::compare_swap;
        break;
    case Verb::fetch_add:
        packet.opcode = Opcode::fetch_add;
        break;
    }
}

}  // namespace

bool Nic::post_send(uint32_t number, const WorkRequest& request, Time now)
{
    Qp& qp = qp_of(number);
    Requester& req = qp.req;
    if (qp.state < QpState::rts) return false;
    counters_.posted += request.bytes;
    if (qp.state >= QpState::sqe) {
        complete(qp, request, 0, Status::flushed);
        return true;
    }
    const Status fault = check_request(regions_, qp, request);
    if (!has_answer(request.verb)) add_backlog(config_, qp, request.bytes);
    qp.flow.now = now;
    if (fault == Status::success && req.waiting->empty() && admissible(qp, request)) {
        take_psns(qp, request);
    } else {
        req.waiting.use().push_back({request, fault});
        admit(qp);
    }
    consider(qp, now);
    return true;
}

/// Starts what may be started. A faulty request ends the QP when all requests before it have ended.
void Nic::admit(Qp& qp)
{
    Requester& req = qp.req;
    while (!req.waiting->empty() && !req.silent) {
        Ring<Waiting>& waiting = req.waiting.use();
        const Waiting next = waiting.front();
        if (next.fault != Status::success) {
            if (!req.wqes.empty() || qp.state == QpState::sqd) return;
            waiting.pop_front();
            complete(qp, next.request, 0, next.fault);
            fail(qp, next.fault, req.una);
            return;
        }
        if (!admissible(qp, next.request)) return;
        waiting.pop_front();
        take_psns(qp, next.request);
    }
}

Wqe& Nic::take_psns(Qp& qp, const WorkRequest& request)
{
    Requester& req = qp.req;
    const bool asks = has_answer(request.verb);
    Wqe wqe;
    wqe.first_psn = req.end;
    const bool one_psn = asks && !recovery_.answers_take_psns;
    wqe.packets = one_psn ? 1 : packets_of(request.bytes, qp.mtu);
    wqe.request = request;
    wqe.asks = asks;
    wqe.answered = !asks;
    wqe.message = qp.rest.messages++;
    wqe.rare = needs_extension(request, qp.service);
    if (takes_receive(request)) {
        wqe.receive_number = qp.rest.receives_taken++;
        wqe.rare |= recovery_.numbers_receives;
    }
    if (asks) ++qp.rest.reads;
    req.end += wqe.packets;
    req.wqes.push_back(wqe);
    return req.wqes.back();
}

/// Fills the side block: addresses and keys of this packet's part of the message, and its bytes.
void Nic::extend(Packet& packet, const Qp& qp, const Wqe& wqe, Psn psn)
{
    const WorkRequest& r = wqe.request;
    const uint64_t offset = (psn - wqe.first_psn) * static_cast<uint64_t>(qp.mtu);
    Extension& extension = pool_.extend(packet);
    const bool placed = r.verb != Verb::send;  // a SEND lands where its receive says
    extension.address = (placed ? r.remote : 0) + offset;
    extension.rkey = placed ? r.rkey : 0;
    extension.immediate = r.immediate;
    extension.compare = r.compare;
    extension.swap_add = r.swap_add;
    extension.receive_number = wqe.receive_number;
    extension.src_qp = qp.number;
    if (qp.service == Service::ud) {
        packet.dst = r.ud_peer;
        packet.dst_qp = r.ud_qp;
        extension.qkey = r.ud_qkey;
    }
    load(regions_, pool_, packet, r.lkey, r.local + offset);
}

[[gnu::always_inline]] inline void Nic::account_sent(Qp& qp, Wqe& wqe, const Packet& packet, Psn psn,
                                                     bool repair, Time now)
{
    Requester& req = qp.req;
    Flow& flow = qp.flow;
    const Psn after = wqe.asks ? end_of(wqe) : psn + 1;
    if (packet.retransmitted) {
        counters_.retransmitted += packet.payload;
        wqe.retransmitted += packet.payload;
    } else if (packet.payload > 0) {
        add_backlog(config_, qp, -Bytes{packet.payload});
    }
    if (after > flow.next_psn) flow.next_psn = after;
    if (!repair) {
        if (psn == req.una) req.progress = now;
        req.send = after;
        if (after == end_of(wqe)) ++req.sending_wqe;
    }
    flow.in_flight += packet.payload + flow.header;
    flow.credit -= packet.payload + flow.header;
    if (recovery_.on_sent != nullptr) recovery_.on_sent(req, psn, repair, now);
    remember_sent(qp, packet, now);
    if (qp.service != Service::rc) account_unacknowledged(qp, packet);
}

/// Under UC and UD, a packet that has left is done with.
void Nic::account_unacknowledged(Qp& qp, const Packet& packet)
{
    Requester& req = qp.req;
    qp.flow.in_flight = 0;
    req.una = req.send;
    if (req.selective != nullptr) {
        req.selective->psns.clear();
        req.selective->sends.clear();
    }
    if (packet.last_of_message) {
        complete_oldest(qp, Status::success);
        admit(qp);
    }
}

Packet* Nic::make_data(Qp& qp, uint8_t port, Time now)
{
    if (qp.answering) {
        qp.answer_turn = !qp.answer_turn;
        const bool blocked = qp.req.blocked_until > now || !gate_.may_send_request(qp);
        if (qp.answer_turn || blocked) return recovery_.make_answer(*this, qp, port, now);
    }
    return make_request(qp, port, now);
}

Packet* Nic::make_request(Qp& qp, uint8_t port, Time now)
{
    Requester& req = qp.req;
    const bool repair = req.lost > 0;
    const Psn psn = repair ? next_lost(req) : req.send;
    Wqe& wqe = repair ? wqe_of(req, psn) : req.wqes[req.sending_wqe];

    Packet* packet = new_packet(qp, PacketKind::data, port, now);
    packet->stamped = config_.telemetry | (config_.digest != 0);
    packet->echo_psn = qp.number;
    packet->source_port = config_.path.ops->pick(qp.path, qp.flow, config_.path.params, psn, port);
    packet->psn = wire_psn(psn);
    packet->message = wqe.message;
    packet->message_bytes = static_cast<uint32_t>(wqe.request.bytes);
    set_opcode(*packet, qp, wqe, psn);
    packet->cookie = wqe.response ? wqe.answers : wqe.request.cookie;
    packet->retransmitted = psn < qp.flow.next_psn;
    packet->payload = static_cast<uint32_t>(payload_of(wqe, psn, qp.mtu));
    // Nearly all packets are as long as the one before.
    packet->wire_bytes =
        packet->opcode == qp.last_opcode && packet->payload == req.last_payload && req.last_wire > 0
            ? req.last_wire
            : opcode_wire_bytes(*config_.wire, packet->opcode, packet->payload, config_.telemetry);
    if (wqe.rare) extend(*packet, qp, wqe, psn);

    account_sent(qp, wqe, *packet, psn, repair, now);
    packet->received = qp.flow.credited ? demand(qp) : qp.flow.backlog;
    const Bytes size = static_cast<Bytes>(packet->payload) + qp.flow.header;
    // A window that is full nearly always answers, and is soon asked.
    packet->ack_request = packet->last_of_message || packet->retransmitted ||
                          (!config_.quirks.report_all && qp.flow.in_flight + size >= qp.flow.window) ||
                          !gate_.may_send_request(qp);
    if (qp.law.ops->on_send != nullptr) {
        const Sent sent{psn, size, {packet->source_port, port}, packet->retransmitted};
        qp.law.ops->on_send(qp.cc, qp.flow, qp.law.params, sent);
        law_watch_.check(qp, "on_send");
    }
    packet->feedback = qp.flow.request;
    return packet;
}

}  // namespace hpnsim

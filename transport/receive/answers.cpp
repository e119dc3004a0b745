// SPDX-License-Identifier: GPL-2.0-only
// Answers READs and atomics. Under gbn the answers carry the PSNs of the request (IBTA 9.7.5.1.9); under irn
// and rud an answer is a message of its own in the other direction (request.cpp, post_response).
#include "hpnsim/delivery_bins.hpp"
#include "hpnsim/nic.hpp"
#include "nic/arming.hpp"
#include "packets/opcodes.hpp"
#include "receive/ask_policy.hpp"
#include "send/new_packet.hpp"

#include <algorithm>
#include <cstring>

namespace hpnsim
{

// ---- the requester ----

void Nic::on_response(Qp& qp, Packet& response, uint8_t port, Time now)
{
    if (qp.req.silent || selective_) return;
    if (ask_policy(qp, response, port, now).cnp) send_cnp(qp, response, port, now);
    const Psn psn = unwrap_psn(response.psn, qp.req.una);
    if (psn < qp.req.una || psn >= qp.flow.next_psn) return;  // it answers what has been answered before
    advance(qp, psn, now);
    if (psn != qp.req.una || response.trimmed)
        implied_nak(qp);
    else
        take_answer(qp, response, now);
    consider(qp, now);
    arm_timers(qp);
}

/// Takes the answer to the oldest unacknowledged PSN.
void Nic::take_answer(Qp& qp, const Packet& response, Time now)
{
    Requester& req = qp.req;
    Wqe& wqe = req.wqes[req.acked_wqe];
    const bool read = wqe.request.verb == Verb::read;
    const unsigned wanted = is::kResponse | (read ? is::kRead : is::kAtomic);
    const Bytes share = read ? share_of(wqe, req.una, qp.mtu) : 0;
    if (wqe.answered || (traits(response.opcode) & wanted) != wanted || response.payload != share) return;
    const uint64_t offset = (req.una - wqe.first_psn) * static_cast<uint64_t>(qp.mtu);
    if (read && !store(qp, wqe.request.lkey, wqe.request.local + offset, response, access::kLocalWrite)) {
        fail(qp, Status::local_protection, req.una);
        return;
    }
    if (read)
        note_delivery(config_, response.payload, qp.flow.home_port, now);
    else
        store_atomic(qp, wqe.request, response);
    ++req.una;
    req.progress = now;
    forgive(qp);
    if (req.una == end_of(wqe)) {
        wqe.answered = true;
        ++req.acked_wqe;
    }
    if (req.send < req.una) {  // the answer came late, after the sender went back
        req.send = req.una;
        req.sending_wqe = req.acked_wqe;
    }
    complete_ready(qp);
}

/// Stores the original value of an atomic's target in local memory, in host byte order.
void Nic::store_atomic(Qp& qp, const WorkRequest& request, const Packet& response)
{
    if (request.lkey == 0 || response.extension == nullptr) return;
    const MemoryRegion* region = regions_.check(request.lkey, request.local, 8, access::kLocalWrite);
    if (region == nullptr || region->domain != qp.domain || region->bytes == nullptr) return;
    std::memcpy(region->at(request.local), &response.extension->swap_add, 8);
}

/// When answers are missing, the READ is sent again from the first of them, once (IBTA 9.7.5.2.4: implied
/// NAK).
void Nic::implied_nak(Qp& qp)
{
    if (qp.req.implied_at == qp.req.una) return;
    qp.req.implied_at = qp.req.una;
    ++counters_.implied_naks;
    go_back(qp);
}

/// Returns the READ or atomic of that number which still waits for its answer, or null (irn, rud).
Wqe* Nic::asked(Qp& qp, uint64_t message)
{
    Ring<Wqe>& wqes = qp.req.wqes;
    if (wqes.empty() || message < wqes.front().message) return nullptr;
    const uint64_t index = message - wqes.front().message;
    if (index >= wqes.size()) return nullptr;
    Wqe& wqe = wqes[index];
    return wqe.answered ? nullptr : &wqe;
}

// ---- the responder (gbn) ----

/// Keeps at most max_dest_rd_atomic jobs. A new request shows that as many older ones have been answered, so
/// what is still being repeated of them is not needed any more.
bool Nic::room_for_job(Qp& qp)
{
    Ring<AnswerJob>& jobs = qp.resp.jobs;
    while (jobs.size() >= qp.max_dest_rd_atomic && !jobs.empty() && jobs.front().again) jobs.pop_front();
    return jobs.size() < qp.max_dest_rd_atomic;
}

uint8_t Nic::on_read(Qp& qp, const Packet& data)
{
    Responder& resp = qp.resp;
    if (!room_for_job(qp)) return syndrome::kInvalidRequest;
    AnswerJob job;
    job.psn = unwrap_psn(data.psn, resp.expected);
    job.left = data.message_bytes;
    if (data.extension != nullptr) {
        job.address = data.extension->address;
        job.rkey = data.extension->rkey;
    }
    if (!readable(qp, job.rkey, job.address, job.left)) return syndrome::kRemoteAccess;
    resp.expected += packets_of(job.left, qp.mtu);
    add_job(qp, job);
    return 0;
}

bool Nic::readable(const Qp& qp, uint32_t rkey, uint64_t address, Bytes bytes) const
{
    if (rkey == 0) return true;
    const MemoryRegion* region =
        regions_.check(rkey, address, static_cast<uint64_t>(bytes), access::kRemoteRead);
    return region != nullptr && region->domain == qp.domain;
}

uint8_t Nic::on_atomic(Qp& qp, const Packet& data)
{
    Responder& resp = qp.resp;
    if (!room_for_job(qp)) return syndrome::kInvalidRequest;
    AnswerJob job;
    job.psn = resp.expected;
    job.atomic = true;
    const uint8_t code = execute_atomic(qp, data.opcode, data.extension, job.value);
    if (code != 0) return code;
    ++resp.expected;
    resp.results.push_back({job.psn, job.value});
    if (resp.results.size() > qp.max_dest_rd_atomic) resp.results.pop_front();
    add_job(qp, job);
    return 0;
}

/// Returns 0, or the syndrome that refuses the atomic.
uint8_t Nic::check_atomic(const Qp& qp, const Extension* what) const
{
    if (what == nullptr || what->address % 8 != 0) return syndrome::kInvalidRequest;
    if (what->rkey == 0) return 0;
    const MemoryRegion* region = regions_.check(what->rkey, what->address, 8, access::kRemoteAtomic);
    return region != nullptr && region->domain == qp.domain ? 0 : syndrome::kRemoteAccess;
}

/// Checks likewise, and executes the atomic; `value` is what the memory held. A virtual region holds 0.
uint8_t Nic::execute_atomic(const Qp& qp, Opcode opcode, const Extension* what, uint64_t& value)
{
    value = 0;
    const uint8_t code = check_atomic(qp, what);
    if (code != 0 || what->rkey == 0) return code;
    const MemoryRegion* region = regions_.find(what->rkey);
    if (region->bytes == nullptr) return 0;
    std::memcpy(&value, region->at(what->address), 8);
    uint64_t result = value + what->swap_add;
    if (opcode == Opcode::compare_swap) result = value == what->compare ? what->swap_add : value;
    std::memcpy(region->at(what->address), &result, 8);
    return 0;
}

/// Answers a request that has been executed: WRITE and SEND are acknowledged again, a READ is executed again,
/// an atomic is answered from its saved result (IBTA 9.7.5.1.1, 9.7.5.1.4).
void Nic::on_duplicate(Qp& qp, Packet& data, uint8_t port, Time now)
{
    Responder& resp = qp.resp;
    ++counters_.duplicates;
    const unsigned what = traits(data.opcode);
    if ((what & (is::kRead | is::kAtomic)) == 0) {
        if (config_.quirks.answer_duplicates) owe_reply(qp, data, 0, port, now);
        return;
    }
    AnswerJob job;
    job.psn = unwrap_psn(data.psn, resp.expected);
    job.again = true;
    if ((what & is::kRead) != 0) {
        job.left = data.message_bytes;
        if (data.extension != nullptr) {
            job.address = data.extension->address;
            job.rkey = data.extension->rkey;
        }
        if (job.psn + packets_of(job.left, qp.mtu) > resp.expected) return;
        if (!readable(qp, job.rkey, job.address, job.left)) return;
    } else {
        size_t i = 0;
        while (i < resp.results.size() && resp.results[i].psn != job.psn) ++i;
        if (i == resp.results.size()) return;
        job.atomic = true;
        job.value = resp.results[i].value;
    }
    add_job(qp, job);
}

/// The requester has gone back to this PSN, so it will ask for answers to later ones again.
void Nic::add_job(Qp& qp, const AnswerJob& job)
{
    Ring<AnswerJob>& jobs = qp.resp.jobs;
    while (!jobs.empty() && jobs.back().psn >= job.psn) jobs.pop_back();
    if (!jobs.empty() && !jobs.back().atomic) {
        // What is left of the job before ends where this one begins.
        const Bytes room = static_cast<Bytes>(job.psn - jobs.back().psn) * qp.mtu;
        if (jobs.back().left > room) jobs.pop_back();
    }
    jobs.push_back(job);
    qp.answering = true;
    qp.resp.replies_in_order = true;
}

Packet* Nic::make_answer(Qp& qp, uint8_t port, Time now)
{
    AnswerJob& job = qp.resp.jobs.front();
    Packet* packet = new_packet(qp, PacketKind::response, port, now);
    packet->source_port = qp.flow.source_port;
    packet->psn = wire_psn(job.psn);
    packet->syndrome = syndrome::kAck;
    packet->msn = qp.resp.msn;
    packet->retransmitted = job.psn < qp.resp.answered;
    packet->payload = static_cast<uint32_t>(job.atomic ? 0 : std::min(job.left, qp.mtu));
    packet->message_bytes = packet->payload;
    const bool last = job.left <= qp.mtu;
    packet->last_of_message = last;
    packet->opcode = job.atomic ? Opcode::atomic_acknowledge : response_opcode(!job.started, last);
    packet->wire_bytes = opcode_wire_bytes(*config_.wire, packet->opcode, packet->payload, false);
    if (job.atomic)
        pool_.extend(*packet).swap_add = job.value;
    else
        load(*packet, job.rkey, job.address);
    if (packet->retransmitted) counters_.retransmitted += packet->payload;
    remember_sent(qp, *packet, now);
    ++job.psn;
    qp.resp.answered = std::max(qp.resp.answered, job.psn);
    job.address += packet->payload;
    job.left -= packet->payload;
    job.started = true;
    if (last) qp.resp.jobs.pop_front();
    if (qp.resp.jobs.empty()) after_answers(qp, now);
    return packet;
}

/// Sends the ACK and NAK that waited behind the answers, which they must not overtake.
void Nic::after_answers(Qp& qp, Time now)
{
    Responder& resp = qp.resp;
    qp.answering = false;
    if (!resp.ack_owed && resp.nak_owed == 0) return;
    const uint8_t code = resp.nak_owed;
    resp.ack_owed = false;
    resp.nak_owed = 0;
    if (code == 0) {
        send_delayed_ack(qp, now);
        return;
    }
    Packet data;
    data.psn = resp.psn;
    data.source_port = resp.source_port;
    data.sent = resp.sent;
    data.host_delay_ns = resp.host_delay_ns & 0xfffffff;
    data.hold(now - resp.arrived);
    send_nak(qp, data, code, resp.port);
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// READs and atomics under go-back-N: answers carry the PSNs of the request (IBTA 9.7.5.1.9). Under irn and
// rud an answer is a message of its own in the other direction (any_order.cpp).
#include "hpnsim/delivery_bins.hpp"
#include "hpnsim/nic.hpp"
#include "memory/payload.hpp"
#include "nic/arming.hpp"
#include "packets/opcodes.hpp"
#include "receive/ask_policy.hpp"
#include "recovery/go_back_n.hpp"
#include "send/new_packet.hpp"

#include <algorithm>

namespace hpnsim
{

// ---- the requester ----

void GoBackN::on_response(Nic& nic, Qp& qp, Packet& response, uint8_t port, Time now)
{
    if (qp.req.silent) return;
    if (nic.ask_policy(qp, response, port, now).cnp) nic.send_cnp(qp, response, port, now);
    const Psn psn = unwrap_psn(response.psn, qp.req.una);
    if (psn < qp.req.una || psn >= qp.flow.next_psn) return;  // it answers what has been answered before
    advance(nic, qp, psn, now);
    if (psn != qp.req.una || response.trimmed)
        implied_nak(nic, qp);
    else
        take_answer(nic, qp, response, now);
    nic.consider(qp, now);
    nic.timers_.arm_changing(qp);
}

/// Takes the answer to the oldest unacknowledged PSN.
void GoBackN::take_answer(Nic& nic, Qp& qp, const Packet& response, Time now)
{
    Requester& req = qp.req;
    Wqe& wqe = req.wqes[req.acked_wqe];
    const bool read = wqe.request.verb == Verb::read;
    const unsigned wanted = is::kResponse | (read ? is::kRead : is::kAtomic);
    const Bytes share = read ? share_of(wqe, req.una, qp.mtu) : 0;
    if (wqe.answered || (traits(response.opcode) & wanted) != wanted || response.payload != share) return;
    const uint64_t offset = (req.una - wqe.first_psn) * static_cast<uint64_t>(qp.mtu);
    if (read && !store(nic.regions_, qp, wqe.request.lkey, wqe.request.local + offset, response,
                       access::kLocalWrite)) {
        nic.fail(qp, Status::local_protection, req.una);
        return;
    }
    if (read)
        note_delivery(nic.config_, response.payload, qp.flow.home_port, now);
    else
        store_atomic(nic.regions_, qp, wqe.request, response);
    ++req.una;
    req.progress = now;
    forgive(nic.config_, qp);
    if (req.una == end_of(wqe)) {
        wqe.answered = true;
        ++req.acked_wqe;
    }
    if (req.send < req.una) {  // the answer came late, after the sender went back
        req.send = req.una;
        req.sending_wqe = req.acked_wqe;
    }
    nic.complete_ready(qp);
}

// ---- the responder ----

namespace
{

/// Keeps at most max_dest_rd_atomic jobs. A new request shows that as many older ones have been answered, so
/// what is still being repeated of them is not needed any more.
bool room_for_job(Qp& qp)
{
    Ring<AnswerJob>& jobs = qp.resp.answers.use().jobs;
    while (jobs.size() >= qp.max_dest_rd_atomic && !jobs.empty() && jobs.front().again) jobs.pop_front();
    return jobs.size() < qp.max_dest_rd_atomic;
}

/// The requester has gone back to this PSN, so it will ask for answers to later ones again.
void add_job(Qp& qp, const AnswerJob& job)
{
    Ring<AnswerJob>& jobs = qp.resp.answers.use().jobs;
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

}  // namespace

/// Executes a READ or an atomic whose PSN is the expected one; returns 0 or the syndrome that refuses it.
uint8_t GoBackN::on_question(Nic& nic, Qp& qp, const Packet& data)
{
    const unsigned what = traits(data.opcode);
    if ((what & is::kResponse) != 0 || qp.resp.in_message || (what & qp.forbidden) != 0)
        return syndrome::kInvalidRequest;
    const uint8_t code = (what & is::kRead) != 0 ? on_read(nic, qp, data) : on_atomic(nic, qp, data);
    if (code == 0) ++qp.resp.msn;
    return code;
}

uint8_t GoBackN::on_read(Nic& nic, Qp& qp, const Packet& data)
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
    if (!readable(nic.regions_, qp, job.rkey, job.address, job.left)) return syndrome::kRemoteAccess;
    resp.expected += packets_of(job.left, qp.mtu);
    add_job(qp, job);
    return 0;
}

uint8_t GoBackN::on_atomic(Nic& nic, Qp& qp, const Packet& data)
{
    Responder& resp = qp.resp;
    if (!room_for_job(qp)) return syndrome::kInvalidRequest;
    AnswerJob job;
    job.psn = resp.expected;
    job.atomic = true;
    const uint8_t code = execute_atomic(nic.regions_, qp, data.opcode, data.extension, job.value);
    if (code != 0) return code;
    ++resp.expected;
    Ring<AtomicResult>& results = resp.answers.use().results;
    results.push_back({job.psn, job.value});
    if (results.size() > qp.max_dest_rd_atomic) results.pop_front();
    add_job(qp, job);
    return 0;
}

/// Answers a request that has been executed: WRITE and SEND are acknowledged again, a READ is executed again,
/// an atomic is answered from its saved result (IBTA 9.7.5.1.1, 9.7.5.1.4).
void GoBackN::on_duplicate(Nic& nic, Qp& qp, Packet& data, uint8_t port, Time now)
{
    Responder& resp = qp.resp;
    ++nic.counters_.duplicates;
    const unsigned what = traits(data.opcode);
    if ((what & (is::kRead | is::kAtomic)) == 0) {
        if (nic.config_.quirks.answer_duplicates) nic.owe_reply(qp, data, 0, port, now);
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
        if (!readable(nic.regions_, qp, job.rkey, job.address, job.left)) return;
    } else {
        const Ring<AtomicResult>& results = resp.answers->results;
        size_t i = 0;
        while (i < results.size() && results[i].psn != job.psn) ++i;
        if (i == results.size()) return;
        job.atomic = true;
        job.value = results[i].value;
    }
    add_job(qp, job);
}

Packet* GoBackN::make_answer(Nic& nic, Qp& qp, uint8_t port, Time now)
{
    ReadAnswers& answers = qp.resp.answers.use();
    AnswerJob& job = answers.jobs.front();
    Packet* packet = nic.new_packet(qp, PacketKind::response, port, now);
    packet->source_port = qp.flow.source_port;
    packet->psn = wire_psn(job.psn);
    packet->syndrome = syndrome::kAck;
    packet->msn = qp.resp.msn;
    packet->retransmitted = job.psn < answers.answered;
    packet->payload = static_cast<uint32_t>(job.atomic ? 0 : std::min<Bytes>(job.left, qp.mtu));
    packet->message_bytes = packet->payload;
    const bool last = job.left <= qp.mtu;
    packet->last_of_message = last;
    packet->opcode = job.atomic ? Opcode::atomic_acknowledge : response_opcode(!job.started, last);
    packet->wire_bytes = opcode_wire_bytes(*nic.config_.wire, packet->opcode, packet->payload, false);
    if (job.atomic)
        nic.pool_.extend(*packet).swap_add = job.value;
    else
        load(nic.regions_, nic.pool_, *packet, job.rkey, job.address);
    if (packet->retransmitted) nic.counters_.retransmitted += packet->payload;
    nic.remember_sent(qp, *packet, now);
    ++job.psn;
    answers.answered = std::max(answers.answered, job.psn);
    job.address += packet->payload;
    job.left -= packet->payload;
    job.started = true;
    if (last) answers.jobs.pop_front();
    if (answers.jobs.empty()) after_answers(nic, qp, now);
    return packet;
}

/// Sends the ACK and NAK that waited behind the answers, which they must not overtake.
void GoBackN::after_answers(Nic& nic, Qp& qp, Time now)
{
    Responder& resp = qp.resp;
    qp.answering = false;
    if (!resp.ack_owed && resp.nak_owed == 0) return;
    const uint8_t code = resp.nak_owed;
    resp.ack_owed = false;
    resp.nak_owed = 0;
    if (code == 0)
        nic.send_delayed_ack(qp, now);
    else
        nic.send_delayed_nak(qp, code, now);
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The receiving half of a QP: it decides which packets are accepted, and what answers them.
#include "hpnsim/delivery_bins.hpp"
#include "hpnsim/nic.hpp"
#include "packets/opcodes.hpp"
#include "receive/ask_policy.hpp"

#include <algorithm>

namespace hpnsim
{

void PsnBitmap::reserve(Psn base, Psn span)
{
    // The words are a power of two, with one to spare because `base` need not be the first bit of a word.
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

/// True when no hole is left and an ACK has been asked for since the last time (without report_all).
inline bool Nic::request_stood(Responder& resp, const Packet& data)
{
    const bool closed = resp.out_of_order == 0;
    const bool asked = resp.ack_asked || data.ack_request;
    resp.ack_asked = asked && !closed;
    return asked && closed;
}

inline bool Nic::enough_to_ack(const Responder& resp, const Packet& data) const
{
    switch (config_.reliability) {
    case Reliability::go_back_n:
        return resp.unacked >= config_.acks.every;
    case Reliability::irn:  // a gap is reported at once, and with every packet beyond it
        return resp.unacked >= config_.acks.every || resp.out_of_order > 0;
    case Reliability::rud:
        break;
    }
    if (!config_.quirks.report_all) return resp.unacked_bytes >= config_.acks.bytes;
    // A bitmap spans 64 PSNs: what is not reported yet must not outgrow it.
    const bool bitmap_full =
        resp.out_of_order > 0 && unwrap_psn(data.psn, resp.expected) >= resp.lowest_unreported + 63;
    return bitmap_full || resp.unacked_bytes >= config_.acks.bytes;
}

/// Refuses a request. Unless the peer may try again, this QP ends in error too.
void Nic::refuse(Qp& qp, Packet& data, uint8_t code, uint8_t port)
{
    const bool again = (code & 0xE0) == syndrome::kRnr;
    if (again) ++counters_.rnr_naks;
    send_nak(qp, data, code, port);
    if (again) return;
    note_refusal(qp, code);
    enter_state(qp, QpState::err);
    flush(qp);
}

/// Under gbn, returns true for the expected packet, and otherwise sends a NAK once per gap; duplicates are
/// answered by on_duplicate.
inline bool Nic::accept_in_order(Qp& qp, Packet& data, uint8_t port, Time now)
{
    Responder& resp = qp.resp;
    const auto ahead = static_cast<int64_t>(unwrap_psn(data.psn, resp.expected) - resp.expected);
    if (ahead < 0) {
        if (!data.trimmed) on_duplicate(qp, data, port, now);
        return false;
    }
    if (ahead > 0 || data.trimmed) {
        if (!resp.nak_sent || now >= resp.nak_again) {
            owe_reply(qp, data, syndrome::kSequence, port, now);
            if (config_.quirks.nak_repeat.ps > 0) resp.nak_again = now + config_.quirks.nak_repeat;
        }
        resp.nak_sent = true;
        return false;
    }
    const uint8_t code = execute(qp, data);
    if (code != 0) {
        resp.nak_sent = true;
        if ((code & 0xE0) == syndrome::kRnr && qp.answering)
            owe_reply(qp, data, code, port, now);
        else
            refuse(qp, data, code, port);
        return false;
    }
    resp.nak_sent = false;
    return (traits(data.opcode) & (is::kRead | is::kAtomic)) == 0;  // those are answered instead
}

/// Under irn and rud, returns true for a packet seen for the first time.
bool Nic::accept_any_order(Qp& qp, Packet& data, uint8_t port, Time now)
{
    Responder& resp = qp.resp;
    const Psn psn = unwrap_psn(data.psn, resp.expected);
    const bool old = static_cast<int64_t>(psn - resp.expected) < 0;
    if (!old && psn - resp.expected >= config_.selective.window) return false;  // no sender goes so far
    if (!old) resp.holds.reserve(resp.expected, std::max<Psn>(psn - resp.expected + 1, 64));
    if (old || resp.holds.test(psn)) {
        ++counters_.duplicates;
        if (!config_.quirks.report_all) {  // it asks for nothing new: the bitmap may reach back
            data.ack_request = false;
            if (data.trimmed) data.ce = false;
        }
        send_ack(qp, data, port);
        return false;
    }
    if (data.trimmed) {
        send_nak(qp, data, data.last_hop ? syndrome::kTrimmedLastHop : syndrome::kTrimmed, port);
        return false;
    }
    const uint8_t code = assemble(qp, data, now);
    if (code != 0) {
        refuse(qp, data, code, port);
        return false;
    }
    // One bitmap spans 64 PSNs. What waits for its ACK and this packet may not fit into one.
    if (config_.quirks.report_all && resp.unacked > 0 &&
        (psn + 63 < resp.highest_unreported || psn > resp.lowest_unreported + 63))
        send_delayed_ack(qp, now);
    resp.lowest_unreported = resp.unacked == 0 ? psn : std::min(resp.lowest_unreported, psn);
    resp.highest_unreported = resp.unacked == 0 ? psn : std::max(resp.highest_unreported, psn);
    resp.holds.set(psn);
    ++resp.out_of_order;
    for (; resp.holds.test(resp.expected); ++resp.expected, --resp.out_of_order)
        resp.holds.clear(resp.expected);
    finish_arrived(qp, now);
    return true;
}

/// Under UC, a message with a gap is dropped silently; the next one may begin at any PSN (IBTA 9.8.2).
bool Nic::accept_unreliable(Qp& qp, const Packet& data)
{
    Responder& resp = qp.resp;
    const Psn psn = unwrap_psn(data.psn, resp.expected);
    const bool first = (traits(data.opcode) & is::kFirst) != 0;
    if (data.trimmed || (psn != resp.expected && !first)) {
        resp.in_message = false;
        return false;
    }
    if (first) resp.in_message = false;
    resp.expected = psn;
    if (execute(qp, data) == 0) return true;
    resp.in_message = false;
    return false;
}

/// Under UD, a message is a packet, for whoever has the Q_Key (IBTA 9.8.3). The first 40 bytes of the receive
/// buffer belong to the global route header.
bool Nic::accept_datagram(Qp& qp, const Packet& data)
{
    constexpr uint32_t kGrh = 40;
    const Extension* header = data.extension;
    const bool send =
        (traits(data.opcode) & (is::kSend | is::kFirst | is::kLast)) == (is::kSend | is::kFirst | is::kLast);
    if (data.trimmed || !send || header == nullptr || header->qkey != qp.qkey) {
        ++counters_.strays;
        return false;
    }
    Arriving& message = qp.resp.message;
    message = Arriving();
    message.what = static_cast<uint16_t>(traits(data.opcode) | (data.solicited ? is::kSolicited : 0U));
    message.src_qp = header->src_qp;
    message.immediate = header->immediate;
    message.cookie = data.cookie;
    message.bytes = data.payload + kGrh;
    if (!take_receive(qp, message, data)) return false;
    const bool fits =
        message.bytes <= message.receive.length &&
        store(qp, message.receive.lkey, message.receive.address + kGrh, data, access::kLocalWrite);
    deliver(qp, message, fits ? Status::success : Status::local_length);
    message.has_receive = false;
    return fits;
}

void Nic::on_data(Qp& qp, Packet& data, uint8_t port, Time now)
{
    Responder& resp = qp.resp;
    const Reply reply = ask_policy(qp, data, port, now);
    if (reply.cnp) send_cnp(qp, data, port, now);
    if (qp.service != Service::rc) {
        const bool taken =
            qp.service == Service::uc ? accept_unreliable(qp, data) : accept_datagram(qp, data);
        if (taken) {
            resp.received += data.payload;
            note_delivery(config_, data.payload, port, now);
        }
        return;
    }
    const bool was_waiting = resp.out_of_order > 0, first_ever = resp.received == 0;
    const bool fresh =
        selective_ ? accept_any_order(qp, data, port, now) : accept_in_order(qp, data, port, now);
    if (qp.answering) consider(qp, now);
    if (!fresh) return;
    note_delivery(config_, data.payload, port, now);
    const Bytes size = static_cast<Bytes>(data.payload) + qp.flow.header;
    resp.received += size;
    if (data.ce) resp.marked += size;
    ++resp.unacked;
    resp.unacked_bytes += size;
    const bool closed = resp.out_of_order == 0;
    const bool drained = config_.quirks.report_all ? was_waiting && closed : request_stood(resp, data);
    if (data.ack_request || reply.ack_now || enough_to_ack(resp, data) || drained || first_ever)
        owe_reply(qp, data, 0, port, now);
    else if (config_.quirks.acks_in_time)
        delay_ack(qp, data, port, now);
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The receiving half of irn and rud: packets are taken in any order and counted into their messages, and ACKs
// say which have come. READs and atomics are answered by messages of the other direction.
#include "hpnsim/nic.hpp"
#include "memory/payload.hpp"
#include "packets/opcodes.hpp"
#include "receive/message_parts.hpp"
#include "recovery/selective.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr uint64_t kMaxArriving = 1 << 16;  // messages between the oldest incomplete and the newest

/// Notes what a READ or an atomic asks for.
void note_question(Arriving& message, const Packet& data)
{
    message.opcode = data.opcode;
    if (data.extension == nullptr) return;
    message.address = data.extension->address;
    message.rkey = data.extension->rkey;
    message.swap_add = data.extension->swap_add;
    message.compare = data.extension->compare;
}

/// Marks a PSN as come, and moves `expected` over all that have.
void hold(Responder& resp, Psn psn)
{
    PsnBitmap& holds = resp.selective->holds;
    holds.set(psn);
    ++resp.out_of_order;
    for (; holds.test(resp.expected); ++resp.expected, --resp.out_of_order) holds.clear(resp.expected);
}

/// True when no hole is left and an ACK has been asked for since the last time (without report_all).
bool request_stood(Responder& resp, const Packet& data)
{
    const bool closed = resp.out_of_order == 0;
    const bool asked = resp.ack_asked || data.ack_request;
    resp.ack_asked = asked && !closed;
    return asked && closed;
}

/// Returns where an ACK's bitmap of 64 PSNs begins. It ends at the highest PSN to be reported, and so also
/// names PSNs that earlier ACKs have named, because those ACKs may be lost. Without report_all it begins at a
/// trigger that is marked or asks for the ACK, and else ends at the trigger.
Psn bitmap_base(const Responder& resp, const Arrival& data, bool report_all)
{
    Psn highest = unwrap_psn(data.psn, resp.expected);
    if (report_all) {
        if (resp.unacked > 0) highest = std::max(highest, resp.selective->highest_unreported);
        return static_cast<int64_t>(highest - resp.expected) > 63 ? highest - 63 : resp.expected;
    }
    if (data.ce || data.ack_request) return highest;
    return static_cast<int64_t>(highest - resp.expected) > 64 ? highest - 63 : resp.expected + 1;
}

}  // namespace

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

Placement Selective::accept(Nic& nic, Qp& qp, Packet& data, uint8_t port, Time now)
{
    Responder& resp = qp.resp;
    SelectiveReceive& selective = *resp.selective;
    const bool report_all = nic.config_.quirks.report_all;
    const Psn psn = unwrap_psn(data.psn, resp.expected);
    const bool old = static_cast<int64_t>(psn - resp.expected) < 0;
    if (!old && psn - resp.expected >= nic.config_.selective.window)
        return Placement::none;  // too far to be sent
    if (!old) selective.holds.reserve(resp.expected, std::max<Psn>(psn - resp.expected + 1, 64));
    if (old || selective.holds.test(psn)) {
        ++nic.counters_.duplicates;
        if (!report_all) {  // it asks for nothing new: the bitmap may reach back
            data.ack_request = false;
            if (data.trimmed) data.ce = false;
        }
        nic.send_ack(qp, data, port);
        return Placement::none;
    }
    if (data.trimmed) {
        nic.send_nak(qp, data, data.last_hop ? syndrome::kTrimmedLastHop : syndrome::kTrimmed, port);
        return Placement::none;
    }
    const uint8_t code = assemble(nic, qp, data, now);
    if (code != 0) {
        nic.refuse(qp, data, code, port);
        return Placement::none;
    }
    // One bitmap spans 64 PSNs. What waits for its ACK and this packet may not fit into one.
    if (report_all && resp.unacked > 0 &&
        (psn + 63 < selective.highest_unreported || psn > selective.lowest_unreported + 63))
        nic.send_delayed_ack(qp, now);
    selective.lowest_unreported = resp.unacked == 0 ? psn : std::min(selective.lowest_unreported, psn);
    selective.highest_unreported = resp.unacked == 0 ? psn : std::max(selective.highest_unreported, psn);
    const bool had_holes = resp.out_of_order > 0;
    hold(resp, psn);
    finish_arrived(nic, qp, now);
    return had_holes && resp.out_of_order == 0 ? Placement::closed : Placement::taken;
}

bool Selective::closing(const NicConfig& config, Responder& resp, const Packet& data, Placement placed)
{
    return config.quirks.report_all ? placed == Placement::closed : request_stood(resp, data);
}

void Selective::fill_bitmap(const NicConfig& config, const Responder& resp, const Arrival& data, Packet& ack)
{
    const Psn base = bitmap_base(resp, data, config.quirks.report_all);
    ack.cookie = base;
    for (Psn psn = std::max(base, resp.expected); psn < base + 64; ++psn)
        if (resp.selective->holds.test(psn)) ack.message |= uint64_t{1} << (psn - base);
}

/// Counts a packet into its message; returns 0 or the syndrome that refuses it.
uint8_t Selective::assemble(Nic& nic, Qp& qp, const Packet& data, Time now)
{
    SelectiveReceive& selective = *qp.resp.selective;
    const unsigned what = traits(data.opcode);
    const uint64_t index = data.message - selective.first_message;
    if (what == 0 || index >= kMaxArriving) return syndrome::kInvalidRequest;
    while (selective.arriving.size() <= index) selective.arriving.push_back({});
    Arriving& message = selective.arriving[index];
    if (message.complete) return syndrome::kInvalidRequest;
    message.bytes = data.message_bytes;
    const uint8_t code = take_part(nic, qp, message, data, what);
    if (code != 0) return code;
    message.started = true;
    note(message, data, what);
    message.arrived += data.payload;
    const bool question = (what & is::kResponse) == 0 && (what & (is::kRead | is::kAtomic)) != 0;
    message.complete = question || message.arrived >= static_cast<Bytes>(message.bytes);
    if (message.complete && nic.recovery_.ends_when_whole) {
        const Arriving done = message;  // a copy, because posting an answer may change `arriving`
        message.has_receive = false;
        finish(nic, qp, done, data.message, now);
    }
    return 0;
}

uint8_t Selective::take_part(Nic& nic, Qp& qp, Arriving& message, const Packet& data, unsigned what)
{
    const uint64_t address = data.extension != nullptr ? data.extension->address : 0;
    const uint32_t rkey = data.extension != nullptr ? data.extension->rkey : 0;
    if ((what & is::kResponse) != 0) {
        message.cookie = data.cookie;  // which request it answers
        return take_response_part(nic, qp, data, address);
    }
    if ((what & qp.forbidden) != 0) return syndrome::kInvalidRequest;
    if ((what & (is::kRead | is::kAtomic)) != 0) {
        note_question(message, data);
        if ((what & is::kAtomic) != 0) return check_atomic(nic.regions_, qp, data.extension);
        const bool granted =
            readable(nic.regions_, qp, rkey, address, static_cast<Bytes>(data.message_bytes));
        return granted ? 0 : syndrome::kRemoteAccess;
    }
    if (wants_receive(what) && !nic.take_receive(qp, message, data)) return rnr(qp);
    message.what |= static_cast<uint16_t>(what);
    if ((what & is::kSend) != 0) return nic.place(qp, message, data, address);
    return store(nic.regions_, qp, rkey, address, data, access::kRemoteWrite) ? 0 : syndrome::kRemoteAccess;
}

/// Takes a part of the answer to a READ or an atomic of this side.
uint8_t Selective::take_response_part(Nic& nic, Qp& qp, const Packet& data, uint64_t offset)
{
    Wqe* wqe = asked(qp, data.cookie);
    if (wqe == nullptr) return 0;
    const WorkRequest& r = wqe->request;
    if (r.verb != Verb::read) {
        store_atomic(nic.regions_, qp, r, data);
        return 0;
    }
    return store(nic.regions_, qp, r.lkey, r.local + offset, data, access::kLocalWrite)
               ? 0
               : syndrome::kRemoteOperation;
}

/// Messages leave the window in order. Under irn they are delivered then; under rud they have been.
void Selective::finish_arrived(Nic& nic, Qp& qp, Time now)
{
    SelectiveReceive& selective = *qp.resp.selective;
    while (!selective.arriving.empty() && selective.arriving.front().complete) {
        const Arriving done = selective.arriving.front();
        selective.arriving.pop_front();
        const uint64_t number = selective.first_message++;
        if (!nic.recovery_.ends_when_whole) finish(nic, qp, done, number, now);
    }
}

/// Ends a message that has arrived whole: it is delivered or executed, or ends a READ.
void Selective::finish(Nic& nic, Qp& qp, const Arriving& message, uint64_t number, Time now)
{
    if ((message.what & is::kResponse) != 0) {
        Wqe* wqe = asked(qp, message.cookie);
        if (wqe == nullptr) return;
        wqe->answered = true;
        nic.complete_ready(qp);
        nic.consider(qp, now);
        return;
    }
    ++qp.resp.msn;
    if ((message.what & (is::kRead | is::kAtomic)) == 0) {
        nic.deliver(qp, message, Status::success);
        return;
    }
    uint64_t value = 0;
    if ((message.what & is::kAtomic) != 0) {
        Extension what;
        what.address = message.address;
        what.rkey = message.rkey;
        what.swap_add = message.swap_add;
        what.compare = message.compare;
        execute_atomic(nic.regions_, qp, message.opcode, &what, value);
    }
    post_response(nic, qp, message, number, value, now);
}

/// Returns the READ or atomic of that number which still waits for its answer, or null.
Wqe* Selective::asked(Qp& qp, uint64_t message)
{
    Ring<Wqe>& wqes = qp.req.wqes;
    if (wqes.empty() || message < wqes.front().message) return nullptr;
    const uint64_t index = message - wqes.front().message;
    if (index >= wqes.size()) return nullptr;
    Wqe& wqe = wqes[index];
    return wqe.answered ? nullptr : &wqe;
}

/// The answer to a READ or an atomic goes back as a message of its own (IRN, SIGCOMM'18, section 5.2, has a
/// PSN space of its own for READ responses; UEC uses the return direction of the PDC).
void Selective::post_response(Nic& nic, Qp& qp, const Arriving& asked, uint64_t message, uint64_t value,
                              Time now)
{
    const bool read = (traits(asked.opcode) & is::kRead) != 0;
    WorkRequest answer;
    answer.verb = read ? Verb::write : Verb::fetch_add;
    answer.bytes = read ? static_cast<Bytes>(asked.bytes) : 0;
    answer.local = asked.address;
    answer.lkey = asked.rkey;
    answer.swap_add = value;
    add_backlog(nic.config_, qp, answer.bytes);
    Wqe& wqe = nic.take_psns(qp, answer);
    if (!read) --qp.rest.reads;
    wqe.packets = packets_of(answer.bytes, qp.mtu);
    qp.req.end = end_of(wqe);
    wqe.answered = wqe.response = true;
    wqe.asks = false;
    wqe.answers = message;
    nic.consider(qp, now);
}

}  // namespace hpnsim

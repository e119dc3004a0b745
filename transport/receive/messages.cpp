// SPDX-License-Identifier: GPL-2.0-only
// Handles messages as they arrive: it checks them, puts them into memory and delivers them.
#include "hpnsim/nic.hpp"
#include "memory/payload.hpp"
#include "packets/opcodes.hpp"
#include "receive/message_parts.hpp"
#include "recovery/recovery.hpp"

#include <algorithm>

namespace hpnsim
{

void Nic::post_receive(uint32_t qp, uint32_t count)
{
    for (uint32_t i = 0; i < count; ++i) post_receive(qp, ReceiveRequest());
}

void Nic::post_receive(uint32_t number, const ReceiveRequest& request)
{
    Qp& qp = qp_of(number);
    qp.resp.receives.use().push_back({request, false});
    if (qp.state == QpState::err) flush_receives(qp);
}

uint32_t Nic::create_srq()
{
    shared_receives_.push_back(std::make_unique<ReceiveQueue>());
    return static_cast<uint32_t>(shared_receives_.size() - 1);
}

void Nic::post_srq_receive(uint32_t srq, const ReceiveRequest& request)
{
    shared_receives_[srq]->push_back({request, false});
}

/// Takes a receive; false: none is posted. Where messages say which, each takes its own (irn),
/// whatever arrives first.
bool Nic::take_receive(Qp& qp, Arriving& message, const Packet& data)
{
    if (message.has_receive) return true;
    ReceiveQueue& queue = receives_of(qp);
    const bool numbered = recovery_.numbers_receives && qp.service == Service::rc &&
                          qp.resp.shared == nullptr && data.extension != nullptr;
    const size_t index = numbered ? data.extension->receive_number - qp.resp.receives_gone : 0U;
    if (index >= queue.size() || queue[index].taken) return false;
    message.receive = queue[index].request;
    message.has_receive = true;
    queue[index].taken = true;
    for (; !queue.empty() && queue.front().taken; ++qp.resp.receives_gone) queue.pop_front();
    return true;
}

// ---- gbn, UC: one message after the other ----

uint8_t Nic::begin_message(Qp& qp, const Packet& data, unsigned what)
{
    Arriving& message = qp.resp.message.use();
    const bool held = message.has_receive;  // UC: taken by a message that was dropped half way
    const ReceiveRequest receive = message.receive;
    message = Arriving();
    message.has_receive = held;
    message.receive = receive;
    message.bytes = data.message_bytes;
    message.what = static_cast<uint16_t>(what);
    if ((what & is::kSend) != 0) return take_receive(qp, message, data) ? 0 : rnr(qp);
    if (data.extension == nullptr || data.extension->rkey == 0) return 0;
    message.address = data.extension->address;
    message.rkey = data.extension->rkey;
    const bool mine =
        granted(regions_, qp, message.rkey, message.address, message.bytes, access::kRemoteWrite) != nullptr;
    return mine ? 0 : syndrome::kRemoteAccess;
}

/// Ends the receive that the message has taken in error, and tells the peer so.
uint8_t Nic::spoil_receive(Qp& qp, Arriving& message, Status status, uint8_t code)
{
    deliver(qp, message, status);
    message.has_receive = false;
    return code;
}

inline uint8_t Nic::continue_message(Qp& qp, const Packet& data, unsigned what)
{
    Responder& resp = qp.resp;
    Arriving& message = resp.message.use();
    const bool last = (what & is::kLast) != 0;
    const Bytes arrived = message.arrived + data.payload;
    const bool same_kind = ((message.what ^ what) & (is::kSend | is::kWrite)) == 0;
    const bool full = last || data.payload == qp.mtu;
    if (!same_kind || !full || (last ? arrived != message.bytes : arrived >= message.bytes))
        return syndrome::kInvalidRequest;
    if (last && wants_receive(what) && !take_receive(qp, message, data)) return rnr(qp);
    const uint8_t code = place(qp, message, data, static_cast<uint64_t>(message.arrived));
    if (code != 0) return code;
    message.arrived = arrived;
    note(message, data, what);
    ++resp.expected;
    resp.in_message = !last;
    if (last) {
        ++resp.msn;
        deliver(qp, message, Status::success);
        if (wants_receive(message.what)) message.has_receive = false;
    }
    return 0;
}

/// Executes the expected packet of a SEND or WRITE, and returns 0 or the syndrome that refuses it.
uint8_t Nic::execute(Qp& qp, const Packet& data)
{
    const unsigned what = traits(data.opcode);
    const bool first = (what & is::kFirst) != 0;
    const unsigned never = is::kResponse | is::kRead | is::kAtomic;  // UC has no such requests
    if ((what & (never | qp.forbidden)) != 0 || what == 0 || first == qp.resp.in_message)
        return syndrome::kInvalidRequest;
    if (first) {
        const uint8_t code = begin_message(qp, data, what);
        if (code != 0) return code;
    }
    return continue_message(qp, data, what);
}

/// Tells the owner of this side that a message has arrived.
void Nic::deliver(Qp& qp, const Arriving& message, Status status)
{
    Completion done;
    const bool receives = wants_receive(message.what) || qp.service == Service::ud;
    done.kind = receives ? Completion::Kind::received : Completion::Kind::placed;
    done.status = status;
    done.qp = qp.number;
    done.bytes = message.bytes;
    done.cookie = message.cookie;
    done.verb = (message.what & is::kSend) != 0 ? Verb::send : Verb::write;
    done.has_immediate = (message.what & is::kImmediate) != 0;
    done.invalidated = (message.what & is::kInvalidate) != 0;
    done.solicited = (message.what & is::kSolicited) != 0;
    done.immediate = message.immediate;
    done.wr_id = message.receive.wr_id;
    done.src_qp = qp.service == Service::ud ? message.src_qp : qp.peer_qp;
    completions_.push_back(done);
    if (status != Status::success) return;
    counters_.delivered += message.bytes;
    if (done.invalidated) regions_.remove(message.immediate);
}

}  // namespace hpnsim

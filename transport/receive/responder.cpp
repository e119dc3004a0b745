// SPDX-License-Identifier: GPL-2.0-only
// The receiving half of a QP: it decides which packets are accepted, and what answers them.
#include "hpnsim/delivery_bins.hpp"
#include "hpnsim/nic.hpp"
#include "memory/payload.hpp"
#include "packets/opcodes.hpp"
#include "qp/qp.hpp"

#include <algorithm>

namespace hpnsim
{

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
    Arriving& message = qp.resp.message.use();
    message = Arriving();
    message.what = static_cast<uint16_t>(traits(data.opcode) | (data.solicited ? is::kSolicited : 0U));
    message.src_qp = header->src_qp;
    message.immediate = header->immediate;
    message.cookie = data.cookie;
    message.bytes = data.payload + kGrh;
    if (!take_receive(qp, message, data)) return false;
    const bool fits =
        message.bytes <= message.receive.length &&
        store(regions_, qp, message.receive.lkey, message.receive.address + kGrh, data, access::kLocalWrite);
    deliver(qp, message, fits ? Status::success : Status::local_length);
    message.has_receive = false;
    return fits;
}

/// Takes what a service without acknowledgements brings.
void Nic::on_unreliable(Qp& qp, const Packet& data, uint8_t port, Time now)
{
    const bool taken = qp.service == Service::uc ? accept_unreliable(qp, data) : accept_datagram(qp, data);
    if (!taken) return;
    qp.resp.received += data.payload;
    note_delivery(config_, data.payload, port, now);
}

}  // namespace hpnsim

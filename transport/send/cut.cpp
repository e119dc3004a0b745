// SPDX-License-Identifier: GPL-2.0-only
// Shortens a message that is being sent by packets of which none has left: whoever skips time delivers them
// by other means.
#include "hpnsim/nic.hpp"
#include "qp/qp.hpp"
#include "recovery/recovery.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace hpnsim
{

namespace
{

/// Tells whether both ends agree on how long the message is once it is cut. A receiver that takes packets in
/// order learns the length from the first one, so that packet must not be on its way.
bool ends_agree(const Requester& req, const Wqe& wqe, Psn next, bool any_order)
{
    return any_order || next <= wqe.first_psn || req.una > wqe.first_psn;
}

}  // namespace

Outgoing Nic::outgoing(uint32_t number) const
{
    const Qp& qp = qp_of(number);
    const Requester& req = qp.req;
    Outgoing out;
    out.last_sent = req.last_sent;
    if (req.sending_wqe >= req.wqes.size()) return out;
    const Wqe& wqe = req.wqes[req.sending_wqe];
    out.cookie = wqe.request.cookie;
    const Psn next = qp.flow.next_psn;
    const bool repairs = req.lost > 0 || req.recovering || req.send != next;
    const bool plain = qp.service == Service::rc && qp.state == QpState::rts && !wqe.asks && !wqe.response &&
                       !wqe.rare && !qp.flow.credited;
    if (!plain || repairs || !ends_agree(req, wqe, next, recovery_.any_order)) return out;
    // The last packet stays: it ends the message at the receiver.
    out.spare = static_cast<uint32_t>(end_of(wqe) - std::max(next, wqe.first_psn)) - 1;
    return out;
}

void Nic::cut(uint32_t number, uint32_t packets, Nic& receiver)
{
    if (packets > outgoing(number).spare)
        throw std::logic_error("a message cannot be cut by " + std::to_string(packets) + " packets when " +
                               std::to_string(outgoing(number).spare) + " can be spared");
    if (packets == 0) return;
    Qp& qp = qp_of(number);
    Requester& req = qp.req;
    Wqe& wqe = req.wqes[req.sending_wqe];
    const Bytes bytes = static_cast<Bytes>(packets) * qp.mtu;
    if (!recovery_.any_order && qp.flow.next_psn > wqe.first_psn)
        receiver.qp_of(qp.peer_qp).resp.message.use().bytes -= static_cast<uint32_t>(bytes);
    wqe.packets -= packets;
    wqe.request.bytes -= bytes;
    for (size_t i = req.sending_wqe + size_t{1}; i < req.wqes.size(); ++i) req.wqes[i].first_psn -= packets;
    req.end -= packets;
    counters_.posted -= bytes;
    add_backlog(config_, qp, -bytes);
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The sending half of `rud`: a state per PSN in flight, SACK bitmaps, selective retransmission.
#include "hpnsim/nic.hpp"
#include "qp.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

Bytes size_of(Requester& req, Psn psn, Bytes mtu)
{
    return payload_of(wqe_of(req, psn), psn, mtu);
}

}  // namespace

/// `psn` >= una. Its request may already be completed only when it was marked before.
void Nic::mark_received(Qp& qp, Psn psn)
{
    Requester& req = qp.req;
    PsnState& state = req.psns[psn - req.una];
    if (state.is == PsnState::Is::lost) --req.lost;
    if (state.is == PsnState::Is::in_flight) qp.flow.in_flight -= size_of(req, psn, config_.mtu);
    state.is = PsnState::Is::received;
}

void Nic::mark_lost(Qp& qp, Psn psn)
{
    Requester& req = qp.req;
    req.psns[psn - req.una].is = PsnState::Is::lost;
    qp.flow.in_flight -= size_of(req, psn, config_.mtu);
    req.first_lost = req.lost == 0 ? psn : std::min(req.first_lost, psn);
    ++req.lost;
}

Psn Nic::next_lost(Qp& qp) const
{
    const Requester& req = qp.req;
    Psn psn = std::max(req.first_lost, req.una);
    while (req.psns[psn - req.una].is != PsnState::Is::lost) ++psn;
    return psn;
}

void Nic::selective_ack(Qp& qp, const Packet& ack)
{
    Requester& req = qp.req;
    const Psn acked_to = std::min<Psn>(unwrap_psn(ack.psn, req.una) + 1, qp.flow.next_psn);
    if (static_cast<int64_t>(acked_to - req.una) > 0)
        for (Psn psn = req.una; psn < acked_to; ++psn) mark_received(qp, psn);
    const Psn base = ack.cookie;
    for (uint64_t bits = ack.message; bits != 0; bits &= bits - 1) {
        const Psn psn = base + static_cast<Psn>(__builtin_ctzll(bits));
        if (psn >= req.una && psn < qp.flow.next_psn) mark_received(qp, psn);
    }
}

void Nic::selective_nak(Qp& qp, const Packet& nak, Time now)
{
    Requester& req = qp.req;
    const Psn psn = unwrap_psn(nak.echo_psn, req.una);
    if (psn < req.una || psn >= qp.flow.next_psn) return;
    if (req.psns[psn - req.una].is != PsnState::Is::in_flight) return;
    if (nak.nak == Nak::receiver_not_ready) {
        req.blocked_until = now + config_.rnr_delay;
    } else {
        const Loss why = nak.nak == Nak::trimmed_at_last_hop ? Loss::trimmed_at_last_hop : Loss::trimmed;
        tell_loss(qp, nak, psn, size_of(req, psn, config_.mtu), why, now);
    }
    mark_lost(qp, psn);
}

/// Gives up on every packet whose time is over; returns their payload bytes.
Bytes Nic::selective_timeout(Qp& qp, Time now)
{
    Requester& req = qp.req;
    const Bytes before = qp.flow.in_flight;
    const Time rto = config_.rto * (int64_t{1} << std::min(req.timeouts - 1, 10));
    for (Psn psn = req.una; psn < qp.flow.next_psn; ++psn) {
        const PsnState& state = req.psns[psn - req.una];
        if (state.is == PsnState::Is::in_flight && state.sent + rto <= now) mark_lost(qp, psn);
    }
    return before - qp.flow.in_flight;
}

}  // namespace hpnsim

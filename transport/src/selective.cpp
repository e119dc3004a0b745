// SPDX-License-Identifier: GPL-2.0-only
// The sending half of `rud`: a state per PSN in flight, SACK bitmaps, selective retransmission.
#include "hpnsim/nic.hpp"
#include "hpnsim/timers.hpp"
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

/// Whether this very transmission may still be under way.
bool in_flight(Requester& req, const SendRecord& record)
{
    if (record.psn < req.una || record.psn >= req.una + req.psns.size()) return false;
    const PsnState& state = req.psns[record.psn - req.una];
    return state.is == PsnState::Is::in_flight && state.sent == record.sent;
}

}  // namespace

/// `psn` >= una; false: known already. Its request may be completed only when it was marked before.
bool Nic::mark_received(Qp& qp, Psn psn)
{
    Requester& req = qp.req;
    PsnState& state = req.psns[psn - req.una];
    if (state.is == PsnState::Is::received) return false;
    if (state.is == PsnState::Is::lost) --req.lost;
    if (state.is == PsnState::Is::in_flight) qp.flow.in_flight -= size_of(req, psn, config_.mtu);
    state.is = PsnState::Is::received;
    return true;
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

/// When the packet left that is in flight for the longest; max: none is.
Time Nic::oldest_sent(Qp& qp) const
{
    Ring<SendRecord>& sends = qp.req.sends;
    while (!sends.empty() && !in_flight(qp.req, sends.front())) sends.pop_front();
    return sends.empty() ? Time::max() : sends.front().sent;
}

void Nic::selective_ack(Qp& qp, const Packet& ack)
{
    Requester& req = qp.req;
    bool news = false;
    const Psn acked_to = std::min<Psn>(unwrap_psn(ack.psn, req.una) + 1, qp.flow.next_psn);
    if (static_cast<int64_t>(acked_to - req.una) > 0)
        for (Psn psn = req.una; psn < acked_to; ++psn) news |= mark_received(qp, psn);
    const Psn base = ack.cookie;
    for (uint64_t bits = ack.message; bits != 0; bits &= bits - 1) {
        const Psn psn = base + static_cast<Psn>(__builtin_ctzll(bits));
        if (psn >= req.una && psn < qp.flow.next_psn) news |= mark_received(qp, psn);
    }
    if (news) req.timeouts = 0;
}

void Nic::selective_nak(Qp& qp, const Packet& nak, Time now)
{
    Requester& req = qp.req;
    const Psn psn = unwrap_psn(nak.echo_psn, req.una);
    if (psn < req.una || psn >= qp.flow.next_psn) return;
    if (!in_flight(req, {psn, nak.sent})) return;  // stale: about an earlier transmission
    if ((nak.syndrome & 0xE0) == syndrome::kRnr) {
        req.blocked_until = now + rnr_wait(nak.syndrome & 31);
    } else {
        const Loss why =
            nak.syndrome == syndrome::kTrimmedLastHop ? Loss::trimmed_at_last_hop : Loss::trimmed;
        tell_loss(qp, nak, psn, size_of(req, psn, config_.mtu), why, now);
    }
    mark_lost(qp, psn);
}

/// Payload bytes of the packets whose time is over, the timeout already being counted.
Bytes Nic::expired_bytes(Qp& qp, Time now) const
{
    Requester& req = qp.req;
    const Time rto = backed_off(config_.rto, req.timeouts - 1);
    Bytes bytes = 0;
    for (size_t i = 0; i < req.sends.size() && req.sends[i].sent + rto <= now; ++i)
        if (in_flight(req, req.sends[i])) bytes += size_of(req, req.sends[i].psn, config_.mtu);
    return bytes;
}

/// Gives up on them.
void Nic::selective_timeout(Qp& qp, Time now)
{
    Requester& req = qp.req;
    const Time rto = backed_off(config_.rto, req.timeouts - 1);
    for (; !req.sends.empty() && req.sends.front().sent + rto <= now; req.sends.pop_front())
        if (in_flight(req, req.sends.front())) mark_lost(qp, req.sends.front().psn);
}

}  // namespace hpnsim

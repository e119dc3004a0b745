// SPDX-License-Identifier: GPL-2.0-only
// The sending half of `irn` and `rud`: it keeps a state per PSN in flight, reads SACK bitmaps and retransmits
// selectively.
#include "hpnsim/nic.hpp"
#include "qp/qp.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Tells whether this very transmission may still be under way.
bool in_flight(Requester& req, const SendRecord& record)
{
    if (record.psn < req.una || record.psn >= req.una + req.psns.size()) return false;
    const PsnState& state = req.psns[record.psn - req.una];
    return state.is == PsnState::Is::in_flight && state.sent == record.sent;
}

}  // namespace

/// Returns what windows and counts charge for a PSN.
Bytes Nic::size_of(Qp& qp, Psn psn) const
{
    return payload_of(wqe_of(qp.req, psn), psn, qp.mtu) + qp.flow.header;
}

/// Marks `psn` >= una; false if it was marked before. Call it before its request is completed.
bool Nic::mark_received(Qp& qp, Psn psn)
{
    Requester& req = qp.req;
    PsnState& state = req.psns[psn - req.una];
    if (state.is == PsnState::Is::received) return false;
    const bool by_count = config_.quirks.count_received;
    if (state.is == PsnState::Is::lost) {
        --req.lost;
        if (by_count)
            qp.flow.in_flight +=
                size_of(qp, psn);  // it left the count when it was lost, and leaves it again with its arrival
    } else if (!by_count) {
        qp.flow.in_flight -= size_of(qp, psn);
    }
    state.is = PsnState::Is::received;
    return true;
}

void Nic::mark_lost(Qp& qp, Psn psn)
{
    Requester& req = qp.req;
    req.psns[psn - req.una].is = PsnState::Is::lost;
    qp.flow.in_flight -= size_of(qp, psn);
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

/// Returns when the packet left that has been in flight for longest; max: none is.
Time Nic::oldest_sent(Qp& qp) const
{
    Ring<SendRecord>& sends = qp.req.sends;
    while (!sends.empty() && !in_flight(qp.req, sends.front())) sends.pop_front();
    return sends.empty() ? Time::max() : sends.front().sent;
}

void Nic::selective_ack(Qp& qp, const Packet& ack, Time now)
{
    Requester& req = qp.req;
    bool news = false;
    const Psn acked_to = std::min<Psn>(unwrap_psn(ack.psn, req.una) + 1, qp.flow.next_psn);
    if (static_cast<int64_t>(acked_to - req.una) > 0)
        for (Psn psn = req.una; psn < acked_to; ++psn) news |= mark_received(qp, psn);
    const Psn base = ack.cookie;
    Psn highest = 0;
    for (uint64_t bits = ack.message; bits != 0; bits &= bits - 1) {
        const Psn psn = base + static_cast<Psn>(__builtin_ctzll(bits));
        if (psn < req.una || psn >= qp.flow.next_psn) continue;
        news |= mark_received(qp, psn);
        highest = psn;
    }
    if (news) forgive(qp);
    if (config_.reliability == Reliability::irn && highest != 0) find_gaps(qp, ack, highest, now);
    if (qp.reorder != Time::max()) find_overtaken(qp, ack, now);
}

/// irn: what is missing below a PSN that has arrived is lost, and counts once (IRN, SIGCOMM'18, section 3.1:
/// a packet counts as lost when a later one has been acknowledged selectively).
void Nic::find_gaps(Qp& qp, const Packet& ack, Psn highest, Time now)
{
    Requester& req = qp.req;
    Bytes lost = 0;
    for (Psn psn = std::max(req.scanned, req.una); psn < highest; ++psn) {
        if (req.psns[psn - req.una].is != PsnState::Is::in_flight) continue;
        lost += size_of(qp, psn);
        mark_lost(qp, psn);
    }
    req.scanned = std::max(req.scanned, highest);
    if (req.lost == 0 || req.una < req.recovery) return;
    req.recovery = qp.flow.next_psn;
    tell_loss(qp, ack, req.first_lost, lost, Loss::out_of_order, now);
}

/// rud: a packet counts as lost when one has arrived that was sent later by more than paths may differ (RACK,
/// RFC 8985, with a window of its own; UEC 1.0 counts what the receiver holds out of order instead).
void Nic::find_overtaken(Qp& qp, const Packet& ack, Time now)
{
    Requester& req = qp.req;
    const Time arrived = ack.sent - nanoseconds(ack.host_delay_ns);
    const Time limit = arrived - qp.reorder;
    if (oldest_sent(qp) >= limit) return;
    const Psn first = req.sends.front().psn;
    const Bytes lost = expired_bytes(qp, limit);
    tell_rate_law(qp, ack, first, lost, Loss::out_of_order, now);
    selective_timeout(qp, limit);
}

void Nic::selective_nak(Qp& qp, const Packet& nak, Time now)
{
    Requester& req = qp.req;
    const Psn psn = unwrap_psn(nak.echo_psn, req.una);
    if (psn < req.una || psn >= qp.flow.next_psn) return;
    if (refused(qp, nak.syndrome, psn)) return;
    const PsnState& state = req.psns[psn - req.una];
    // Stale when it is about an earlier transmission; by uet-htsim's rules any may be meant.
    if (!in_flight(req, {psn, config_.quirks.sample_repaired ? state.sent : nak.sent})) return;
    if ((nak.syndrome & 0xE0) == syndrome::kRnr) {
        if (rnr_exhausted(qp, nak.syndrome, psn, now)) return;
    } else {
        const bool last_hop = nak.syndrome == syndrome::kTrimmedLastHop;
        const Loss why = last_hop ? Loss::trimmed_at_last_hop : Loss::trimmed;
        tell_loss(qp, nak, psn, size_of(qp, psn), why, now);
    }
    mark_lost(qp, psn);
}

/// Adds up the bytes of the packets in flight that left at `sent_until` or before, as far as one timeout
/// goes.
Bytes Nic::expired_bytes(Qp& qp, Time sent_until) const
{
    Requester& req = qp.req;
    Bytes bytes = 0;
    for (size_t i = 0; i < req.sends.size() && req.sends[i].sent <= sent_until; ++i) {
        if (!in_flight(req, req.sends[i])) continue;
        bytes += size_of(qp, req.sends[i].psn);
        if (config_.quirks.one_per_timeout) break;
    }
    return bytes;
}

/// Gives up on those packets.
void Nic::selective_timeout(Qp& qp, Time sent_until)
{
    Requester& req = qp.req;
    while (!req.sends.empty() && req.sends.front().sent <= sent_until) {
        const SendRecord record = req.sends.front();
        req.sends.pop_front();
        if (!in_flight(req, record)) continue;
        mark_lost(qp, record.psn);
        if (config_.quirks.one_per_timeout) return;
    }
}

}  // namespace hpnsim

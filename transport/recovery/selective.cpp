// SPDX-License-Identifier: GPL-2.0-only
// The sending half of irn and rud: it keeps a state per PSN in flight, reads SACK bitmaps and retransmits
// selectively.
#include "recovery/selective.hpp"

#include "hpnsim/nic.hpp"
#include "nic/turns.hpp"
#include "recovery/passing.hpp"
#include "send/new_packet.hpp"

#include <algorithm>

namespace hpnsim
{

/// Marks `psn` >= una; false if it was marked before. Call it before its request is completed. `by_count`:
/// the bytes in flight fall by the receiver's count (PeerQuirks::count_received).
inline bool Selective::mark_received(Qp& qp, Psn psn, bool by_count)
{
    Requester& req = qp.req;
    PsnState& state = req.selective->psns[psn - req.una];
    if (state.is == PsnState::Is::received) return false;
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

void mark_lost(Qp& qp, Psn psn)
{
    Requester& req = qp.req;
    SelectiveSend& selective = *req.selective;
    selective.psns[psn - req.una].is = PsnState::Is::lost;
    qp.flow.in_flight -= size_of(qp, psn);
    selective.first_lost = req.lost == 0 ? psn : std::min(selective.first_lost, psn);
    ++req.lost;
}

Psn next_lost(Requester& req)
{
    SelectiveSend& selective = *req.selective;
    Psn psn = std::max(selective.first_lost, req.una);
    while (selective.psns[psn - req.una].is != PsnState::Is::lost) ++psn;
    return psn;
}

Bytes expired_bytes(Qp& qp, Time sent_until, bool one)
{
    Ring<SendRecord>& sends = qp.req.selective->sends;
    Bytes bytes = 0;
    for (size_t i = 0; i < sends.size() && sends[i].sent <= sent_until; ++i) {
        if (!in_flight(qp.req, sends[i])) continue;
        bytes += size_of(qp, sends[i].psn);
        if (one) break;
    }
    return bytes;
}

void give_up(Qp& qp, Time sent_until, bool one)
{
    Ring<SendRecord>& sends = qp.req.selective->sends;
    while (!sends.empty() && sends.front().sent <= sent_until) {
        const SendRecord record = sends.front();
        sends.pop_front();
        if (!in_flight(qp.req, record)) continue;
        mark_lost(qp, record.psn);
        if (one) return;
    }
}

void Selective::on_sent(Requester& req, Psn psn, bool repair, Time now)
{
    SelectiveSend& selective = *req.selective;
    if (repair) {
        PsnState& state = selective.psns[psn - req.una];
        state = {PsnState::Is::in_flight, static_cast<uint8_t>(std::min(state.resent + 1, 255)), now};
        --req.lost;
        selective.first_lost = psn + 1;
    } else {
        selective.psns.push_back({PsnState::Is::in_flight, 0, now});
    }
    selective.sends.push_back({psn, now});
}

namespace
{

/// Whether the ACK tells the round trip of one transmission, by PeerQuirks::sample_repaired; asked before it
/// is taken in.
bool samples(const Requester& req, const Packet& ack)
{
    const Ring<PsnState>& psns = req.selective->psns;
    const Psn psn = unwrap_psn(ack.echo_psn, req.una);
    if (psn < req.una || psn >= req.una + psns.size()) return false;
    const PsnState& state = psns[psn - req.una];
    return state.is == PsnState::Is::in_flight && state.resent == (ack.retransmitted ? 1 : 0);
}

}  // namespace

Psn Selective::read_ack(Nic& nic, Qp& qp, const Packet& ack)
{
    Requester& req = qp.req;
    const PeerQuirks& quirks = nic.config_.quirks;
    if (quirks.sample_repaired) req.sampled = samples(req, ack);
    bool news = false;
    const Psn acked_to = std::min<Psn>(unwrap_psn(ack.psn, req.una) + 1, qp.flow.next_psn);
    if (static_cast<int64_t>(acked_to - req.una) > 0)
        for (Psn psn = req.una; psn < acked_to; ++psn) news |= mark_received(qp, psn, quirks.count_received);
    const Psn base = ack.cookie;
    Psn highest = 0;
    for (uint64_t bits = ack.message; bits != 0; bits &= bits - 1) {
        const Psn psn = base + static_cast<Psn>(__builtin_ctzll(bits));
        if (psn < req.una || psn >= qp.flow.next_psn) continue;
        news |= mark_received(qp, psn, quirks.count_received);
        highest = psn;
    }
    if (news) forgive(nic.config_, qp);
    return highest;
}

/// Forgets the PSNs below `una`, which count as received.
inline void Selective::forget_psns(Qp& qp, Psn una, bool by_count)
{
    Requester& req = qp.req;
    Ring<PsnState>& psns = req.selective->psns;
    for (Psn psn = req.una; psn < una; ++psn) {
        mark_received(qp, psn, by_count);
        psns.pop_front();
        ++req.una;
    }
}

Bytes Selective::advance(Nic& nic, Qp& qp, const Packet& ack, Time now)
{
    const Psn una = unwrap_psn(ack.psn, qp.req.una) + 1;
    if (!moves(qp, una)) return 0;
    const Passed passed = pass_requests(qp, una, false);
    forget_psns(qp, una, nic.config_.quirks.count_received);
    nic.move_una(qp, una, now);
    return passed.bytes;
}

void Selective::on_nak(Nic& nic, Qp& qp, const Packet& nak, Time now)
{
    Requester& req = qp.req;
    const Psn psn = unwrap_psn(nak.echo_psn, req.una);
    if (psn < req.una || psn >= qp.flow.next_psn) return;
    if (nic.refused(qp, nak.syndrome, psn)) return;
    const PsnState& state = req.selective->psns[psn - req.una];
    // Stale when it is about an earlier transmission; by uet-htsim's rules any may be meant.
    if (!in_flight(req, {psn, nic.config_.quirks.sample_repaired ? state.sent : nak.sent})) return;
    if ((nak.syndrome & 0xE0) == syndrome::kRnr) {
        if (nic.rnr_exhausted(qp, nak.syndrome, psn, now)) return;
    } else {
        const bool last_hop = nak.syndrome == syndrome::kTrimmedLastHop;
        const Loss why = last_hop ? Loss::trimmed_at_last_hop : Loss::trimmed;
        nic.tell_loss(qp, nak, psn, size_of(qp, psn), why, now);
    }
    mark_lost(qp, psn);
}

Bytes Selective::overdue(const NicConfig& config, Qp& qp, Time sent_until)
{
    return expired_bytes(qp, sent_until, config.quirks.one_per_timeout);
}

void Selective::on_timeout(Nic& nic, Qp& qp, Time sent_until, Time now)
{
    const bool repairing = qp.req.lost > 0;
    give_up(qp, sent_until, nic.config_.quirks.one_per_timeout);
    if (nic.config_.quirks.asks_when_blocked && !repairing) ask_what_arrived(nic, qp, now);
}

/// Asks the question for which uet-htsim sends an RTS, once a base round trip at most.
void Selective::ask_what_arrived(Nic& nic, Qp& qp, Time now)
{
    Time& asked = qp.req.selective->asked;
    if (nic.gate_.may_send_request(qp) || (asked.ps > 0 && now - asked < qp.flow.base_rtt)) return;
    asked = now;
    nic.scheduler_.queue(make_question(nic, qp, now));
}

/// uet-htsim's questions take PSNs of their own. This one is a packet without payload that the receiver has
/// had already, and so acknowledges at once.
Packet* Selective::make_question(Nic& nic, Qp& qp, Time now)
{
    const Requester& req = qp.req;
    const NicConfig& config = nic.config_;
    Packet* packet = nic.new_packet(qp, PacketKind::data, qp.flow.home_port, now);
    packet->psn = wire_psn(req.una - 1);
    packet->trimmed = true;
    packet->ect = false;
    packet->priority = config.control_priority;
    packet->dscp = config.control_dscp;
    packet->wire_bytes = config.wire->trimmed;
    packet->source_port = config.path.ops->pick(qp.path, qp.flow, config.path.params, req.una, packet->plane);
    return packet;
}

Bytes Selective::unacknowledged(Qp& qp)
{
    const Requester& req = qp.req;
    const Ring<PsnState>& psns = req.selective->psns;
    Bytes sum = 0;
    for (Psn psn = req.una; psn < req.una + psns.size(); ++psn)
        if (psns[psn - req.una].is == PsnState::Is::in_flight) sum += size_of(qp, psn);
    return sum;
}

}  // namespace hpnsim

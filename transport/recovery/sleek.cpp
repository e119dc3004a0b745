// SPDX-License-Identifier: GPL-2.0-only
// SLEEK: how a `rud` sender infers losses in a fabric that drops packets without a word (Ultra Ethernet
// leaves the algorithm free, 3.5; this one is uet-htsim's, `-sleek`). What the receiver holds beyond its
// first gap is reordering as long as it is less than one and a half windows; then all that is missing counts
// as lost. A flow that hears nothing more sends a probe, and one that is answered fast says that no queue
// holds the rest.
//
// During an episode of losses repairs need no window, for a window full of lost packets would never open.
// The CC learns of losses by its own means (delay, marks, what arrives) and is told no timeout.
//
// It is the transport's; the CC has the round trip of a probe (Answers::probe). Where uet-htsim asks the CC
// for its least round trip, its target delay and its largest window, this takes the base RTT, once more the
// base RTT and 1.5 BDP: what NSCC has without trimming (UE 1.0, table 3-82). A timeout within an episode
// sends the packet again at once; there it waits for the next ACK, which may never come.
#include "recovery/sleek.hpp"

#include "hpnsim/nic.hpp"
#include "nic/arming.hpp"
#include "recovery/selective.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr Bytes kLeastHeld = 5;                  // fewer packets out of order mean nothing
constexpr int kFirstProbe = 3, kProbeAgain = 5;  // base RTTs without an ACK

}  // namespace

/// Tells whether the ACK answers the latest probe. Probes are told apart by when they left.
bool Sleek::answers_probe(const Qp& qp, const Packet& ack)
{
    const Probe& probe = qp.req.selective->probe;
    const Time left = ack.sent - nanoseconds(ack.host_delay_ns);
    return probe.sent.ps > 0 && ack.echo_psn == probe.psn && left == probe.sent;
}

void Sleek::note_probe(const Qp& qp, const Packet& packet, Ack& ack)
{
    ack.psn = std::min(ack.psn, qp.flow.next_psn);  // the PSN of a probe before any ACK is below 0
    if (!answers_probe(qp, packet)) return;
    ack.answers = Answers::probe;
    ack.rtt_valid = false;
}

void Sleek::on_ack(Nic& nic, Qp& qp, const Packet& ack, Time now)
{
    Requester& req = qp.req;
    plan_probe(nic, qp, now);
    const Time target = qp.flow.base_rtt;
    if (answers_probe(qp, ack) && now - ack.sent < qp.flow.base_rtt + target) {
        req.recovering = true;
        req.selective->recovery = qp.flow.next_psn;
        req.selective->scanned = req.una;
    }
    infer_losses(qp, ack.out_of_order);
}

/// No later packets show that the last packets of a flow are missing, so it probes sooner there.
void Sleek::plan_probe(Nic& nic, Qp& qp, Time now)
{
    const bool open = qp.req.una < qp.flow.next_psn || qp.flow.backlog > 0;
    const int wait = qp.flow.backlog == 0 ? 2 : kFirstProbe;
    Time& due = qp.req.selective->probe.due;
    due = open ? now + qp.flow.base_rtt * wait : Time::max();
    nic.timers_.arm(qp, due);
}

void Sleek::infer_losses(Qp& qp, uint32_t out_of_order)
{
    Requester& req = qp.req;
    SelectiveSend& selective = *req.selective;
    if (req.recovering && req.una >= selective.recovery) req.recovering = false;
    const Bytes window = std::min(qp.flow.window, qp.flow.bdp * 3 / 2);
    const Bytes patience = std::min(window * 3 / 2, qp.flow.bdp * 3 / 2) / qp.mtu;
    if (!req.recovering && out_of_order < std::max(patience, kLeastHeld)) return;
    if (!req.recovering && req.lost == 0) {
        req.recovering = true;
        selective.recovery = qp.flow.next_psn;
    }
    const Psn end =
        std::min(selective.recovery, req.una + std::max<Psn>(static_cast<Psn>(window / qp.mtu), 1));
    for (Psn psn = std::max(req.una, selective.scanned); psn < end; ++psn) {
        if (selective.psns[psn - req.una].is != PsnState::Is::in_flight) continue;
        mark_lost(qp, psn);
        selective.scanned = psn + 1;
    }
}

void Sleek::send_probe(Nic& nic, Qp& qp, Time now)
{
    Probe& latest = qp.req.selective->probe;
    Packet* probe = Selective::make_question(nic, qp, now);
    probe->retransmitted = true;
    latest.psn = probe->psn;
    latest.sent = now;
    latest.due = now + qp.flow.base_rtt * kProbeAgain;
    nic.scheduler_.queue(probe);
}

}  // namespace hpnsim

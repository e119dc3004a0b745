// SPDX-License-Identifier: GPL-2.0-only
// Does what must happen by itself at some time: the algorithms' timers, retransmission, delayed ACKs and
// CNPs.
#include "credit/credits.hpp"
#include "hpnsim/nic.hpp"
#include "nic/arming.hpp"
#include "nic/turns.hpp"
#include "send/new_packet.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Returns where adaptive timeouts begin: at the least 4.096 us x 2^k that covers four base round trips.
/// NVIDIA's NICs double from a base of 4 us within ranges that are not published (docs.nvidia.com, adaptive
/// retransmission).
Time adaptive_start(Time base_rtt)
{
    Time start{4'096'000};
    while (start < base_rtt * 4) start = start * 2;
    return start;
}

}  // namespace

void Nic::arm_earlier(Qp& qp, Time when)
{
    qp.armed = when;
    deadlines_.pull_in(qp.index, when);
}

/// Returns patience where it follows from more than the QP's settings.
Time Nic::changing_patience(const Qp& qp, Time since) const
{
    const Requester& req = qp.req;
    switch (config_.reliability) {
    case Reliability::go_back_n:
        return std::min(qp.ack_timeout, backed_off(adaptive_start(qp.flow.base_rtt), req.timeouts));
    case Reliability::irn: {
        const Bytes few = static_cast<Bytes>(config_.retry.rto_low_packets) * qp.flow.mtu;
        return qp.flow.in_flight < few ? qp.rto_low : qp.rto;
    }
    case Reliability::rud:
        break;
    }
    if (config_.quirks.one_per_timeout) return qp.rto;
    // Backing off is for repairs: what left before the last timeout is part of the loss that it found.
    return backed_off(qp.rto, since < req.row ? std::max(req.timeouts - 1, 0) : req.timeouts);
}

/// Arms everything that the QP may wait for.
void Nic::arm_all(Qp& qp)
{
    arm_timers(qp);
    arm(qp, std::min(qp.resp.ack_due, std::min(qp.req.rts_due, qp.req.probe_due)));
}

inline void Nic::run_timers(Qp& qp, Time now)
{
    bool ran = false;
    for (int i = 0; i < 4; ++i) {
        if (qp.flow.due[i] > now) continue;
        qp.flow.due[i] = Time::max();
        if (qp.law.ops->on_timer == nullptr) continue;
        ran = true;
        qp.law.ops->on_timer(qp.cc, qp.flow, qp.law.params, i);
        check_law(qp, "on_timer");
        count_timer(qp, i, qp.flow.due[i], now);
    }
    // A timer that is set for now or earlier runs at the next moment, because time must go on.
    if (ran)
        for (Time& due : qp.flow.due) due = std::max(due, now + picoseconds(1));
    if (timeout_at(qp) <= now) timeout(qp, now);
    if (qp.resp.ack_due <= now) send_delayed_ack(qp, now);
    if (qp.req.rts_due <= now) rts_timer(qp, now);
    if (qp.req.probe_due <= now) send_probe(qp, now);
}

/// Returns when the next grant or the next delayed CNP is due.
Time Nic::rare_deadline() const
{
    const Time delayed = delayed_.empty() ? Time::max() : delayed_.front()->arrival;
    return credits_ != nullptr ? std::min(delayed, credits_->due()) : delayed;
}

void Nic::on_deadline(Time now)
{
    release_delayed(now);
    if (credits_ != nullptr) grant_due(now);
    if (wake_ <= now)
        for (Port& port : ports_)
            if (port.wake <= now) set_wake(port, Time::max());
    while (!deadlines_.empty() && deadlines_.first_time() <= now) {
        Qp& qp = *qps_[deadlines_.first()];
        deadlines_.pop();
        qp.armed = Time::max();
        qp.flow.now = now;
        run_timers(qp, now);
        consider(qp, now);
        arm_all(qp);
    }
}

void Nic::release_delayed(Time now)
{
    while (!delayed_.empty() && delayed_.front()->arrival <= now) queue_reply(delayed_.pop());
}

/// Asks the question for which uet-htsim sends an RTS, once a base round trip at most.
void Nic::ask_what_arrived(Qp& qp, Time now)
{
    Requester& req = qp.req;
    if (may_send_request(qp) || (req.probed.ps > 0 && now - req.probed < qp.flow.base_rtt)) return;
    req.probed = now;
    queue_reply(make_question(qp, now));
}

/// uet-htsim's questions take PSNs of their own. This one is a packet without payload that the receiver has
/// had already, and so acknowledges at once.
Packet* Nic::make_question(Qp& qp, Time now)
{
    const Requester& req = qp.req;
    Packet* packet = new_packet(qp, PacketKind::data, qp.flow.home_port, now);
    packet->psn = wire_psn(req.una - 1);
    packet->trimmed = true;
    packet->ect = false;
    packet->priority = config_.control_priority;
    packet->dscp = config_.control_dscp;
    packet->wire_bytes = config_.wire->trimmed;
    packet->source_port =
        config_.path.ops->pick(qp.path, qp.flow, config_.path.params, req.una, packet->plane);
    return packet;
}

/// Tells whether a timeout of what was sent at `since` is one too many. When a whole window is lost, its
/// packets expire one by one: that counts as one timeout, and the next is one of a packet that left after it.
bool Nic::retries_exhausted(Qp& qp, Time since, Time wait, Time now)
{
    Requester& req = qp.req;
    if (selective_ && since < req.row) return false;
    req.row = now;
    req.waited += wait;
    if (too_many_timeouts(qp, 0)) return true;
    ++req.timeouts;
    set_near_end(qp, too_many_timeouts(qp, 1));
    return false;
}

/// Short timeouts that precede longer ones count by their time. Otherwise a packet that waits in a deep queue
/// would use up its retries long before it would by the longer ones. `more`: as if there had been so many
/// more, of the longest.
bool Nic::too_many_timeouts(const Qp& qp, int more) const
{
    const Requester& req = qp.req;
    const int64_t most = qp.retries + 1;
    if (config_.retry.adaptive && !selective_) return req.waited >= qp.ack_timeout * (most - more);
    if (config_.reliability == Reliability::irn && !config_.retry.rto_low)
        return req.waited >= qp.rto * (most - more);
    return req.timeouts + more >= qp.retries;
}

void Nic::timeout(Qp& qp, Time now)
{
    Requester& req = qp.req;
    ++counters_.timeouts;
    const Time since = waiting_since(qp);
    const Time wait = patience(qp, since);
    if (retries_exhausted(qp, since, wait, now)) {
        fail(qp, Status::retry_exceeded, req.una);
        return;
    }
    const Bytes overdue = selective_ ? expired_bytes(qp, now - wait) : qp.flow.in_flight;
    if (config_.path.ops->feedback != nullptr)
        config_.path.ops->feedback(qp.path, qp.flow, config_.path.params, {}, PathEvent::timeout);
    if (qp.law.ops->on_timeout != nullptr && !req.recovering) {
        qp.law.ops->on_timeout(qp.cc, qp.flow, qp.law.params, {overdue, req.timeouts});
        check_law(qp, "on_timeout");
    }
    if (selective_) {
        const bool repairing = req.lost > 0;
        selective_timeout(qp, now - wait);
        if (config_.quirks.asks_when_blocked && !repairing) ask_what_arrived(qp, now);
    } else {
        go_back(qp);
        req.implied_at = ~Psn{0};
        req.progress = now;
    }
}

}  // namespace hpnsim

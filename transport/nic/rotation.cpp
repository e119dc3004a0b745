// SPDX-License-Identifier: GPL-2.0-only
// Rotation::ring: HPCC-sim's host scheduling. Every time that a port is free, its QPs are looked at in the
// order in which they got work, from the one after the last served. QPs that have finished leave the ring on
// that occasion. If none may send, one wake-up is planned, for the earliest pacing time of all QPs with
// unsent data, whether or not their windows are full; none if that time is past, and then it takes an arrival
// to go on.
#include "hpnsim/nic_scheduler.hpp"
#include "nic/turns.hpp"
#include "qp/qp.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

bool finished(const Qp& qp)
{
    return qp.req.una == qp.req.end && qp.req.waiting->empty() && !qp.answering;
}

}  // namespace

/// As long as there is a ring, the port's ready set counts as occupied by every priority.
void NicScheduler::join_ring(Qp& qp)
{
    Port& port = ports_[qp.flow.home_port];
    qp.is_ready = true;
    port.ring.push_back(&qp);
    port.ready.occupied = 0xff;
}

Qp* NicScheduler::next_in_ring(Port& port, PausedPriorities paused, Time now, const SendGate& gate)
{
    const size_t count = port.ring.size();
    size_t chosen = count, first_finished = count;
    for (size_t i = 1; i <= count && chosen == count; ++i) {
        const size_t at = (port.last_served + i) % count;
        const Qp& qp = *port.ring[at];
        if ((paused & priority_bit(qp.priority)) == 0 && gate.may_send(qp)) {
            if (gate.release_time(qp) <= now) chosen = at;
        } else if (finished(qp)) {
            first_finished = std::min(first_finished, at);
        }
    }
    const bool any = chosen < count;
    if (first_finished < count) drop_finished(port, first_finished, chosen);
    if (!any) {
        plan_wake(port, gate, now);
        return nullptr;
    }
    port.last_served = chosen;
    return port.ring[chosen];
}

/// Closes the gaps in the ring from `from` on; `chosen` follows its QP.
void NicScheduler::drop_finished(Port& port, size_t from, size_t& chosen)
{
    size_t to = from;
    for (size_t i = from; i < port.ring.size(); ++i) {
        if (finished(*port.ring[i])) {
            port.ring[i]->is_ready = false;
            continue;
        }
        if (i == chosen) chosen = to;
        port.ring[to++] = port.ring[i];
    }
    port.ring.resize(to);
    if (to == 0) port.ready.occupied = 0;
}

void NicScheduler::plan_wake(Port& port, const SendGate& gate, Time now)
{
    Time earliest = Time::max();
    for (const Qp* qp : port.ring)
        if (gate.has_work(*qp)) earliest = std::min(earliest, gate.release_time(*qp));
    if (port.wake == Time::max() && earliest > now) set_wake(port, earliest);
}

void NicScheduler::set_wake(Port& port, Time when)
{
    port.wake = when;
    wake_ = Time::max();
    for (const Port& each : ports_) wake_ = std::min(wake_, each.wake);
}

void NicScheduler::wake_up(Time now)
{
    if (wake_ > now) return;
    for (Port& port : ports_)
        if (port.wake <= now) set_wake(port, Time::max());
}

void NicScheduler::pull_wake_in(const Qp& qp, const SendGate& gate, Time now)
{
    Port& port = ports_[qp.flow.home_port];
    const Time release = gate.release_time(qp);
    if (port.wake != Time::max() && release < port.wake) set_wake(port, std::max(release, now));
}

}  // namespace hpnsim

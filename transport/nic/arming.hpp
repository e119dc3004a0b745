// SPDX-License-Identifier: GPL-2.0-only
// Keeps a queue pair's place among the NIC's deadlines no later than the first thing that it waits for. Every
// packet that leaves and every ACK asks whether something has become earlier; nearly always nothing has, and
// so this is compiled into whoever asks. Internal to the transport.
#pragma once

#include "recovery/selective.hpp"

#include <algorithm>

namespace hpnsim
{

inline void Nic::arm(Qp& qp, Time when)
{
    if (when < qp.armed) arm_earlier(qp, when);
}

/// Returns how long the oldest packet, sent at `since`, may stay unacknowledged.
inline Time Nic::patience(const Qp& qp, Time since) const
{
    return recovery_.patience == nullptr ? qp.ack_timeout : recovery_.patience(config_, qp, since);
}

/// Returns when the transmission began that has waited longest; max: none waits.
inline Time Nic::waiting_since(Qp& qp) const
{
    Requester& req = qp.req;
    if (recovery_.any_order) return oldest_sent(req);
    return req.send == req.una ? Time::max() : req.progress;
}

inline Time Nic::timeout_at(Qp& qp) const
{
    const Requester& req = qp.req;
    if (req.silent || req.una == qp.flow.next_psn || qp.service != Service::rc) return Time::max();
    const Time since = waiting_since(qp);
    const Time wait = patience(qp, since);
    return since < Time::max() - wait ? since + wait : Time::max();
}

/// Arms what a packet that leaves or an ACK may have changed: the CC's timers, and the timeout. Whoever sets
/// one of the others (arm_all) arms it too.
inline void Nic::arm_timers(Qp& qp)
{
    const Time* due = qp.flow.due;
    const Time timers = std::min(std::min(due[0], due[1]), std::min(due[2], due[3]));
    arm(qp, std::min(timers, timeout_at(qp)));
}

}  // namespace hpnsim

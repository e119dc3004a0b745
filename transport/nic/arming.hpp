// SPDX-License-Identifier: GPL-2.0-only
// Keeps a queue pair's place among the NIC's deadlines no later than the first thing that it waits for
// (NicTimers). Internal to the transport.
#pragma once

#include "hpnsim/nic_timers.hpp"
#include "recovery/selective.hpp"

#include <algorithm>

namespace hpnsim
{

inline void NicTimers::arm(Qp& qp, Time when)
{
    if (when < qp.armed) arm_earlier(qp, when);
}

inline Time NicTimers::patience(const Qp& qp, Time since) const
{
    return recovery_.patience == nullptr ? qp.rto : recovery_.patience(config_, qp, since);
}

inline Time NicTimers::waiting_since(Qp& qp) const
{
    Requester& req = qp.req;
    if (recovery_.any_order) return oldest_sent(req);
    return req.send == req.una ? Time::max() : req.progress;
}

inline Time NicTimers::timeout_at(Qp& qp) const
{
    const Requester& req = qp.req;
    if (req.silent || req.una == qp.flow.next_psn || qp.service != Service::rc) return Time::max();
    const Time since = waiting_since(qp);
    const Time wait = patience(qp, since);
    return since < Time::max() - wait ? since + wait : Time::max();
}

inline void NicTimers::arm_changing(Qp& qp)
{
    const Time* due = qp.flow.due;
    const Time timers = std::min(std::min(due[0], due[1]), std::min(due[2], due[3]));
    arm(qp, std::min(timers, timeout_at(qp)));
}

}  // namespace hpnsim

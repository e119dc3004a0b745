// SPDX-License-Identifier: GPL-2.0-only
// Moves deadlines of queue pairs (NicTimers), which happens far less often than it is asked for.
#include "nic/arming.hpp"

namespace hpnsim
{

void NicTimers::arm_earlier(Qp& qp, Time when)
{
    qp.armed = when;
    heap_.pull_in(qp.index, when);
}

void NicTimers::arm_all(Qp& qp)
{
    arm_changing(qp);
    arm(qp, std::min(qp.resp.ack_due, std::min(qp.req.rts_due, qp.req.probe.due)));
}

}  // namespace hpnsim

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
    arm(qp, qp.resp.ack_due);
    if (qp.credit) arm(qp, qp.credit.used().rts_due);
    if (qp.req.selective != nullptr) arm(qp, qp.req.selective->probe.due);
}

}  // namespace hpnsim

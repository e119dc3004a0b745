// SPDX-License-Identifier: GPL-2.0-only
// Moves a sender's `una` over the PSNs that are done with, whatever made them so. Internal to the transport.
#pragma once

#include "qp/qp.hpp"

#include <algorithm>

namespace hpnsim
{

struct Passed {
    Psn to = 0;
    Bytes bytes = 0;
};

/// Walks over the requests from `una` on, as far as `to` at most, and adds up what windows were charged for
/// them. `only_answered`: it stops where an answer is missing.
inline Passed pass_requests(Qp& qp, Psn to, bool only_answered)
{
    Requester& req = qp.req;
    Passed passed{req.una, 0};
    while (passed.to < to) {
        const Wqe& wqe = req.wqes[req.acked_wqe];
        if (only_answered && !wqe.answered) break;
        const Psn end = std::min(to, end_of(wqe));
        passed.bytes += static_cast<Bytes>(end - passed.to - 1) * qp.mtu + payload_of(wqe, end - 1, qp.mtu) +
                        static_cast<Bytes>(end - passed.to) * qp.flow.header;
        passed.to = end;
        if (end == end_of(wqe)) ++req.acked_wqe;
    }
    return passed;
}

/// Tells whether an acknowledgement up to `una` says anything new and possible.
inline bool moves(const Qp& qp, Psn una)
{
    return static_cast<int64_t>(una - qp.req.una) > 0 && una <= qp.flow.next_psn;
}

/// Moves `una`, and completes what it has passed.
inline void Nic::move_una(Qp& qp, Psn una, Time now)
{
    Requester& req = qp.req;
    req.una = una;
    req.progress = now;
    forgive(config_, qp);
    if (req.acked_wqe > 0 || req.waiting) complete_ready(qp);
}

}  // namespace hpnsim

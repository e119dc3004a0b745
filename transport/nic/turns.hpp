// SPDX-License-Identifier: GPL-2.0-only
// Says whether a queue pair may send, and from when on (SendGate). These are asked several times for every
// packet, and so are compiled into whoever asks. Internal to the transport.
#pragma once

#include "hpnsim/send_gate.hpp"
#include "qp/qp.hpp"

#include <algorithm>

namespace hpnsim
{

inline bool SendGate::has_work(const Qp& qp) const
{
    const Requester& req = qp.req;
    if (req.silent) return false;
    if (req.lost > 0) return true;
    return req.send != req.end && req.send - req.una < psn_window_;
}

/// Tells whether a QP whose window has no room for a full packet may send all the same: it repairs, or its
/// last packet is shorter.
inline bool SendGate::repairs_or_ends(const Qp& qp) const
{
    const Flow& flow = qp.flow;
    const Requester& req = qp.req;
    if (req.recovering && req.lost > 0) return true;  // SLEEK: repairs need no window
    const bool only_new = req.lost == 0 && req.send == flow.next_psn;
    return only_new && flow.in_flight + flow.backlog + flow.header <= std::min(flow.window, req.cap);
}

inline bool SendGate::may_send_request(const Qp& qp) const
{
    const Flow& flow = qp.flow;
    if (!has_work(qp) || flow.credit <= 0) return false;
    // One packet may always be in flight; release_time paces what a window below one MTU allows.
    return flow.in_flight <= 0 || flow.in_flight + qp.req.room <= std::min(flow.window, qp.req.cap) ||
           repairs_or_ends(qp);
}

inline bool SendGate::may_send(const Qp& qp) const
{
    return qp.answering || may_send_request(qp);
}

/// Returns when a window below one MTU, which spreads its packets over as many round trips, lets the next one
/// go.
Time small_window_release(const Qp& qp);

inline Time SendGate::release_time(const Qp& qp) const
{
    const Flow& flow = qp.flow;
    const Requester& req = qp.req;
    Time release = qp.answering ? Time{} : req.blocked_until;
    if (pacing_ != Pacing::rate_now) return std::max(release, whole_ns_release(qp));
    if (flow.rate < flow.line_rate) {
        const Rate rate = {std::max<int64_t>(flow.rate.bps, 1)};
        release = std::max(release, req.last_sent + transmit_time(req.last_wire, rate));
    }
    if (flow.window < flow.mtu && !qp.answering) release = std::max(release, small_window_release(qp));
    return release;
}

}  // namespace hpnsim

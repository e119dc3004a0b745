// SPDX-License-Identifier: GPL-2.0-only
// Computes when pacing lets a packet go in the cases that are rare, or peers'.
#include "hpnsim/send_gate.hpp"

#include "nic/turns.hpp"

#include <algorithm>

namespace hpnsim
{

/// Returns when HPCC-sim's pacing, in whole nanoseconds, lets the next packet go.
[[gnu::cold]] Time SendGate::whole_ns_release(const Qp& qp) const
{
    const Requester& req = qp.req;
    if (pacing_ == Pacing::rate_then) return qp.rest.release;
    return req.last_sent + whole_ns_transmit_time(req.last_wire, qp.flow.rate);
}

Time small_window_release(const Qp& qp)
{
    const Requester& req = qp.req;
    const double round_trips =
        static_cast<double>(req.last_payload) / static_cast<double>(std::max<Bytes>(qp.flow.window, 1));
    return req.last_sent + Time{static_cast<int64_t>(static_cast<double>(qp.flow.base_rtt.ps) * round_trips)};
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// What the empty network can do: base RTT and ideal flow completion time. Lower bounds: no scheme beats them.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/wire.hpp"

namespace hpnsim
{

/// Round trip of one full data packet of `mtu` payload and its ACK over `out` and back.
Time base_rtt(const std::vector<HopPlan>& out, const std::vector<HopPlan>& back, Bytes mtu, const Wire& wire);

/// The least time from posting a message of `bytes` to its last ACK, over the empty network, with the packets
/// split over all `planes` paths (one entry per live NIC port) and without INT bytes. Exact: a permutation
/// flow shop of equal packets with a shorter last one.
Time ideal_fct(const std::vector<std::vector<HopPlan>>& out, const std::vector<std::vector<HopPlan>>& back,
               Bytes bytes, Bytes mtu, const Wire& wire);

}  // namespace hpnsim

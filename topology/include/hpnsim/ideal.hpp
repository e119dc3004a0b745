// SPDX-License-Identifier: GPL-2.0-only
// What the empty network can do: base RTT and ideal flow completion time. Lower bounds: no scheme beats them.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/wire.hpp"

namespace hpnsim
{

/// Round trip of one full data packet of `mtu` payload (a middle one: no RETH) and its ACK over `out` and
/// back.
Time base_rtt(const std::vector<HopPlan>& out, const std::vector<HopPlan>& back, Bytes mtu, const Wire& wire);

/// The least time from posting a message of `bytes` to its last ACK, over the empty network, with the packets
/// split over all `planes` paths (one entry per live NIC port; an empty path is a dead one) and without INT
/// bytes. Each port sends its share in PSN order; the first packet carries the RETH, the last may be shorter.
/// Exact for one port: the critical path of a permutation flow shop. For several it is the best split, with
/// the quickest way back for the ACK: no schedule beats it. Time::max() without any path.
Time ideal_fct(const std::vector<std::vector<HopPlan>>& out, const std::vector<std::vector<HopPlan>>& back,
               Bytes bytes, Bytes mtu, const Wire& wire);

/// A lower bound on the end of the last of `senders` flows of `bytes` each that start together into one
/// receiver: its links carry every byte, and none arrives before a first packet has come that far. `out`
/// and `back` are those of the nearest sender.
Time ideal_incast_last(const std::vector<std::vector<HopPlan>>& out,
                       const std::vector<std::vector<HopPlan>>& back, uint64_t senders, Bytes bytes,
                       Bytes mtu, const Wire& wire);

}  // namespace hpnsim

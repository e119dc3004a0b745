// SPDX-License-Identifier: GPL-2.0-only
// Computes what the empty network can do: base RTT and ideal flow completion time. They are lower bounds,
// which no scheme can beat.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/wire.hpp"

#include <algorithm>
#include <vector>

namespace hpnsim
{

/// Describes the packets of a message by its verb: verbs differ in their extension headers.
struct Movement {
    Opcode only, first, middle, last;
    bool pulled;  ///< the receiver asks by a READ request and is done with the last response; no ACK follows
};
inline constexpr Movement kWritten{Opcode::write_only, Opcode::write_first, Opcode::write_middle,
                                   Opcode::write_last, false};
inline constexpr Movement kSent{Opcode::send_only, Opcode::send_first, Opcode::send_middle, Opcode::send_last,
                                false};
inline constexpr Movement kRead{Opcode::read_response_only, Opcode::read_response_first,
                                Opcode::read_response_middle, Opcode::read_response_last, true};

/// Collects what a time depends on besides paths and bytes. It is the same for every congestion control.
struct Terms {
    Bytes mtu;         ///< payload of a full packet
    const Wire* wire;  ///< framing, without INT
    Movement how = kWritten;
    bool whole_ns = false;  ///< links take whole_ns_transmit_time for a packet, as HPCC-sim's do
};

/// Has one entry per NIC port, each a path made by PathBounds; an empty one is a dead port.
using Paths = std::vector<std::vector<HopPlan>>;

/// Computes bounds over every path between two endpoints. Equal next hops may have links of different rates
/// and delays: hop k of the bound has the highest rate and the least delay and latency of all links that can
/// be the k-th, and `ways` of them. Where all are alike, the bound is the path itself.
class PathBounds
{
public:
    PathBounds(const FabricPlan& plan, const FabricIndex& index);
    /// Bounds the paths from `src` by its port `plane` to `dst`. Empty: there is none.
    std::vector<HopPlan> path(uint32_t src, uint32_t dst, uint8_t plane);
    /// Bounds the paths from every port of `src`.
    Paths paths(uint32_t src, uint32_t dst);

private:
    struct Link {
        uint32_t node, port;
    };
    bool visit(const Link& link, uint32_t dst, HopPlan& hop);
    void add_next(uint32_t node, uint32_t dst);

    const FabricPlan& plan_;
    const FabricIndex& index_;
    std::vector<Link> stage_, next_;  // links that can be the next hop
    std::vector<uint64_t> seen_;      // per node: the last stage that reached it
    uint64_t stamp_ = 0;
};

/// Returns the round trip of one full data packet of `mtu` payload (a middle one: no RETH) over `out`, and of
/// its ACK over `back`.
Time base_rtt(const std::vector<HopPlan>& out, const std::vector<HopPlan>& back, Bytes mtu, const Wire& wire);

/// Returns the least time from posting a message of `bytes` to its completion, over the empty network, with
/// the packets split over all paths and without INT bytes. Each port sends its share in PSN order; the last
/// packet may be shorter. `out` leads to where the bytes go, `back` from there. For one port it is exact: the
/// critical path of a permutation flow shop. For several it is the best split, with the quickest way back for
/// the ACK (READ: for the request), and no schedule beats it. Time::max() without any path, or when it cannot
/// be represented.
Time ideal_fct(const Paths& out, const Paths& back, Bytes bytes, const Terms& terms);

/// Returns likewise the time until the last byte is in the receiver's memory.
Time ideal_delivery(const Paths& out, const Paths& back, Bytes bytes, const Terms& terms);

/// Bounds the end of the last of several flows that start together into one receiver, from below: the
/// receiver's links carry every byte, none arrives before a first packet has come that far, and the last is
/// not done before each could be alone.
class IncastIdeal
{
public:
    /// `links` are the receiver's; `bytes` is the size of each flow.
    IncastIdeal(std::vector<Rate> links, Bytes bytes, const Terms& terms);
    /// Adds one more sender.
    void add(const Paths& out, const Paths& back);
    /// Returns Time::max() if a sender has no path, or when it cannot be represented.
    Time last() const;

private:
    std::vector<Rate> links_;
    Bytes bytes_;
    Terms terms_;
    int64_t senders_ = 0;
    Time head_ = Time::max(), cable_ = Time::max(), reply_ = Time::max(), alone_;
};

}  // namespace hpnsim

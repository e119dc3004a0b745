// SPDX-License-Identifier: GPL-2.0-only
// A workload decides who sends what to whom, and when: it asks a carrier to move messages and is told what
// became of them. It is pure C++: tests drive it with a carrier of their own.
#pragma once

#include "hpnsim/flow_status.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim
{

struct Message {
    uint64_t id = 0;            ///< the workload's own number, unique in the run
    uint32_t src = 0, dst = 0;  ///< endpoints
    Bytes bytes = 0;            ///< payload, >= 1, any size
    bool nvlink = false;        ///< inside a host, over NVLink
    Bytes down = 0;         ///< over the receiver's NVLink, if NVSwitch makes more or less of it; 0: bytes
    uint32_t channel = 0;   ///< messages of different channels between a pair may use different QPs
    int priority = -1;      ///< >= 0: on a QP of its own with this priority; -1: the NIC's
    uint32_t function = 0;  ///< which of the NIC's functions carries it (NetworkConfig::functions)
    uint16_t port = 0;      ///< UDP destination of a QP of its own; 0: the usual
    uint64_t context = 0;   ///< the workload's own note; carriers give it back
    uint32_t job = 0;       ///< whose it is of the workloads that share the network

    Bytes received() const { return down > 0 ? down : bytes; }
};

/// Moves messages. Neither call ever calls back into the workload before it returns.
class Carrier
{
public:
    virtual ~Carrier() = default;
    virtual Time now() const = 0;
    virtual void send(const Message&) = 0;
    /// The endpoint has copied or added up bytes inside its own memory (src is dst). Where there are no
    /// bytes, there is nothing to do.
    virtual void work(const Message&) {}
    /// The same for what concerns the endpoint's host alone.
    virtual void at_host(uint32_t /*endpoint*/, Time when, uint64_t token) { at(when, token); }
    /// True if hosts may be behind or ahead of this moment (Workload::acts_apart).
    virtual bool apart() const { return false; }
    /// Makes the carrier call on_timer(token) at `when`, which is not before now().
    virtual void at(Time when, uint64_t token) = 0;
};

class Workload
{
public:
    virtual ~Workload() = default;
    virtual void start(Carrier&) = 0;
    /// The last byte of the message is in the receiver's memory.
    virtual void on_delivered(Carrier&, const Message&) = 0;
    /// The sender has its completion, which may be an error.
    virtual void on_completed(Carrier&, const Message&, FlowStatus status) = 0;
    virtual void on_timer(Carrier&, uint64_t token) = 0;
    /// True when nothing more will be sent or awaited: the run ends.
    virtual bool done() const = 0;
    /**
     * True if a delivery at an endpoint, or a completion, makes only this endpoint's host send, as long as
     * any message that was sent has bytes that have not left; if nothing is done before all of them have; and
     * if until then a completion without error makes nobody send.
     * Then hosts may be run one after the other for short times (RoceNetwork::RunByNode).
     */
    virtual bool acts_by_host() const { return false; }
    /// True if it is not done before senders have had their completions of all messages of that job
    /// (Message::job) that were sent. Then switches may be run ahead of hosts for short times, and hosts act in
    /// turn, whatever they make each other do (RoceNetwork::HostsAct). Never the one time so, the other not.
    virtual bool outlasts(uint32_t /*job*/) const { return false; }
    /// True if acting by host still holds as long as any message that was sent has not been delivered.
    virtual bool awaits_completions() const { return false; }
    /// True if it holds because a message between hosts, which has not been sent yet, must be delivered
    /// first.
    virtual bool must_send_more() const { return false; }
    /// The same for any message, inside a host too.
    virtual bool must_send_more_or_inside() const { return false; }
    /// True if, as long as it acts by host, hosts may be told of their deliveries, and of completions without
    /// error and of timers of at_host(), in any order of time, and in several lanes at once, while
    /// Carrier::apart() is true. It then makes this host alone send; what belongs to all waits for
    /// caught_up().
    virtual bool acts_apart() const { return false; }
    /// Asks the caches for what on_delivered of a message to that endpoint will touch.
    virtual void warm(uint32_t /*endpoint*/) const {}
    /// All hosts have come to the same moment again.
    virtual void caught_up(Carrier&) {}
    /// Returns the share of the work done, 0..1, for the progress line.
    virtual double progress() const = 0;
};

}  // namespace hpnsim

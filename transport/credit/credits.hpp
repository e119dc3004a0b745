// SPDX-License-Identifier: GPL-2.0-only
// A NIC whose receiver policy is of scope `port` keeps its credit here: the policy of each port, and what
// each QP's peer still wants. Internal to the transport.
#pragma once

#include "hpnsim/nic.hpp"

#include <algorithm>

namespace hpnsim
{

class Credits
{
public:
    Credits(uint32_t endpoint, const NicConfig& config);

    /// Makes room for one more QP.
    void add_qp();

    /// Tells the policy of `port` of an arrival, or of the demand that another port no longer serves.
    Reply tell(uint8_t port, const Received& data);
    /// Notes that the peer wants grants up to the running count `target`; `granted` is the count reached
    /// here. The largest demand holds, whatever order they come in.
    void note_demand(uint32_t qp, Bytes target, Bytes granted);
    /// What the peer spent this much credit on is lost, so that it will want as much again.
    void note_loss(uint32_t qp, Bytes payload) { wanted_[qp] += payload; }
    Bytes wanted(uint32_t qp) const { return wanted_[qp]; }
    void forget(uint32_t qp) { wanted_[qp] = 0; }

    /// Returns when a policy wants to grant; max: none does.
    Time due() const
    {
        Time first = Time::max();
        for (const Port& port : ports_) first = std::min(first, port.view.due);
        return first;
    }
    /// Returns what the port grants now, if it is due; it counts as granted.
    Grant next_grant(uint8_t port, Time now);

    /// The port has gone down: its policy begins anew.
    void restart(uint8_t port);

private:
    struct Port {
        ReceivePort view;
        std::vector<uint64_t> state, senders;  ///< of the policy; an array of words, for their alignment
    };
    void* sender(Port& port, uint32_t qp) const;

    Plugged<ReceiverOps> policy_;
    std::vector<Port> ports_;
    std::vector<Bytes> wanted_;  ///< by QP: Received::wanted
};

/// Subtracts two running counts as the wire has them, modulo 2^32.
constexpr Bytes count_ahead(Bytes count, Bytes of)
{
    return static_cast<int32_t>(static_cast<uint32_t>(count) - static_cast<uint32_t>(of));
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Keeps a receiver policy of one NIC port as the transport keeps it, in virtual time.
#pragma once

#include "hpnsim/registry.hpp"

#include <algorithm>
#include <vector>

namespace hpnsim::test
{

class PortPolicy
{
public:
    struct Granted {
        Time at;
        uint32_t qp;
        Bytes bytes;
    };

    PortPolicy(const std::string& spec, uint32_t qps, Rate rate, Bytes mtu, Bytes wire_mtu)
        : policy_(choose_receiver(spec)), state_((policy_.ops->slot.state_size + 7) / 8),
          senders_(qps * ((policy_.ops->sender_size + 7) / 8)), wanted_(qps), granted_(qps)
    {
        policy_.ops->slot.make_state(state_.data());
        for (uint32_t i = 0; i < qps; ++i)
            policy_.ops->make_sender(senders_.data() + i * ((policy_.ops->sender_size + 7) / 8));
        port_.rate = rate;
        port_.mtu = mtu;
        port_.wire_mtu = wire_mtu;
        port_.wanted = wanted_.data();
        port_.senders = senders_.data();
    }

    /// Brings a packet of `qp`, which says up to which count its sender wants to be granted.
    Reply data(Time now, uint32_t qp, Bytes target, Bytes payload, bool ecn = false)
    {
        wanted_[qp] = std::max(wanted_[qp], target - granted_[qp]);
        Received data;
        data.now = port_.now = now;
        data.qp = qp;
        data.payload = payload;
        data.ecn = ecn;
        data.wanted = wanted_[qp];
        data.bdp = bdp;
        data.base_rtt = base_rtt;
        data.trimmed = trimmed;
        return policy_.ops->on_port_data(state_.data(), policy_.params.get(), port_, data);
    }
    Reply data(Time now, uint32_t qp, Bytes target) { return data(now, qp, target, port_.mtu); }
    /// Another port of the NIC grants.
    void granted_elsewhere(uint32_t qp, Bytes bytes) { count(qp, bytes); }

    /// Returns what it grants up to and including `until`.
    std::vector<Granted> run_to(Time until)
    {
        std::vector<Granted> all;
        while (port_.due <= until) {
            port_.now = port_.due;
            const Grant grant = policy_.ops->on_timer(state_.data(), policy_.params.get(), port_);
            if (grant.bytes == 0) continue;
            count(grant.qp, grant.bytes);
            all.push_back({port_.now, grant.qp, grant.bytes});
        }
        return all;
    }
    Time due() const { return port_.due; }
    Bytes wanted(uint32_t qp) const { return wanted_[qp]; }
    Bytes granted(uint32_t qp) const { return granted_[qp]; }

    Bytes bdp = 100'000;  ///< of every QP
    Time base_rtt = microseconds(2);
    bool trimmed = false;  ///< what arrives was, inside the fabric

private:
    void count(uint32_t qp, Bytes bytes)
    {
        wanted_[qp] -= bytes;
        granted_[qp] += bytes;
    }

    Chosen<ReceiverOps> policy_;
    std::vector<uint64_t> state_, senders_;
    std::vector<Bytes> wanted_, granted_;
    ReceivePort port_;
};

}  // namespace hpnsim::test

// SPDX-License-Identifier: GPL-2.0-only
// Asks the receiver policy what to send back for an arrival. Every data packet asks, and so this is compiled
// into whoever does. Internal to the transport.
#pragma once

#include "qp/qp.hpp"

namespace hpnsim
{

inline Reply Nic::ask_policy(Qp& qp, const Packet& data, uint8_t port, Time now)
{
    if (credits_ != nullptr) return ask_port_policy(qp, data, port, now);
    Received received;
    received.now = now;
    received.qp = qp.index;
    received.payload = data.payload;
    received.ecn = data.ce;
    received.trimmed = data.trimmed;
    received.last_hop = data.last_hop;
    received.wanted = data.received;
    return config_.receiver.ops->on_data(qp.receiver, config_.receiver.params, received);
}

}  // namespace hpnsim

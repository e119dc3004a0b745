// SPDX-License-Identifier: GPL-2.0-only
// SLEEK, by which a rud sender infers losses (SelectiveSettings::sleek): what it does with a NIC. Internal to
// the transport.
#pragma once

#include "qp/qp.hpp"

namespace hpnsim
{

struct Sleek {
    /// Marks a probe as a retransmission, so that nobody takes its round trip for that of data.
    static void note_probe(const Qp& qp, const Packet& packet, Ack& ack);
    /// Infers losses from an ACK, once the CC knows of it.
    static void on_ack(Nic& nic, Qp& qp, const Packet& ack, Time now);
    static void send_probe(Nic& nic, Qp& qp, Time now);

private:
    static bool answers_probe(const Qp& qp, const Packet& ack);
    static void plan_probe(Nic& nic, Qp& qp, Time now);
    static void infer_losses(Qp& qp, uint32_t out_of_order);
};

}  // namespace hpnsim

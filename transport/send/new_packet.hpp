// SPDX-License-Identifier: GPL-2.0-only
// Begins a packet of a queue pair's sending half, and remembers that it has left. Internal to the transport.
#pragma once

#include "qp/qp.hpp"

namespace hpnsim
{

/// Makes what all packets with data have in common.
inline Packet* Nic::new_packet(const Qp& qp, PacketKind kind, uint8_t port, Time now)
{
    Packet* packet = pool_.take();
    packet->kind = kind;
    packet->priority = qp.priority;
    packet->dscp = qp.dscp;
    packet->src = endpoint_;
    packet->dst = qp.peer;
    packet->dst_qp = qp.peer_qp;
    packet->plane = port;
    packet->ect = config_.ecn_capable;
    packet->dest_port = qp.dest_port;
    packet->sent = now;
    return packet;
}

/// Remembers what pacing and the counters need.
inline void Nic::remember_sent(Qp& qp, const Packet& packet, Time now)
{
    ++counters_.data_packets;
    qp.req.last_sent = now;
    qp.req.last_wire = packet.wire_bytes;
    qp.req.last_payload = packet.payload;
    qp.last_opcode = packet.opcode;
    if (config_.quirks.pacing == Pacing::rate_then)
        qp.rest.release = now + whole_ns_transmit_time(packet.wire_bytes, qp.flow.rate);
}

}  // namespace hpnsim

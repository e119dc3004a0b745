// SPDX-License-Identifier: GPL-2.0-only
// In-band telemetry: one record per switch egress, taken when the packet begins to leave.
#pragma once

#include "hpnsim/packet.hpp"

namespace hpnsim
{

/// Adds a record; a packet that has crossed IntBlock::kMax switches keeps the first ones and counts
/// on, so that its sender can tell.
inline void
StampTelemetry(Packet& packet, PacketPool& pool, const IntHop& hop)
{
    if (packet.telemetry == nullptr)
    {
        packet.telemetry = pool.take_block();
    }
    if (packet.hop_count < IntBlock::kMax)
    {
        packet.telemetry->hop[packet.hop_count++] = hop;
    }
}

} // namespace hpnsim

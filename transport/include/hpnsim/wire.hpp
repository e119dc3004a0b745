// SPDX-License-Identifier: GPL-2.0-only
// How many bytes a packet occupies on a link, by framing (`--wire`).
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>
#include <string>

namespace hpnsim
{

/// Sizes of everything that crosses a link, in wire bytes.
struct Wire {
    const char* name;
    uint32_t data_overhead;  ///< added to the payload of a middle packet
    uint32_t first_extra;    ///< added to the first packet of a WRITE (RETH)
    uint32_t telemetry;      ///< added to a data packet that carries INT, whatever its hop count
    uint32_t ack;            ///< ACK or NAK without INT
    uint32_t ack_telemetry;  ///< ACK that echoes INT
    uint32_t cnp;
    uint32_t trimmed;  ///< a data packet cut to its headers
    uint32_t credit;
    uint32_t pfc;
    uint32_t pad_to;  ///< payload is padded to a multiple of this
};

/// `roce`, `hpcc-sim`, `htsim`; `rud` selects the UEC-style headers of `roce`. Throws BadInput.
const Wire& wire_named(const std::string& name, bool rud);

/// Wire bytes of a data packet.
constexpr uint32_t data_wire_bytes(const Wire& wire, uint32_t payload, bool first, bool telemetry)
{
    const uint32_t padded = (payload + wire.pad_to - 1) / wire.pad_to * wire.pad_to;
    return padded + wire.data_overhead + (first ? wire.first_extra : 0) + (telemetry ? wire.telemetry : 0);
}

}  // namespace hpnsim

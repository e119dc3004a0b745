// SPDX-License-Identifier: GPL-2.0-only
// Tells how many bytes a packet occupies on a link, by framing (`--wire`).
#pragma once

#include "hpnsim/packet.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>
#include <string>

namespace hpnsim
{

/// Says what the bytes of a packet look like (frame.hpp).
enum class Framing : uint8_t {
    roce,
    irn,         ///< RoCEv2 with IRN's headers
    rud,         ///< UEC-style
    sizes_only,  ///< a peer's sizes, which no bytes fill
};

/// Holds the sizes of everything that crosses a link, in wire bytes.
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
    uint32_t pad_to;      ///< payload is padded to a multiple of this
    bool extensions;      ///< extension headers count (else `data_overhead` includes them)
    uint32_t per_packet;  ///< irn: what SENDs, WRITEs without RETH and READ responses carry in addition
    uint32_t minimum;     ///< of any packet: the shortest frame with preamble and gap; 0: none
    Framing framing;
};

/// Returns the sizes of `roce`, `hpcc-sim` or `htsim`; `framing` (roce, irn or rud) selects among the headers
/// of `roce`. Throws BadInput.
const Wire& wire_named(const std::string& name, Framing framing);
/// Returns the same for a congestion control that measures RTTs: HPCC-sim's data then carry a time stamp of 8
/// B.
const Wire& with_timestamps(const Wire& wire);
/// Returns the same with that many bytes more on data and on ACKs, for what switches and senders say to each
/// other.
constexpr Wire with_feedback(Wire wire, uint32_t data, uint32_t ack)
{
    wire.data_overhead += data;
    wire.ack += ack;
    wire.ack_telemetry += ack;
    return wire;
}
/// Returns the framing of `--transport gbn`, `irn` or `rud`.
inline Framing framing_of(const std::string& transport)
{
    return transport == "rud" ? Framing::rud : transport == "irn" ? Framing::irn : Framing::roce;
}
inline const Wire& wire_named(const std::string& name, bool rud)
{
    return wire_named(name, rud ? Framing::rud : Framing::roce);
}

/// Counts the wire bytes of a data packet.
constexpr uint32_t data_wire_bytes(const Wire& wire, uint32_t payload, bool first, bool telemetry)
{
    const uint32_t padded = (payload + wire.pad_to - 1) / wire.pad_to * wire.pad_to;
    return padded + wire.data_overhead + (first ? wire.first_extra : 0) + (telemetry ? wire.telemetry : 0);
}

/// Counts the bytes of the extension headers that follow BTH (IBTA table 39): RETH 16, AETH 4, AtomicETH 28,
/// AtomicAckETH 8, ImmDt 4, IETH 4, DETH 8.
constexpr uint32_t extension_header_bytes(Opcode opcode)
{
    const auto code = static_cast<uint8_t>(opcode);
    if (opcode == Opcode::ud_send_only) return 8;
    if (opcode == Opcode::ud_send_only_imm) return 12;
    switch (static_cast<Opcode>(code & 0x1f)) {
    case Opcode::write_first:
    case Opcode::write_only:
    case Opcode::read_request:
        return 16;
    case Opcode::write_only_imm:
        return 20;
    case Opcode::send_last_imm:
    case Opcode::send_only_imm:
    case Opcode::write_last_imm:
    case Opcode::send_last_invalidate:
    case Opcode::send_only_invalidate:
    case Opcode::read_response_first:
    case Opcode::read_response_last:
    case Opcode::read_response_only:
    case Opcode::acknowledge:
        return 4;
    case Opcode::atomic_acknowledge:
        return 12;
    case Opcode::compare_swap:
    case Opcode::fetch_add:
        return 28;
    default:
        return 0;
    }
}

/// True for packets that get IRN's own header: those of reliable connections that carry payload and have no
/// RETH.
constexpr bool has_irn_header(Opcode opcode)
{
    switch (opcode) {
    case Opcode::send_first:
    case Opcode::send_middle:
    case Opcode::send_last:
    case Opcode::send_last_imm:
    case Opcode::send_only:
    case Opcode::send_only_imm:
    case Opcode::write_middle:
    case Opcode::write_last:
    case Opcode::write_last_imm:
    case Opcode::read_response_first:
    case Opcode::read_response_middle:
    case Opcode::read_response_last:
    case Opcode::read_response_only:
    case Opcode::send_last_invalidate:
    case Opcode::send_only_invalidate:
        return true;
    default:
        return false;
    }
}

/// Counts the wire bytes of a request or response packet by its opcode.
constexpr uint32_t opcode_wire_bytes(const Wire& wire, Opcode opcode, uint32_t payload, bool telemetry)
{
    uint32_t bytes = data_wire_bytes(wire, payload, false, telemetry);
    if (wire.extensions) bytes += extension_header_bytes(opcode);
    if (wire.per_packet > 0 && has_irn_header(opcode)) bytes += wire.per_packet;
    return bytes > wire.minimum ? bytes : wire.minimum;
}

}  // namespace hpnsim

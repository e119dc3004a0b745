// SPDX-License-Identifier: GPL-2.0-only
// Encodes and decodes the headers of `rud` packets, over UDP 4793: what a UEC-style transport has to say, in
// UEC's sizes.
//
// What it is: a framing of our own whose packets have the sizes that the Ultra Ethernet specification and
// papers give (transport/packets/wire.cpp) and whose fields hold what the simulated transport exchanges, so
// that a capture shows every PSN, bitmap and message, and nothing is charged that would not fit. What it is
// not: Ultra Ethernet. Field order and codes are not those of UE 1.0; no UEC decoder reads it, and no UEC
// device would answer. Packet delivery contexts are the QPs.
//
// PDS, 16 B, on every packet (a trimmed packet, a CNP, a credit and an RTS consist of it alone):
//   0 type (RudType)   1 flags (rud_flag)
//   2 data: payload bytes, also when trimmed (16)
//   4 PSN (32, the low 24 used)   8 destination QP, as BTH has it (32)
//  12 modulo 2^32, data: the sender's backlog in bytes, or with receiver credit, and in an RTS: the count of
//     granted bytes that it wants to reach; credit: the count of bytes granted so far (32)
// SES, 44 B, follows in a data packet:
//   0 opcode, as BTH has it   1 reserved (24)   4 message number (32)   8 address (64)   16 rkey (32)
//  20 bytes of the message (32)   24 atomics: swap or add data, original value (64); else: immediate (32),
//     zero (32)   32 atomics: compare data (64)   40 number of the receive work request (32)
// ACK and NAK have a PDS of 32 B whose PSN is the cumulative one (CACK):
//   2 packets held beyond the first gap, saturating (16)   12 PSN that caused it (32)
//  16 PSN of bit 0 of the bitmap (32)   20 SACK bitmap (64)   28 CE-marked payload bytes, modulo 2^32 (32)
// and a SES response of 12 B:
//   0 syndrome, as AETH has it; 0x80, 0x81: trimmed, trimmed at the last hop   1 MSN (24)   4 reserved (32)
//   8 payload bytes received, modulo 2^32 (32)
// No end-to-end CRC: FCS alone protects the packet.
#pragma once

#include "hpnsim/byte_order.hpp"
#include "hpnsim/packet.hpp"

#include <cstddef>
#include <cstdint>

namespace hpnsim
{

enum class RudType : uint8_t { data = 1, ack = 2, nak = 3, cnp = 4, credit = 5, rts = 6 };

namespace rud_flag
{
inline constexpr uint8_t kAckRequest = 0x01, kRetransmitted = 0x02, kLastOfMessage = 0x04,
                         kTakesReceive = 0x08, kTrimmed = 0x10, kLastHop = 0x20, kEchoEcn = 0x40;
}  // namespace rud_flag

inline constexpr size_t kPdsBytes = 16, kSesBytes = 44, kPdsAckBytes = 32, kSesResponseBytes = 12;

/// Counts the header bytes between UDP and the payload.
size_t rud_header_bytes(const Packet& packet);
void put_rud_headers(ByteWriter& out, const Packet& packet);

/// Reads them into the packet, and into the extension, which must be empty. Returns false if they are too
/// short, or of a type that does not exist.
bool get_rud_headers(ByteReader& in, Packet& packet, Extension& extension);

}  // namespace hpnsim

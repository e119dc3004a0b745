// SPDX-License-Identifier: GPL-2.0-only
// The encoder and the decoder of frames share these bits: hpnsim's own marks in standard fields.
#pragma once

#include "hpnsim/headers.hpp"

namespace hpnsim
{

inline constexpr uint8_t kIrnVersion = 1;                         // BTH TVer
inline constexpr uint8_t kTrimmedBit = 0x01, kLastHopBit = 0x02;  // BTH's reserved seven bits
inline constexpr size_t kCnpReserved = 16;
inline constexpr size_t kIrnAckBytes = 16;
inline constexpr size_t kMinIp = Ipv4Header::kSize + UdpHeader::kSize;
inline constexpr uint32_t kPreambleAndGap = 20;
inline constexpr Mac kPfcDestination = {0x01, 0x80, 0xC2, 0x00, 0x00, 0x01};
inline constexpr uint16_t kPfcOpcode = 0x0101;

/// True for a SEND of any service.
inline bool is_send(Opcode opcode)
{
    const auto rc = static_cast<Opcode>(static_cast<uint8_t>(opcode) & 0x1f);
    return rc <= Opcode::send_only_imm || rc == Opcode::send_last_invalidate ||
           rc == Opcode::send_only_invalidate;
}

}  // namespace hpnsim

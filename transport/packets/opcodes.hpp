// SPDX-License-Identifier: GPL-2.0-only
// Tells from an opcode what its packet is: which operation, which headers, first or last of its message.
// Internal to the transport.
#pragma once

#include "hpnsim/packet.hpp"

namespace hpnsim
{

namespace is
{
inline constexpr unsigned kFirst = 1, kLast = 2, kSend = 4, kWrite = 8, kRead = 16, kAtomic = 32,
                          kImmediate = 64, kInvalidate = 128, kResponse = 256;
/// This is no trait of an opcode. It is kept with them while a message arrives: its last packet was
/// solicited.
inline constexpr unsigned kSolicited = 512;
}  // namespace is

/// The traits go by the low five bits, which RC, UC and UD have in common (IBTA table 38).
inline constexpr uint16_t kOpcodeTraits[32] = {
    is::kSend | is::kFirst,
    is::kSend,
    is::kSend | is::kLast,
    is::kSend | is::kLast | is::kImmediate,
    is::kSend | is::kFirst | is::kLast,
    is::kSend | is::kFirst | is::kLast | is::kImmediate,
    is::kWrite | is::kFirst,
    is::kWrite,
    is::kWrite | is::kLast,
    is::kWrite | is::kLast | is::kImmediate,
    is::kWrite | is::kFirst | is::kLast,
    is::kWrite | is::kFirst | is::kLast | is::kImmediate,
    is::kRead | is::kFirst | is::kLast,
    is::kResponse | is::kRead | is::kFirst,
    is::kResponse | is::kRead,
    is::kResponse | is::kRead | is::kLast,
    is::kResponse | is::kRead | is::kFirst | is::kLast,
    0,  // ACK
    is::kResponse | is::kAtomic | is::kFirst | is::kLast,
    is::kAtomic | is::kFirst | is::kLast,
    is::kAtomic | is::kFirst | is::kLast,
    0,
    is::kSend | is::kLast | is::kInvalidate,
    is::kSend | is::kFirst | is::kLast | is::kInvalidate,
};

constexpr unsigned traits(Opcode opcode)
{
    return kOpcodeTraits[static_cast<uint8_t>(opcode) & 0x1f];
}

constexpr Opcode opcode_from(unsigned code)
{
    return static_cast<Opcode>(code);
}

/// Returns RC's opcode of a SEND or WRITE packet by its place in the message.
constexpr Opcode message_opcode(bool send, bool first, bool last, bool immediate, bool invalidate)
{
    if (send && last && invalidate)
        return first ? Opcode::send_only_invalidate : Opcode::send_last_invalidate;
    const unsigned base = send ? 0x00 : 0x06;
    const unsigned place = first ? (last ? 4 : 0) : (last ? 2 : 1);
    return opcode_from(base + place + (last && immediate ? 1 : 0));
}

/// Returns the opcode of a packet that answers a READ, by its place in the answer.
constexpr Opcode response_opcode(bool first, bool last)
{
    return opcode_from(0x0D + (first ? (last ? 3U : 0U) : (last ? 2U : 1U)));
}

}  // namespace hpnsim

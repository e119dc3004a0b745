// SPDX-License-Identifier: GPL-2.0-only
// Turns a Packet into the bytes of an Ethernet frame, and back. Captures and the tests of bytes use it.
//
// A frame has exactly `wire_bytes` less preamble and gap (20 B); FCS (4 B) is part of it, and captures leave
// it off unless asked. Frames shorter than 60 B are padded with zeros after the IP packet.
//
// roce  BTH and the extension headers of its opcode, payload, pad, ICRC: RoCEv2.
// irn   the same and, marked by TVer 1 in BTH, what IRN (SIGCOMM'18, section 5) adds so that packets may be
//       taken in any order. Every SEND, every WRITE without a RETH of its own and every READ response
//       carries 16 B in RETH's layout after its standard headers: address (WRITE: of this packet's first
//       byte; else its offset in the message), rkey (WRITE) or number of the receive work request (SEND),
//       length of the message. ACK and NAK carry 16 B after AETH: PSN of the packet that caused it (32),
//       PSN of bit 0 (32), bitmap of the PSNs received (64, bit 0 lowest).
// rud   rud_headers.hpp.
// What switches and simulated NICs add:
// - INT: a trailer of 42 B between the IP packet and FCS (int_trailer.hpp), so that BTH follows UDP and the
//   ICRC does not change on the way. Ethernet calls it a trailer, and so does Wireshark. The bytes of digests
//   and of notices' flags (digest.hpp, notice.hpp) sit there too. A switch's notice is a CNP whose reserved
//   bytes begin with its payload.
// - A RoCE packet that a switch trimmed is its BTH and ICRC alone, with bit 0 of BTH's reserved 7 bits set
//   (and bit 1 if the last hop did it). No standard trims RoCE.
// - A credit is a CNP without BECN whose 16 reserved bytes begin with the count of bytes granted; a request
// for
//   credit is the same with AckReq and the count that is wanted. No standard has them either.
//
// Not on the wire at all, though Packet carries it: cookies, send times, message numbers (roce, irn), the
// counts that ACKs report (roce, irn). The simulator's endpoints know these at no cost in bytes.
#pragma once

#include "hpnsim/headers.hpp"
#include "hpnsim/packet.hpp"
#include "hpnsim/wire.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace hpnsim
{

/// This much room suffices for any frame: headers, `kMaxPayload`, pad, INT trailer, FCS.
inline constexpr size_t kMaxFrameBytes = kMaxPayload + 256;

/// Writes the frame of a packet of any kind but `foreign` into `kMaxFrameBytes` of room, and
/// returns its size. Payload that has no bytes becomes zeros. A `corrupted` packet gets a wrong ICRC (rud:
/// FCS).
size_t encode_frame(const Packet& packet, Framing framing, uint8_t* out, bool with_fcs = false);

/// Writes a PFC frame: 60 B, or 64 with FCS.
size_t encode_pfc(const Mac& source, const PfcFrame& frame, uint8_t* out, bool with_fcs = false);

/// Writes somebody else's payload behind an Ethernet header, padded to a minimum frame.
size_t encode_foreign(const EthernetHeader& header, const uint8_t* payload, size_t size, uint8_t* out);

/// Holds what a frame says. It is valid as long as the bytes that it was read from.
struct DecodedFrame {
    enum class Kind : uint8_t { roce, irn, rud, pfc, other };

    DecodedFrame() = default;
    DecodedFrame(const DecodedFrame&) = delete;
    DecodedFrame& operator=(const DecodedFrame&) = delete;

    Kind kind = Kind::other;  ///< other: not ours; only `ethernet` is set
    EthernetHeader ethernet;
    Ipv4Header ip;
    UdpHeader udp;
    Bth bth;              ///< roce, irn
    PfcFrame pfc;         ///< pfc
    Packet packet;        ///< roce, irn, rud: every field that is on the wire; `wire_bytes` is the frame's
    Extension extension;  ///< `packet.extension` points here when a header filled it
    IntBlock telemetry;   ///< `packet.telemetry` points here when there is an INT trailer
    const uint8_t* payload = nullptr;  ///< `packet.payload` bytes (a trimmed packet has none)
    bool icrc_good = false;            ///< roce, irn; a wrong one is no error, but sets `packet.corrupted`
    bool fcs_good = false;             ///< when the frame was read with its FCS
};

/// Reads any bytes at all. Returns an empty sentence, or one that says what is wrong with them. `frame` must
/// be new, and is of use only if there was no error.
std::string decode_frame(const uint8_t* bytes, size_t size, DecodedFrame& frame, bool with_fcs = false);

}  // namespace hpnsim

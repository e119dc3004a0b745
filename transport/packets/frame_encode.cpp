// SPDX-License-Identifier: GPL-2.0-only
// Encodes a Packet as the bytes of its frame.
#include "hpnsim/frame.hpp"
#include "hpnsim/int_trailer.hpp"
#include "hpnsim/rud_headers.hpp"
#include "packets/frame_bits.hpp"
#include "packets/little_end.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

const Extension& extension_of(const Packet& packet)
{
    static const Extension kNone;
    return packet.extension != nullptr ? *packet.extension : kNone;
}

/// Returns the opcode on the wire: that of acknowledgements and CNPs follows from their kind.
Opcode wire_opcode(const Packet& packet)
{
    switch (packet.kind) {
    case PacketKind::ack:
    case PacketKind::nak:
        return Opcode::acknowledge;
    case PacketKind::cnp:
    case PacketKind::credit:
    case PacketKind::rts:
        return Opcode::cnp;
    default:
        return packet.opcode;
    }
}

void put_payload(ByteWriter& out, const Packet& packet)
{
    const Extension& more = extension_of(packet);
    if (more.bytes != nullptr)
        out.bytes(more.bytes, packet.payload);
    else
        out.zeros(packet.payload);
}

Bth bth_of(const Packet& packet, Opcode opcode, bool irn)
{
    Bth bth;
    bth.opcode = opcode;
    bth.pad = packet.trimmed ? 0 : static_cast<uint8_t>(-packet.payload & 3U);
    bth.version = irn ? kIrnVersion : 0;
    bth.becn = packet.kind == PacketKind::cnp;
    bth.dst_qp = wire_qp(packet.dst_qp);
    bth.ack_request = packet.ack_request;
    bth.solicited = packet.solicited;
    bth.psn = opcode == Opcode::cnp ? 0 : packet.psn;
    if (packet.trimmed) bth.reserved7 = packet.last_hop ? kTrimmedBit | kLastHopBit : kTrimmedBit;
    return bth;
}

void put_irn_header(ByteWriter& out, const Packet& packet, Opcode opcode)
{
    const Extension& more = extension_of(packet);
    put(out, Reth{more.address, is_send(opcode) ? more.receive_number : more.rkey, packet.message_bytes});
}

void put_irn_ack(ByteWriter& out, const Packet& packet)
{
    out.u32(packet.echo_psn & 0xffffff);
    out.u32(packet.cookie & 0xffffff);
    out.u64(packet.message);
}

void put_extensions(ByteWriter& out, const Packet& packet, Opcode opcode)
{
    const ExtensionLayout has = extension_layout(opcode);
    const Extension& more = extension_of(packet);
    if (has.deth) put(out, Deth{more.qkey, wire_qp(more.src_qp)});
    if (has.reth) put(out, Reth{more.address, more.rkey, packet.message_bytes});
    if (has.atomic) put(out, AtomicEth{more.address, more.rkey, more.swap_add, more.compare});
    if (has.aeth) put(out, Aeth{packet.syndrome, packet.msn});
    if (has.atomic_ack) out.u64(more.swap_add);
    if (has.immediate) out.u32(more.immediate);
}

/// Writes from BTH to the pad. The ICRC comes later, because it needs the IP header first.
void put_roce(ByteWriter& out, const Packet& packet, bool irn)
{
    const Opcode opcode = wire_opcode(packet);
    const Bth bth = bth_of(packet, opcode, irn);
    put(out, bth);
    if (packet.trimmed) return;
    put_extensions(out, packet, opcode);
    if (irn && has_irn_header(opcode)) put_irn_header(out, packet, opcode);
    if (irn && opcode == Opcode::acknowledge) put_irn_ack(out, packet);
    if (opcode == Opcode::cnp) {
        out.u64(packet.kind == PacketKind::cnp ? packet.cookie : static_cast<uint64_t>(packet.received));
        out.zeros(kCnpReserved - 8);
    }
    put_payload(out, packet);
    out.zeros(bth.pad);
}

void put_rud(ByteWriter& out, const Packet& packet)
{
    put_rud_headers(out, packet);
    if (!packet.trimmed && packet.kind == PacketKind::data) put_payload(out, packet);
}

/// Writes addresses and lengths of an IP packet of `size` bytes at `ip`; what follows UDP is there already.
void put_outer(uint8_t* frame, const Packet& packet, size_t size, uint16_t port)
{
    ByteWriter out(frame);
    put(out, EthernetHeader{endpoint_mac(packet.dst), endpoint_mac(packet.src), kEtherTypeIpv4});
    Ipv4Header ip;
    ip.dscp = packet.dscp;
    ip.ecn = packet.ce ? 3 : packet.ect ? 2 : 0;
    ip.total_length = static_cast<uint16_t>(size);
    ip.source = endpoint_ip(packet.src);
    ip.destination = endpoint_ip(packet.dst);
    put(out, ip);
    put(out, UdpHeader{packet.source_port, port, static_cast<uint16_t>(size - Ipv4Header::kSize), 0});
}

/// There is INT if switches stamped the packet or shall stamp it, or if it was charged for it: an ACK that
/// answers several packets may echo no record.
bool has_int_trailer(const Packet& packet, size_t bare_frame)
{
    if (packet.trimmed) return false;
    const size_t charged = std::max(bare_frame, kMinFrameBytes) + kFcsBytes + kPreambleAndGap;
    return packet.stamped || packet.telemetry != nullptr || packet.wire_bytes >= charged + kIntTrailerBytes;
}

/// Writes what the packet was charged for beyond its frame: Packet::feedback, the low byte first.
void put_feedback(ByteWriter& out, const Packet& packet, size_t bare_frame)
{
    const size_t charged = std::max(bare_frame, kMinFrameBytes) + kFcsBytes + kPreambleAndGap;
    uint64_t left = packet.feedback;
    for (size_t i = charged; i < packet.wire_bytes && i < charged + 8; ++i, left >>= 8)
        out.u8(static_cast<uint8_t>(left));
}

}  // namespace

size_t encode_frame(const Packet& packet, Framing framing, uint8_t* out, bool with_fcs)
{
    const bool rud = framing == Framing::rud;
    uint8_t* const ip = out + EthernetHeader::kSize;
    ByteWriter to(ip + kMinIp);
    if (rud)
        put_rud(to, packet);
    else
        put_roce(to, packet, framing == Framing::irn);
    const auto covered = static_cast<size_t>(to.at() - ip);
    put_outer(out, packet, covered + (rud ? 0 : kIcrcBytes), rud ? kRudPort : kRocePort);
    if (!rud) put_low_first(to, icrc_of(ip, covered) ^ (packet.corrupted ? 1U : 0U));

    const auto size_of = [&] { return static_cast<size_t>(to.at() - out); };
    if (has_int_trailer(packet, size_of()))
        put_int_trailer(to, packet.telemetry, packet.hop_count);
    else
        put_feedback(to, packet, size_of());
    if (size_of() < kMinFrameBytes) to.zeros(kMinFrameBytes - size_of());
    if (with_fcs) put_low_first(to, fcs_of(out, size_of()) ^ (rud && packet.corrupted ? 1U : 0U));
    return size_of();
}

size_t encode_foreign(const EthernetHeader& header, const uint8_t* payload, size_t size, uint8_t* out)
{
    ByteWriter to(out);
    put(to, header);
    to.bytes(payload, size);
    const size_t used = EthernetHeader::kSize + size;
    if (used < kMinFrameBytes) to.zeros(kMinFrameBytes - used);
    return std::max(used, kMinFrameBytes);
}

}  // namespace hpnsim

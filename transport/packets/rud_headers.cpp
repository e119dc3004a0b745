// SPDX-License-Identifier: GPL-2.0-only
// Encodes and decodes the headers of `rud` packets.
#include "hpnsim/rud_headers.hpp"

#include "hpnsim/headers.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

uint64_t saturate(uint64_t value, uint64_t most)
{
    return std::min(value, most);
}

RudType type_of(PacketKind kind)
{
    switch (kind) {
    case PacketKind::ack:
        return RudType::ack;
    case PacketKind::nak:
        return RudType::nak;
    case PacketKind::cnp:
        return RudType::cnp;
    case PacketKind::credit:
        return RudType::credit;
    case PacketKind::rts:
        return RudType::rts;
    default:
        return RudType::data;
    }
}

bool set_kind(Packet& packet, uint8_t type)
{
    switch (static_cast<RudType>(type)) {
    case RudType::data:
        packet.kind = PacketKind::data;
        return true;
    case RudType::ack:
        packet.kind = PacketKind::ack;
        packet.opcode = Opcode::acknowledge;
        return true;
    case RudType::nak:
        packet.kind = PacketKind::nak;
        packet.opcode = Opcode::acknowledge;
        return true;
    case RudType::cnp:
        packet.kind = PacketKind::cnp;
        packet.opcode = Opcode::cnp;
        return true;
    case RudType::credit:
        packet.kind = PacketKind::credit;
        return true;
    case RudType::rts:
        packet.kind = PacketKind::rts;
        return true;
    }
    return false;
}

bool is_reply(const Packet& packet)
{
    return packet.kind == PacketKind::ack || packet.kind == PacketKind::nak;
}

bool is_atomic(Opcode opcode)
{
    return opcode == Opcode::compare_swap || opcode == Opcode::fetch_add ||
           opcode == Opcode::atomic_acknowledge;
}

uint8_t flags_of(const Packet& packet)
{
    using namespace rud_flag;
    const std::pair<bool, uint8_t> all[] = {{packet.ack_request, kAckRequest},
                                            {packet.retransmitted, kRetransmitted},
                                            {packet.last_of_message, kLastOfMessage},
                                            {packet.takes_receive, kTakesReceive},
                                            {packet.trimmed, kTrimmed},
                                            {packet.last_hop, kLastHop},
                                            {is_reply(packet) && packet.echo_ecn, kEchoEcn}};
    unsigned flags = 0;
    for (const auto& [set, bit] : all) flags |= set ? bit : 0U;
    return static_cast<uint8_t>(flags);
}

void set_flags(Packet& packet, uint8_t flags)
{
    using namespace rud_flag;
    packet.ack_request = (flags & kAckRequest) != 0;
    packet.retransmitted = (flags & kRetransmitted) != 0;
    packet.last_of_message = (flags & kLastOfMessage) != 0;
    packet.takes_receive = (flags & kTakesReceive) != 0;
    packet.trimmed = (flags & kTrimmed) != 0;
    packet.last_hop = (flags & kLastHop) != 0;
    packet.echo_ecn = (flags & kEchoEcn) != 0;
}

void put_ses(ByteWriter& out, const Packet& packet)
{
    static const Extension kNone;
    const Extension& more = packet.extension != nullptr ? *packet.extension : kNone;
    out.u8(static_cast<uint8_t>(packet.opcode));
    out.u24(0);
    out.u32(packet.message);
    out.u64(more.address);
    out.u32(more.rkey);
    out.u32(packet.message_bytes);
    out.u64(is_atomic(packet.opcode) ? more.swap_add : uint64_t{more.immediate} << 32);
    out.u64(more.compare);
    out.u32(more.receive_number);
}

void get_ses(ByteReader& in, Packet& packet, Extension& more)
{
    packet.opcode = static_cast<Opcode>(in.u8());
    in.skip(3);
    packet.message = in.u32();
    more.address = in.u64();
    more.rkey = in.u32();
    packet.message_bytes = in.u32();
    const uint64_t data = in.u64();
    if (is_atomic(packet.opcode))
        more.swap_add = data;
    else
        more.immediate = static_cast<uint32_t>(data >> 32);
    more.compare = in.u64();
    more.receive_number = in.u32();
}

void put_ack(ByteWriter& out, const Packet& packet)
{
    out.u32(packet.echo_psn);
    out.u32(packet.cookie);
    out.u64(packet.message);
    out.u32(static_cast<uint64_t>(packet.marked));
    out.u8(packet.syndrome);
    out.u24(packet.msn);
    out.u32(0);
    out.u32(static_cast<uint64_t>(packet.received));
}

void get_ack(ByteReader& in, Packet& packet)
{
    packet.echo_psn = in.u32();
    packet.cookie = in.u32();
    packet.message = in.u64();
    packet.marked = in.u32();
    packet.syndrome = in.u8();
    packet.msn = in.u24();
    in.skip(4);
    packet.received = in.u32();
}

}  // namespace

size_t rud_header_bytes(const Packet& packet)
{
    if (is_reply(packet)) return kPdsAckBytes + kSesResponseBytes;
    return type_of(packet.kind) == RudType::data && !packet.trimmed ? kPdsBytes + kSesBytes : kPdsBytes;
}

void put_rud_headers(ByteWriter& out, const Packet& packet)
{
    const RudType type = type_of(packet.kind);
    const bool reply = is_reply(packet);
    out.u8(static_cast<uint8_t>(type));
    out.u8(flags_of(packet));
    out.u16(reply ? saturate(packet.out_of_order, 0xffff) : type == RudType::data ? packet.payload : 0);
    out.u32(packet.psn);
    out.u32(wire_qp(packet.dst_qp));
    if (reply) {
        put_ack(out, packet);
        return;
    }
    out.u32(type == RudType::cnp ? 0 : static_cast<uint64_t>(packet.received));
    if (type == RudType::data && !packet.trimmed) put_ses(out, packet);
}

bool get_rud_headers(ByteReader& in, Packet& packet, Extension& extension)
{
    if (!set_kind(packet, in.u8())) return false;
    set_flags(packet, in.u8());
    const uint16_t count = in.u16();
    packet.psn = in.u32() & 0xffffff;
    packet.dst_qp = qp_of_wire(in.u32());
    if (is_reply(packet)) {
        packet.out_of_order = count;
        get_ack(in, packet);
        return in.ok();
    }
    packet.payload = count;
    packet.received = in.u32();
    if (packet.kind == PacketKind::data && !packet.trimmed) {
        packet.extension = &extension;
        get_ses(in, packet, extension);
    }
    return in.ok();
}

}  // namespace hpnsim

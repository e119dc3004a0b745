// SPDX-License-Identifier: GPL-2.0-only
// Encodes and decodes each header, in the bit positions that the standards give.
#include "hpnsim/headers.hpp"

namespace hpnsim
{

namespace
{

constexpr uint8_t kIpv4WithoutOptions = 0x45;  // version 4, five words

}  // namespace

Mac endpoint_mac(uint32_t endpoint)
{
    return {0x02,
            0x00,
            static_cast<uint8_t>(endpoint >> 24),
            static_cast<uint8_t>(endpoint >> 16),
            static_cast<uint8_t>(endpoint >> 8),
            static_cast<uint8_t>(endpoint)};
}

Mac switch_mac(uint32_t index, uint16_t port)
{
    return {0x02,
            0x01,
            static_cast<uint8_t>(index >> 8),
            static_cast<uint8_t>(index),
            static_cast<uint8_t>(port >> 8),
            static_cast<uint8_t>(port)};
}

uint16_t internet_checksum(const uint8_t* bytes, size_t size)
{
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < size; i += 2) sum += static_cast<uint32_t>(bytes[i]) << 8 | bytes[i + 1];
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint16_t>(~sum);
}

void put(ByteWriter& out, const EthernetHeader& header)
{
    out.bytes(header.destination.data(), header.destination.size());
    out.bytes(header.source.data(), header.source.size());
    out.u16(header.ether_type);
}

void get(ByteReader& in, EthernetHeader& header)
{
    in.bytes(header.destination.data(), header.destination.size());
    in.bytes(header.source.data(), header.source.size());
    header.ether_type = in.u16();
}

void put(ByteWriter& out, const Ipv4Header& header)
{
    uint8_t* begin = out.at();
    out.u8(kIpv4WithoutOptions);
    out.u8(static_cast<unsigned>(header.dscp) << 2 | (header.ecn & 3U));
    out.u16(header.total_length);
    out.u16(header.id);
    out.u16(header.fragment);
    out.u8(header.ttl);
    out.u8(header.protocol);
    out.u16(0);
    out.u32(header.source);
    out.u32(header.destination);
    ByteWriter(begin + 10).u16(internet_checksum(begin, Ipv4Header::kSize));
}

void get(ByteReader& in, Ipv4Header& header)
{
    in.skip(1);
    const uint8_t service = in.u8();
    header.dscp = service >> 2;
    header.ecn = service & 3;
    header.total_length = in.u16();
    header.id = in.u16();
    header.fragment = in.u16();
    header.ttl = in.u8();
    header.protocol = in.u8();
    header.checksum = in.u16();
    header.source = in.u32();
    header.destination = in.u32();
}

void put(ByteWriter& out, const UdpHeader& header)
{
    out.u16(header.source_port);
    out.u16(header.destination_port);
    out.u16(header.length);
    out.u16(header.checksum);
}

void get(ByteReader& in, UdpHeader& header)
{
    header.source_port = in.u16();
    header.destination_port = in.u16();
    header.length = in.u16();
    header.checksum = in.u16();
}

void put(ByteWriter& out, const Bth& header)
{
    out.u8(static_cast<uint8_t>(header.opcode));
    out.u8((header.solicited ? 0x80U : 0U) | (header.migrated ? 0x40U : 0U) | (header.pad & 3U) << 4 |
           (header.version & 15U));
    out.u16(header.pkey);
    out.u8((header.fecn ? 0x80U : 0U) | (header.becn ? 0x40U : 0U));
    out.u24(header.dst_qp);
    out.u8((header.ack_request ? 0x80U : 0U) | (header.reserved7 & 0x7fU));
    out.u24(header.psn);
}

void get(ByteReader& in, Bth& header)
{
    header.opcode = static_cast<Opcode>(in.u8());
    const uint8_t flags = in.u8();
    header.solicited = (flags & 0x80) != 0;
    header.migrated = (flags & 0x40) != 0;
    header.pad = flags >> 4 & 3;
    header.version = flags & 15;
    header.pkey = in.u16();
    const uint8_t congestion = in.u8();
    header.fecn = (congestion & 0x80) != 0;
    header.becn = (congestion & 0x40) != 0;
    header.dst_qp = in.u24();
    const uint8_t request = in.u8();
    header.ack_request = (request & 0x80) != 0;
    header.reserved7 = request & 0x7f;
    header.psn = in.u24();
}

void put(ByteWriter& out, const Reth& header)
{
    out.u64(header.address);
    out.u32(header.rkey);
    out.u32(header.length);
}

void get(ByteReader& in, Reth& header)
{
    header.address = in.u64();
    header.rkey = in.u32();
    header.length = in.u32();
}

void put(ByteWriter& out, const Aeth& header)
{
    out.u8(header.syndrome);
    out.u24(header.msn);
}

void get(ByteReader& in, Aeth& header)
{
    header.syndrome = in.u8();
    header.msn = in.u24();
}

void put(ByteWriter& out, const AtomicEth& header)
{
    out.u64(header.address);
    out.u32(header.rkey);
    out.u64(header.swap_add);
    out.u64(header.compare);
}

void get(ByteReader& in, AtomicEth& header)
{
    header.address = in.u64();
    header.rkey = in.u32();
    header.swap_add = in.u64();
    header.compare = in.u64();
}

void put(ByteWriter& out, const Deth& header)
{
    out.u32(header.qkey);
    out.u8(0);
    out.u24(header.src_qp);
}

void get(ByteReader& in, Deth& header)
{
    header.qkey = in.u32();
    in.skip(1);
    header.src_qp = in.u24();
}

ExtensionLayout extension_layout(Opcode opcode)
{
    constexpr uint8_t kUc = 0x20, kServices = 0xe0;
    const auto code = static_cast<uint8_t>(opcode);
    ExtensionLayout has;
    if (opcode == Opcode::cnp || opcode == Opcode::ud_send_only || opcode == Opcode::ud_send_only_imm) {
        has.known = true;
        has.deth = opcode != Opcode::cnp;
        has.immediate = opcode == Opcode::ud_send_only_imm;
        return has;
    }
    const auto rc = static_cast<Opcode>(code & ~kServices);
    const bool uc = (code & kServices) == kUc;
    if ((code & kServices) != 0 && !(uc && rc <= Opcode::write_only_imm)) return has;
    const auto is = [rc](auto... names) { return ((rc == names) || ...); };
    has.known = rc <= Opcode::fetch_add || is(Opcode::send_last_invalidate, Opcode::send_only_invalidate);
    has.reth = is(Opcode::write_first, Opcode::write_only, Opcode::write_only_imm, Opcode::read_request);
    has.atomic = is(Opcode::compare_swap, Opcode::fetch_add);
    has.atomic_ack = rc == Opcode::atomic_acknowledge;
    has.aeth = is(Opcode::acknowledge, Opcode::atomic_acknowledge, Opcode::read_response_first,
                  Opcode::read_response_last, Opcode::read_response_only);
    has.immediate = is(Opcode::send_last_imm, Opcode::send_only_imm, Opcode::write_last_imm,
                       Opcode::write_only_imm, Opcode::send_last_invalidate, Opcode::send_only_invalidate);
    return has;
}

}  // namespace hpnsim

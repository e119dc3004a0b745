// SPDX-License-Identifier: GPL-2.0-only
// Decodes any bytes, to a DecodedFrame or to a sentence that says why they are none.
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

std::string text(size_t number)
{
    return std::to_string(number);
}

std::string hex(uint8_t value)
{
    constexpr char kDigits[] = "0123456789abcdef";
    return {'0', 'x', kDigits[value >> 4], kDigits[value & 15]};
}

std::string read_pfc(ByteReader& in, DecodedFrame& frame)
{
    frame.kind = DecodedFrame::Kind::pfc;
    const uint16_t opcode = in.u16();
    frame.pfc.enabled = static_cast<PausedPriorities>(in.u16());
    for (uint16_t& quanta : frame.pfc.quanta) quanta = in.u16();
    if (!in.ok()) return "a PFC frame ends before its eight pause times";
    if (opcode != kPfcOpcode) return "MAC control opcode " + text(opcode) + " is not that of PFC, 257";
    return {};
}

/// Checks lengths and checksum; `in` stands after Ethernet.
std::string read_ip(ByteReader& in, DecodedFrame& frame)
{
    const uint8_t* const begin = in.at();
    const size_t there = in.left();
    get(in, frame.ip);
    if (!in.ok()) return "the frame ends inside the IPv4 header";
    if (begin[0] != 0x45) return "the IPv4 header begins with " + hex(begin[0]) + ", not 0x45 (no options)";
    if (frame.ip.total_length < Ipv4Header::kSize || frame.ip.total_length > there)
        return "IPv4 says " + text(frame.ip.total_length) + " bytes, the frame has " + text(there);
    if (internet_checksum(begin, Ipv4Header::kSize) != 0) return "the IPv4 header checksum is wrong";
    return {};
}

std::string read_udp(ByteReader& in, DecodedFrame& frame)
{
    if ((frame.ip.fragment & 0x3fff) != 0) return "the packet is an IPv4 fragment";
    get(in, frame.udp);
    const size_t length = frame.ip.total_length - Ipv4Header::kSize;
    if (!in.ok() || frame.udp.length != length)
        return "UDP says " + text(frame.udp.length) + " bytes, IPv4 leaves " + text(length);
    return {};
}

/// Sets what IP and UDP say about the packet.
void set_outer(DecodedFrame& frame, size_t frame_size)
{
    Packet& packet = frame.packet;
    packet.src = endpoint_of_ip(frame.ip.source);
    packet.dst = endpoint_of_ip(frame.ip.destination);
    packet.source_port = frame.udp.source_port;
    packet.dscp = frame.ip.dscp;
    packet.priority = frame.ip.dscp >> 3;
    packet.ce = frame.ip.ecn == 3;
    packet.ect = frame.ip.ecn != 0;
    packet.wire_bytes =
        static_cast<uint32_t>(std::max(frame_size, kMinFrameBytes) + kFcsBytes) + kPreambleAndGap;
}

/// Sets what follows from the opcode alone.
void set_kind(Packet& packet, const Bth& bth, bool irn)
{
    packet.opcode = bth.opcode;
    const bool uc_or_rc = static_cast<uint8_t>(bth.opcode) < 0x40;
    const auto rc = static_cast<Opcode>(static_cast<uint8_t>(bth.opcode) & 0x1f);
    const auto is = [rc](auto... names) { return ((rc == names) || ...); };
    const bool answers = uc_or_rc && rc >= Opcode::read_response_first && rc <= Opcode::read_response_only;
    if (bth.opcode == Opcode::cnp)
        packet.kind = bth.becn ? PacketKind::cnp : bth.ack_request ? PacketKind::rts : PacketKind::credit;
    else if (bth.opcode == Opcode::acknowledge)
        packet.kind = (packet.syndrome & 0xe0) == 0 ? PacketKind::ack : PacketKind::nak;
    else if (!irn && (answers || bth.opcode == Opcode::atomic_acknowledge))
        packet.kind = PacketKind::response;
    packet.last_of_message =
        packet.kind <= PacketKind::response && bth.opcode != Opcode::acknowledge &&
        !is(Opcode::send_first, Opcode::send_middle, Opcode::write_first, Opcode::write_middle,
            Opcode::read_response_first, Opcode::read_response_middle);
    packet.takes_receive = (bth.opcode != Opcode::cnp && is_send(bth.opcode)) ||
                           (uc_or_rc && is(Opcode::write_last_imm, Opcode::write_only_imm));
}

void read_extensions(ByteReader& in, DecodedFrame& frame)
{
    Packet& packet = frame.packet;
    Extension& more = frame.extension;
    const ExtensionLayout has = extension_layout(frame.bth.opcode);
    if (has.deth || has.reth || has.atomic || has.atomic_ack || has.immediate) packet.extension = &more;
    if (has.deth) {
        Deth deth;
        get(in, deth);
        more.qkey = deth.qkey;
        more.src_qp = qp_of_wire(deth.src_qp);
    }
    if (has.reth) {
        Reth reth;
        get(in, reth);
        more.address = reth.address;
        more.rkey = reth.rkey;
        packet.message_bytes = reth.length;
    }
    if (has.atomic) {
        AtomicEth atomic;
        get(in, atomic);
        more.address = atomic.address;
        more.rkey = atomic.rkey;
        more.swap_add = atomic.swap_add;
        more.compare = atomic.compare;
    }
    if (has.aeth) {
        Aeth aeth;
        get(in, aeth);
        packet.syndrome = aeth.syndrome;
        packet.msn = aeth.msn;
    }
    if (has.atomic_ack) more.swap_add = in.u64();
    if (has.immediate) more.immediate = in.u32();
}

void read_irn(ByteReader& in, DecodedFrame& frame)
{
    Packet& packet = frame.packet;
    if (has_irn_header(frame.bth.opcode)) {
        Reth reth;
        get(in, reth);
        packet.extension = &frame.extension;
        frame.extension.address = reth.address;
        (is_send(frame.bth.opcode) ? frame.extension.receive_number : frame.extension.rkey) = reth.rkey;
        packet.message_bytes = reth.length;
    }
    if (frame.bth.opcode == Opcode::acknowledge) {
        packet.echo_psn = in.u32();
        packet.cookie = in.u32();
        packet.message = in.u64();
    }
}

/// Tells whether payload follows the headers of the opcode. A trimmed packet has lost its payload.
bool carries_payload(const Packet& packet)
{
    if (packet.trimmed || packet.opcode == Opcode::cnp)
        return false;  // also that of credit and requests for it
    switch (packet.opcode) {
    case Opcode::acknowledge:
    case Opcode::atomic_acknowledge:
    case Opcode::read_request:
    case Opcode::compare_swap:
    case Opcode::fetch_add:
        return false;
    default:
        return true;
    }
}

/// Reads what is between BTH's end and the ICRC, which `in` holds.
std::string read_body(ByteReader& in, DecodedFrame& frame, bool irn)
{
    Packet& packet = frame.packet;
    packet.trimmed = (frame.bth.reserved7 & kTrimmedBit) != 0;
    packet.last_hop = (frame.bth.reserved7 & kLastHopBit) != 0;
    if (!packet.trimmed) {
        read_extensions(in, frame);
        if (irn) read_irn(in, frame);
    }
    set_kind(packet, frame.bth, irn);
    if (packet.trimmed && packet.kind != PacketKind::data && packet.kind != PacketKind::response)
        return "opcode " + hex(uint8_t(packet.opcode)) + " is marked as trimmed, and has nothing to trim";
    if (frame.bth.opcode == Opcode::cnp) {
        const uint64_t grant = in.u64();
        in.skip(kCnpReserved - 8);
        if (packet.kind != PacketKind::cnp) packet.received = static_cast<Bytes>(grant);
    }
    if (!in.ok())
        return "the packet ends inside the extension headers of opcode " + hex(uint8_t(packet.opcode));
    if (in.left() < frame.bth.pad)
        return "BTH says " + text(frame.bth.pad) + " bytes of pad, " + text(in.left()) + " are left";
    packet.payload = static_cast<uint32_t>(in.left() - frame.bth.pad);
    frame.payload = in.at();
    if (packet.payload > 0 && !carries_payload(packet))
        return text(packet.payload) + " bytes follow the headers of a packet that carries no payload";
    if (packet.payload > kMaxPayload) return "a payload of " + text(packet.payload) + " bytes is too long";
    return {};
}

std::string read_roce(const uint8_t* ip, DecodedFrame& frame)
{
    const size_t covered = frame.ip.total_length - kIcrcBytes;
    if (frame.ip.total_length < kMinIp + Bth::kSize + kIcrcBytes)
        return "UDP holds " + text(frame.ip.total_length - kMinIp) + " bytes, fewer than BTH and ICRC";
    ByteReader in(ip + kMinIp, covered - kMinIp);
    get(in, frame.bth);
    const bool irn = frame.bth.version == kIrnVersion;
    frame.kind = irn ? DecodedFrame::Kind::irn : DecodedFrame::Kind::roce;
    if (frame.bth.version > kIrnVersion) return "BTH has transport version " + text(frame.bth.version);
    if (!extension_layout(frame.bth.opcode).known)
        return "BTH has opcode " + hex(static_cast<uint8_t>(frame.bth.opcode)) + ", which does not exist";
    Packet& packet = frame.packet;
    packet.dst_qp = qp_of_wire(frame.bth.dst_qp);
    packet.psn = frame.bth.psn;
    packet.ack_request = frame.bth.ack_request;
    packet.solicited = frame.bth.solicited;
    frame.icrc_good = icrc_of(ip, covered) == low_first(ip + covered);
    packet.corrupted = !frame.icrc_good;
    return read_body(in, frame, irn);
}

std::string read_rud(const uint8_t* ip, DecodedFrame& frame)
{
    frame.kind = DecodedFrame::Kind::rud;
    ByteReader in(ip + kMinIp, frame.ip.total_length - kMinIp);
    Packet& packet = frame.packet;
    if (!get_rud_headers(in, packet, frame.extension)) return "UDP 4793 does not hold a rud packet";
    const bool carries = packet.kind == PacketKind::data && !packet.trimmed;
    const size_t expected = carries ? packet.payload : 0;
    if (in.left() != expected)
        return "PDS says " + text(expected) + " bytes of payload, " + text(in.left()) + " are left";
    if (packet.payload > kMaxPayload) return "a payload of " + text(packet.payload) + " bytes is too long";
    frame.payload = in.at();
    return {};
}

/// Reads what follows the IP packet: an INT trailer, or pad.
std::string read_trailer(const uint8_t* at, size_t size, DecodedFrame& frame)
{
    if (size == kIntTrailerBytes) {
        ByteReader in(at, size);
        const int hops = get_int_trailer(in, frame.telemetry);
        frame.packet.telemetry = &frame.telemetry;
        frame.packet.stamped = true;
        frame.packet.hop_count = static_cast<uint8_t>(std::min(hops, kIntTrailerHops));
    } else if (size >= kMinFrameBytes - EthernetHeader::kSize - kMinIp) {
        return text(size) + " bytes follow the IP packet, which are neither pad nor an INT trailer";
    }
    return {};
}

std::string read_packet(ByteReader& in, size_t frame_size, DecodedFrame& frame)
{
    const uint8_t* const ip = in.at();
    const size_t there = in.left();
    std::string error = read_ip(in, frame);
    if (!error.empty() || frame.ip.protocol != kProtocolUdp) return error;
    error = read_udp(in, frame);
    if (!error.empty()) return error;
    const uint16_t port = frame.udp.destination_port;
    if (port != kRocePort && port != kRudPort) return {};
    set_outer(frame, frame_size);
    error = port == kRocePort ? read_roce(ip, frame) : read_rud(ip, frame);
    if (!error.empty()) return error;
    return read_trailer(ip + frame.ip.total_length, there - frame.ip.total_length, frame);
}

}  // namespace

std::string decode_frame(const uint8_t* bytes, size_t size, DecodedFrame& frame, bool with_fcs)
{
    if (with_fcs) {
        if (size < kFcsBytes) return "the frame is shorter than its FCS";
        size -= kFcsBytes;
        frame.fcs_good = fcs_of(bytes, size) == low_first(bytes + size);
    }
    ByteReader in(bytes, size);
    get(in, frame.ethernet);
    if (!in.ok()) return "the frame ends inside the Ethernet header";
    if (frame.ethernet.ether_type == kEtherTypeMacControl) return read_pfc(in, frame);
    if (frame.ethernet.ether_type == kEtherTypeIpv4) return read_packet(in, size, frame);
    return {};
}

}  // namespace hpnsim

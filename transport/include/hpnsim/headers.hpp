// SPDX-License-Identifier: GPL-2.0-only
// Declares the headers of a RoCEv2 frame as structs, field by field, with their encoders and decoders.
//
//  Ethernet 14 | IPv4 20 | UDP 8 | BTH 12 | extension headers | payload | pad 0-3 | ICRC 4 | FCS 4
//
// Sources: IBTA volume 1, chapter 9 (BTH 9.2, extension headers 9.3), annex A17 (RoCEv2, CNP, ICRC); IEEE
// 802.3 annex 31D (PFC); RFC 791, RFC 768.
#pragma once

#include "hpnsim/byte_order.hpp"
#include "hpnsim/packet.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hpnsim
{

using Mac = std::array<uint8_t, 6>;

/// Makes 02:00 (locally administered) and the endpoint number, as RoceNetDevice::AddressOf does.
Mac endpoint_mac(uint32_t endpoint);
/// Makes 02:01, the switch's number in the plan and its port: the source of the PFC frames that it sends.
Mac switch_mac(uint32_t index, uint16_t port);
/// Makes 10.x.y.z with the endpoint number's low 24 bits: endpoint 258 is 10.0.1.2, endpoint 0 is 10.0.0.0.
constexpr uint32_t endpoint_ip(uint32_t endpoint)
{
    return 10U << 24 | (endpoint & 0xffffff);
}
constexpr uint32_t endpoint_of_ip(uint32_t address)
{
    return address & 0xffffff;
}

/// Adds 2 to the simulator's QP numbers, which begin at 0. On the wire, numbers 0 and 1 belong to subnet and
/// general management (IBTA 3.5.10), and dissectors take packets to them for management datagrams.
constexpr uint32_t wire_qp(uint32_t qp)
{
    return (qp + 2) & 0xffffff;
}
constexpr uint32_t qp_of_wire(uint32_t number)
{
    return (number - 2) & 0xffffff;
}

inline constexpr uint16_t kEtherTypeIpv4 = 0x0800, kEtherTypeMacControl = 0x8808;
inline constexpr uint8_t kProtocolUdp = 17;
inline constexpr uint16_t kRocePort = 4791;  ///< IANA: RoCEv2
inline constexpr uint16_t kRudPort = 4793;   ///< IANA: UEC transport
inline constexpr size_t kIcrcBytes = 4, kFcsBytes = 4;
inline constexpr size_t kMinFrameBytes = 60;  ///< IEEE 802.3: shortest frame, without FCS

struct EthernetHeader {
    static constexpr size_t kSize = 14;
    Mac destination{}, source{};
    uint16_t ether_type = kEtherTypeIpv4;
};

/// An IPv4 header without options.
struct Ipv4Header {
    static constexpr size_t kSize = 20;
    uint8_t dscp = 0;
    uint8_t ecn = 0;            ///< 0 not ECT, 1 ECT(1), 2 ECT(0), 3 CE
    uint16_t total_length = 0;  ///< header included
    uint16_t id = 0;
    uint16_t fragment = 0x4000;  ///< flags and offset: do not fragment (IBTA A17.4.5.1)
    uint8_t ttl = 64;            ///< constant: switches of the simulation do not count it down
    uint8_t protocol = kProtocolUdp;
    uint16_t checksum = 0;  ///< computed when written
    uint32_t source = 0, destination = 0;
};

struct UdpHeader {
    static constexpr size_t kSize = 8;
    uint16_t source_port = 0, destination_port = kRocePort;
    uint16_t length = 0;    ///< header included
    uint16_t checksum = 0;  ///< 0 for RoCEv2 over IPv4: the ICRC protects the packet
};

struct Bth {
    static constexpr size_t kSize = 12;
    Opcode opcode = Opcode::write_only;
    bool solicited = false, migrated = false;
    uint8_t pad = 0;      ///< bytes of pad after the payload, 0-3
    uint8_t version = 0;  ///< TVer: 0; 1 marks the extra headers of `irn` (frame.hpp)
    uint16_t pkey = 0xffff;
    bool fecn = false, becn = false;
    uint32_t dst_qp = 0;
    bool ack_request = false;
    uint8_t reserved7 = 0;  ///< 0; packets that a switch trimmed: frame.hpp
    uint32_t psn = 0;
};

struct Reth {
    static constexpr size_t kSize = 16;
    uint64_t address = 0;
    uint32_t rkey = 0, length = 0;
};

struct Aeth {
    static constexpr size_t kSize = 4;
    uint8_t syndrome = 0;
    uint32_t msn = 0;
};

struct AtomicEth {
    static constexpr size_t kSize = 28;
    uint64_t address = 0;
    uint32_t rkey = 0;
    uint64_t swap_add = 0, compare = 0;
};

struct Deth {
    static constexpr size_t kSize = 8;
    uint32_t qkey = 0, src_qp = 0;
};

/// Says which extension headers follow BTH, in the order of the members (IBTA table 39). ImmDt and IETH are
/// one 32-bit number.
struct ExtensionLayout {
    bool known = false;
    bool deth = false, reth = false, atomic = false, aeth = false, atomic_ack = false, immediate = false;
};
/// Knows the opcodes of RC, UC, UD and CNP, and no others.
ExtensionLayout extension_layout(Opcode opcode);

/// Holds a priority flow control frame (IEEE 802.3 annex 31D), of 64 B with FCS.
struct PfcFrame {
    PausedPriorities enabled = 0;                ///< the priorities that `quanta` concerns
    std::array<uint16_t, kPriorities> quanta{};  ///< pause time, 512 bit times each; 0: resume
};

void put(ByteWriter& out, const EthernetHeader& header);
void put(ByteWriter& out, const Ipv4Header& header);
void put(ByteWriter& out, const UdpHeader& header);
void put(ByteWriter& out, const Bth& header);
void put(ByteWriter& out, const Reth& header);
void put(ByteWriter& out, const Aeth& header);
void put(ByteWriter& out, const AtomicEth& header);
void put(ByteWriter& out, const Deth& header);
void put(ByteWriter& out, const PfcFrame& frame);  ///< begins at the MAC control opcode

void get(ByteReader& in, EthernetHeader& header);
void get(ByteReader& in, Ipv4Header& header);
void get(ByteReader& in, UdpHeader& header);
void get(ByteReader& in, Bth& header);
void get(ByteReader& in, Reth& header);
void get(ByteReader& in, Aeth& header);
void get(ByteReader& in, AtomicEth& header);
void get(ByteReader& in, Deth& header);

/// Computes the Internet checksum (RFC 1071) of an even number of bytes. Over a header that holds its right
/// checksum it is 0.
uint16_t internet_checksum(const uint8_t* bytes, size_t size);

/// Computes the ICRC of a RoCEv2 packet that begins at IPv4 and ends before the ICRC (IBTA A17.3.3): the
/// CRC-32 of eight bytes of ones and the packet, with what routers may change (type of service, TTL, both
/// checksums, the FECN/BECN byte) read as ones. On the wire its low byte comes first. `size` >= 40.
uint32_t icrc_of(const uint8_t* ip_packet, size_t size);

/// Computes Ethernet's frame check sequence. On the wire its low byte comes first.
uint32_t fcs_of(const uint8_t* frame, size_t size);

}  // namespace hpnsim

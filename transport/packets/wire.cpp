// SPDX-License-Identifier: GPL-2.0-only
// Packet sizes by framing. All figures are bytes that occupy the link.
//
// roce: RoCEv2 as the InfiniBand annex A17 and the RDMA headers have it. INT costs the HPCC paper's 42 B
//   (SIGCOMM'19, section 4.1: 2 B and five records of 8 B), whatever the number of hops, so that a packet has
//   one size on its whole way. A grant has no RoCE form; it is charged as a CNP, whose 16 reserved bytes hold
//   it. Nothing is shorter than Ethernet's minimum frame (a SEND of 0 bytes would be, by 2 B).
// irn: RoCEv2 with 16 B more on SENDs, on WRITEs without RETH and on READ responses, and 16 B (two PSNs and a
//   64-bit bitmap) on ACK and NAK: IRN, SIGCOMM'18, section 5, in frame.hpp's layout.
// rud: UEC-style over UDP 4793. Sources differ: arXiv 2508.08906 gives a PDS header of 12 B (16 B with
//   receiver credits), a brief on UE 1.0.3 reckons 16 B. Here: PDS 16, SES 44 ("standard") on every packet,
//   no optional end-to-end CRC; an ACK is 32 B of PDS (CACK, 64-bit SACK bitmap, CC state) and a 12 B SES
//   response (assumption). A trimmed packet is a minimum frame, as is a credit.
// hpcc-sim, htsim: what these simulators charge: no preamble, FCS or gap. HPCC-sim never makes CNPs, trims or
//   credits, so those get the size of its ACK; its TIMELY stamps data with 8 B; htsim stamps INT without
//   charging for it.
#include "hpnsim/wire.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr uint32_t kEthernet = 14, kIpv4 = 20, kUdp = 8, kFcs = 4;
constexpr uint32_t kPreamble = 8, kGap = 12;
constexpr uint32_t kMinFrame = 64;  // IEEE 802.3, FCS included
constexpr uint32_t kBth = 12, kReth = 16, kAeth = 4, kIcrc = 4;
constexpr uint32_t kCnpReserved = 16;
constexpr uint32_t kIrnAck = 4 + 4 + 8;
constexpr uint32_t kInt = 2 + 5 * 8;
constexpr uint32_t kPds = 16, kSes = 44, kPdsAck = 32, kSesResponse = 12;

/// Counts what a data packet adds to its payload, with `headers` bytes after UDP.
constexpr uint32_t overhead(uint32_t headers)
{
    return kEthernet + kIpv4 + kUdp + headers + kFcs + kPreamble + kGap;
}

/// Counts a whole packet with nothing but `headers` after UDP, padded to the minimum frame.
constexpr uint32_t on_wire(uint32_t headers)
{
    return std::max(overhead(headers), kMinFrame + kPreamble + kGap);
}

constexpr uint32_t kMinWire = kMinFrame + kPreamble + kGap;

// The columns are: name, data_overhead, first_extra, telemetry, ack, ack_telemetry, cnp, trimmed, credit,
// pfc, pad_to, extensions, per_packet, minimum, framing.
constexpr Wire kRoce{"roce",
                     overhead(kBth + kIcrc),
                     kReth,
                     kInt,
                     on_wire(kBth + kAeth + kIcrc),
                     on_wire(kBth + kAeth + kInt + kIcrc),
                     on_wire(kBth + kCnpReserved + kIcrc),
                     on_wire(kBth + kIcrc),
                     on_wire(kBth + kCnpReserved + kIcrc),
                     kMinWire,
                     4,
                     true,
                     0,
                     kMinWire,
                     Framing::roce};

constexpr Wire with_irn_headers(Wire wire)
{
    wire.per_packet = kReth;
    wire.ack += kIrnAck;
    wire.ack_telemetry += kIrnAck;
    wire.framing = Framing::irn;
    return wire;
}
constexpr Wire kIrn = with_irn_headers(kRoce);

constexpr Wire kRud{"roce",
                    overhead(kPds + kSes),
                    0,
                    kInt,
                    on_wire(kPdsAck + kSesResponse),
                    on_wire(kPdsAck + kSesResponse + kInt),
                    on_wire(kPds),
                    kMinWire,
                    on_wire(kPds),
                    kMinWire,
                    1,
                    false,
                    0,
                    kMinWire,
                    Framing::rud};

constexpr Wire kHpccSim{"hpcc-sim", 48, 0, kInt, 60, 88, 60, 60, 60, 43, 1, false, 0, 0, Framing::sizes_only};
constexpr Wire with_stamp(Wire wire)
{
    wire.data_overhead += 8;
    return wire;
}
constexpr Wire kHpccSimStamped = with_stamp(kHpccSim);
constexpr Wire kHtsim{"htsim", 64, 0, 0, 64, 64, 64, 64, 64, 64, 1, false, 0, 0, Framing::sizes_only};

}  // namespace

const Wire& wire_named(const std::string& name, Framing framing)
{
    if (name == "roce") return framing == Framing::rud ? kRud : framing == Framing::irn ? kIrn : kRoce;
    if (name == "hpcc-sim") return kHpccSim;
    if (name == "htsim") return kHtsim;
    throw BadInput("wire: there is no framing '" + name + "'" +
                   suggestion_of_all(name, {"roce", "hpcc-sim", "htsim"}));
}

const Wire& with_timestamps(const Wire& wire)
{
    return &wire == &kHpccSim ? kHpccSimStamped : wire;
}

}  // namespace hpnsim

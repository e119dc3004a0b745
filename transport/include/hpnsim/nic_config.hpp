// SPDX-License-Identifier: GPL-2.0-only
// A NIC is told this once, when it is made: its ports, its transport in the parts that users set, and the
// algorithms of its QPs.
#pragma once

#include "hpnsim/cc.hpp"
#include "hpnsim/packet.hpp"
#include "hpnsim/path.hpp"
#include "hpnsim/peer_quirks.hpp"
#include "hpnsim/receiver.hpp"
#include "hpnsim/transport_settings.hpp"
#include "hpnsim/wire.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace hpnsim
{

/// How a reliable connection (RC) recovers lost packets.
enum class Reliability : uint8_t {
    go_back_n,  ///< RoCEv2 RC: in order, NAK sequence error, go back to the oldest unacknowledged PSN
    irn,  ///< IRN (SIGCOMM'18): selective repeat with bitmaps, in-flight capped at one BDP, two timeouts
    rud,  ///< UEC-style: any order, SACK bitmap, selective retransmission, NACK on trimmed headers
};

/// What timeouts that nobody has set are made of, beside the base RTT (timeouts_for).
struct TimeoutBasis {
    Time least_rto = microseconds(65);  ///< irn, rud
    Time queueing;                      ///< what queues and pauses may add to a round trip
    bool losses_are_told = false;  ///< the fabric pauses or trims: only faults lose packets without a word
};

/// A slot's algorithm with its shared parameters; both outlive the NIC.
template <class Ops> struct Plugged {
    const Ops* ops = nullptr;
    const void* params = nullptr;
};

/// Counts QPs that have something before them, for whoever must know what cannot happen soon.
struct OpenQps {
    std::atomic<int64_t> unsent{0};    ///< with bytes that they have not sent yet
    std::atomic<int64_t> near_end{0};  ///< that may be in error after one more timeout
};

class DeliveryBins;
template <class T> class PerLane;

/// The rates of a NIC's ports.
using PortRates = std::array<Rate, kMaxNicPorts>;

struct NicConfig : TransportSettings {
    uint8_t ports = 1;       ///< 1 to kMaxNicPorts
    Rate port_rate;          ///< of each port
    PortRates port_rates{};  ///< of a port that has another one; 0: `port_rate`
    Bytes mtu = 4096;        ///< payload of a full packet
    const Wire* wire = nullptr;
    uint32_t first_qp = 0;  ///< number of its first QP; the functions of one device do not share numbers
    uint64_t seed = 1;      ///< of the run
    Reliability reliability = Reliability::go_back_n;
    TimeoutBasis basis;
    Bytes irn_cap = 0;                             ///< irn: most bytes in flight; 0: one BDP of the QP
    Priority priority = kDataPriority;             ///< of QPs that do not say
    uint8_t dscp = 26;                             ///< the same
    Priority control_priority = kControlPriority;  ///< of ACK, NAK, CNP
    uint8_t control_dscp = 48;
    bool ack_in_data_class = false;  ///< ACKs share their QP's priority instead of the control one
    bool telemetry = false;          ///< ask switches for INT
    uint32_t digest = 0;             ///< ask switches for a digest, of this base in thousandths (digest.hpp)
    bool ecn_capable = false;        ///< send data as ECT
    PeerQuirks quirks;
    Plugged<CcOps> cc;
    Plugged<PathOps> path;
    Plugged<ReceiverOps> receiver;              ///< scope `port`: for rud only; RC senders then need credit
    PerLane<DeliveryBins>* delivery = nullptr;  ///< counts payload as it arrives, each byte once; may be null
    OpenQps* open_qps = nullptr;                ///< of all NICs of a run; may be null

    Rate rate_of(uint8_t port) const { return port_rates[port].bps > 0 ? port_rates[port] : port_rate; }
};

/// How long a QP waits for ACKs, before any back-off.
struct Timeouts {
    Time ack;      ///< gbn; max: for ever
    Time rto;      ///< irn, rud
    Time rto_low;  ///< irn
};
Timeouts timeouts_for(const NicConfig& nic, Time base_rtt);

}  // namespace hpnsim

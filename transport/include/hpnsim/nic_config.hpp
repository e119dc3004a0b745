// SPDX-License-Identifier: GPL-2.0-only
// A NIC is told this once, when it is made: its ports, its transport, and the algorithms of its QPs.
#pragma once

#include "hpnsim/cc.hpp"
#include "hpnsim/packet.hpp"
#include "hpnsim/path.hpp"
#include "hpnsim/receiver.hpp"
#include "hpnsim/rud_rules.hpp"
#include "hpnsim/wire.hpp"

#include <array>
#include <cstdint>

namespace hpnsim
{

/// How a reliable connection (RC) recovers lost packets.
enum class Reliability : uint8_t {
    go_back_n,  ///< RoCEv2 RC: in order, NAK sequence error, go back to the oldest unacknowledged PSN
    irn,  ///< IRN (SIGCOMM'18): selective repeat with bitmaps, in-flight capped at one BDP, two timeouts
    rud,  ///< UEC-style: any order, SACK bitmap, selective retransmission, NACK on trimmed headers
};

/// When a QP that is slower than its line may send again after a packet.
enum class Pacing : uint8_t {
    rate_now,      ///< by its rate as it is when asked: a change of rate acts at once; none at line rate
    rate_then,     ///< whole nanoseconds, by its rate when the packet left
    rate_retimed,  ///< whole nanoseconds, by its rate as it is when asked
};

/// Which QP a port serves next.
enum class Rotation : uint8_t {
    ready,  ///< in the order in which they became able to send
    ring,   ///< the next after the last one in the order in which they got work, looking at all of them; the
            ///< NIC wakes by itself at the earliest pacing time of any, if that is to come (HPCC-sim)
};

/// Says which timeouts a user has not set. They are then least values, and a QP takes more where its path
/// needs more (timers.hpp).
struct AutomaticTimeouts {
    bool ack_timeout = true, rto = true, rto_low = true;
};

/// A slot's algorithm with its shared parameters; both outlive the NIC.
template <class Ops> struct Plugged {
    const Ops* ops = nullptr;
    const void* params = nullptr;
};

class DeliveryBins;

struct NicConfig {
    uint32_t endpoint = 0;
    uint8_t ports = 1;                            ///< 1 to kMaxNicPorts
    Rate port_rate;                               ///< of each port
    std::array<Rate, kMaxNicPorts> port_rates{};  ///< of a port that has another one; 0: `port_rate`
    Bytes mtu = 4096;                             ///< payload of a full packet
    const Wire* wire = nullptr;
    uint64_t seed = 1;  ///< of the run
    Reliability reliability = Reliability::go_back_n;
    Time ack_timeout{1'048'576'000};  ///< gbn: 4.096 us x 2^8 (IBTA: local ACK timeout code 8); 0: never
    AutomaticTimeouts automatic;
    Time queueing;                 ///< what queues and pauses may add to a round trip, for automatic timeouts
    bool losses_are_told = false;  ///< the fabric pauses or trims: only faults lose packets silently
    bool adaptive_timeout = false;      ///< gbn: begin shorter, double up to `ack_timeout` (NVIDIA NICs)
    Time rto = microseconds(65);        ///< irn, rud: age of the packet sent longest ago;
                                        ///< rud doubles it per retry
    double reorder = 0;                 ///< rud: base RTTs; a packet is lost when one sent so much
                                        ///< later has arrived; 0: only timeouts and NAKs tell
    Time rto_low = microseconds(100);   ///< irn: instead of `rto` when few packets are in flight
    uint32_t rto_low_packets = 3;       ///< irn: how few packets (IRN: N = 3)
    Bytes irn_cap = 0;                  ///< irn: most bytes in flight; 0: one BDP of the QP
    int retries = 7;                    ///< timeouts in a row before the work request fails
    int rnr_retries = 7;                ///< receiver-not-ready NAKs in a row; 7: for ever (IBTA)
    uint8_t rnr_timer = 12;             ///< IBTA code that this side's RNR NAKs ask to wait (12: 0.64 ms)
    uint32_t ack_every = 1;             ///< gbn: acknowledge every n-th packet (and whenever asked)
    Bytes sack_bytes = 16384;           ///< rud: acknowledge after this much payload
    Time ack_delay = microseconds(4);   ///< a coalesced ACK waits no longer than this
    uint32_t psn_window = 16384;        ///< irn, rud: PSNs outstanding at most (UEC: MP_RANGE)
    Time cnp_delay;                     ///< from the marked packet's arrival to its CNP
    uint8_t max_rd_atomic = 16;         ///< READs and atomics outstanding per QP, either side
    Priority priority = kDataPriority;  ///< of QPs that do not say
    uint8_t dscp = 26;                  ///< of QPs that do not say
    Priority control_priority = kControlPriority;  ///< of ACK, NAK, CNP
    uint8_t control_dscp = 48;
    uint32_t control_share = 0;  ///< control packets to one of data while both wait; 0: control first
    RudRules rud;
    bool ack_in_data_class = false;  ///< ACKs share their QP's priority instead of the control priority
    bool telemetry = false;          ///< ask switches for INT
    uint32_t digest = 0;             ///< ask switches for a digest, of this base in thousandths (digest.hpp)
    bool ecn_capable = false;        ///< send data as ECT
    Pacing pacing = Pacing::rate_now;
    Rotation rotation = Rotation::ready;
    bool overshoot = false;  ///< a window is full when it is reached, not when a packet would exceed it
    /// Replies that share a data priority are held back by the pauses of this one; -1: of their own.
    int replies_obey = -1;
    bool marks_are_cnps = false;    ///< an ACK that echoes a mark is a CNP to the CC
    bool naks_are_acks = false;     ///< gbn: a NAK tells the CC what an ACK would, and always goes back
    bool answer_duplicates = true;  ///< gbn: acknowledge duplicates again
    Time nak_repeat;                ///< gbn: NAK the same gap again after so long; 0: once
    IntWrap int_wrap;               ///< of the records that switches stamp
    Plugged<CcOps> cc;
    Plugged<PathOps> path;
    Plugged<ReceiverOps> receiver;     ///< scope `port`: for rud only; RC senders then need credit
    DeliveryBins* delivery = nullptr;  ///< counts payload as it arrives, each byte once; may be null

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

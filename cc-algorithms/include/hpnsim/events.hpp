// SPDX-License-Identifier: GPL-2.0-only
// This is all that a congestion-control algorithm sees and says: one flat struct per event, and `Flow`. All
// sizes are payload bytes unless Flow::header says otherwise; all PSNs are unwrapped to 64 bits by the
// transport.
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim
{

/// A packet sequence number, unwrapped: the wire carries its low 24 bits.
using Psn = uint64_t;

/// The most ports that a NIC may have, and planes that a fabric may have.
inline constexpr int kMaxNicPorts = 8;

/// Selects a path: a NIC port (on HPN: the plane) and a UDP source port (the ECMP entropy).
struct Entropy {
    uint16_t source_port = 0;
    uint8_t port = 0;
    friend constexpr bool operator==(Entropy a, Entropy b)
    {
        return a.source_port == b.source_port && a.port == b.port;
    }
};

/// In-band telemetry of one hop, stamped when the packet leaves the egress queue.
struct IntHop {
    uint32_t port = 0;   ///< unique id of the egress port: differences are taken only against the same one
    Time ts;             ///< when the packet began to leave
    Bytes tx_bytes = 0;  ///< wire bytes that the port had sent before this packet
    Bytes queue = 0;     ///< wire bytes left waiting at the port, in all priorities
    Rate link;           ///< the port's rate
};

/// The numbers at which INT's counters wrap; 0: they do not.
struct IntWrap {
    Time ts;
    Bytes tx_bytes = 0;

    /// Differences between two readings of a clock, or of a count of bytes, the later one last.
    Time elapsed(Time from, Time to) const { return {apart(to.ps - from.ps, ts.ps)}; }
    Bytes sent(Bytes from, Bytes to) const { return apart(to - from, tx_bytes); }

private:
    static int64_t apart(int64_t difference, int64_t modulus)
    {
        return difference < 0 ? difference + modulus : difference;
    }
};

/// Why a packet counts as lost.
enum class Loss : uint8_t { out_of_order, trimmed, trimmed_at_last_hop };

/// What an acknowledgement answers.
enum class Answers : uint8_t {
    data,   ///< a packet of the flow
    probe,  ///< the latest probe without data (SLEEK): `rtt` is the probe's, and `rtt_valid` is not set
    rts,    ///< a request to send (uet-htsim: RTS), whose round trip says less than data's
};

/// An acknowledgement arrived. `Flow::in_flight` no longer holds the bytes that it reports.
struct Ack {
    Psn psn = 0;                ///< the packet that triggered it (the newest, when coalesced)
    Bytes acked = 0;            ///< newly acknowledged cumulatively
    Bytes received = 0;         ///< newly received, in any order
    Bytes marked = 0;           ///< of `received`, how much carried CE
    Time rtt;                   ///< round trip of `psn`, the receiver's share removed
    Time host_delay;            ///< the receiver's share
    bool rtt_valid = false;     ///< false for a retransmitted packet (Karn)
    bool ecn = false;           ///< the triggering packet carried CE
    Entropy path;               ///< the path of the triggering packet
    uint32_t out_of_order = 0;  ///< packets that the receiver holds beyond its first gap
    uint8_t penalty = 255;      ///< receiver window penalty in 1/255 (UEC); 255: none
    uint8_t hop_count = 0;      ///< entries of `hops`; 0 without INT
    Answers answers = Answers::data;
    const IntHop* hops = nullptr;
    IntWrap int_wrap;      ///< of `hops`
    uint64_t payload = 0;  ///< whatever switches wrote into the data packet, echoed; 0: nothing
};

/// A congestion notification packet arrived (RoCEv2 annex A17.9.3), or a switch's own feedback.
struct Cnp {
    Entropy path;
    uint64_t payload = 0;  ///< whatever a switch wrote into it; 0 for a plain CNP
    Time rtt;              ///< since the packet that caused it was sent
};

/// A negative acknowledgement arrived. `Flow::in_flight` still holds the lost bytes.
struct Nack {
    Psn psn = 0;
    Bytes lost = 0;
    Entropy path;
    Loss why = Loss::out_of_order;
    bool ecn = false;
    Time rtt;  ///< of the packet that was trimmed
    bool rtt_valid = false;
};

/// The retransmission timer expired. `Flow::in_flight` still holds the lost bytes.
struct Timeout {
    Bytes lost = 0;    ///< what the transport gives up on: every overdue packet (rud), all in flight (gbn)
    int in_a_row = 1;  ///< consecutive timeouts without progress
};

/// A data packet was handed to the port that sends it.
struct Sent {
    Psn psn = 0;
    Bytes size = 0;
    Entropy path;
    bool retransmit = false;
};

/// A `Flow::window` that limits nothing.
inline constexpr Bytes kUnlimited = Bytes{1} << 60;

/// One QP as its algorithm sees it; the transport owns it. The send path reads the first cache line, where it
/// begins one.
struct Flow {
    Rate rate;         ///< OUT: pacing rate of the QP in wire bits; at or above `line_rate` it is not paced
    Bytes window = 0;  ///< OUT: in-flight limit. Below one MTU the sender paces at window / RTT
    Bytes credit = kUnlimited;  ///< IN, OUT: payload bytes that may still be sent; each packet takes its own,
                                ///< on_credit and the CC's first trust add. Limits only when `credited`
    Bytes in_flight = 0;
    Bytes backlog = 0;  ///< bytes posted and not yet sent for the first time
    Psn next_psn = 0;   ///< of the next new packet
    Time now;
    Bytes mtu = 0;  ///< payload of a full packet

    Time base_rtt;        ///< round trip of a full packet and its ACK through the empty network
    Bytes bdp = 0;        ///< base_rtt x line_rate
    Rate line_rate;       ///< what the live ports that this QP may use can carry
    uint64_t stream = 0;  ///< this QP's own random stream (random.hpp)
    Time due[4] = {Time::max(), Time::max(), Time::max(), Time::max()};  ///< OUT: on_timer(i) runs at due[i]

    uint16_t source_port = 0;  ///< the QP's own UDP source port
    uint8_t home_port = 0;     ///< the NIC port that the QP is bound to when its path policy does not spray
    uint8_t live_ports = 1;    ///< bit set of NIC ports that are up; at most kMaxNicPorts
    uint8_t hops = 0;          ///< switches on the path to the peer; 0: not known
    uint8_t header = 0;        ///< header bytes per packet that all byte counts hold, `mtu` too; 0: none
    uint16_t request = 0;      ///< OUT: what data packets carry to switches; on_send sets that packet's
    bool credited = false;     ///< the receiver grants credit, and nothing leaves without it
    bool on_trust = false;     ///< `credit` is the sender's own first guess (credit.hpp)
};

}  // namespace hpnsim

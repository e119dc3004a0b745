// SPDX-License-Identifier: GPL-2.0-only
// Holds the state of one queue pair. The algorithms' states follow it in one block of memory. Internal to the
// transport.
#pragma once

#include "hpnsim/nic.hpp"
#include "qp/parts.hpp"
#include "qp/rare.hpp"

#include <new>

namespace hpnsim
{

/// What every packet that leaves and every ACK touch: three cache lines, which begin one.
struct Requester {
    bool silent = false;      ///< the QP's state lets it send nothing
    bool near_end = false;    ///< one more timeout, or one of a request for credit, may put it into error
    bool sampled = false;     ///< rud, sample_repaired: the ACK at hand tells a round trip
    bool recovering = false;  ///< rud's SLEEK: a loss episode is under way
    uint32_t lost = 0;        ///< irn, rud: PSNs waiting for retransmission
    Psn una = 0;              ///< oldest unacknowledged
    Psn send = 0;             ///< gbn: next to send, below next_psn after going back; rud: next_psn
    Psn end = 0;              ///< one past the last that has been given to a request
    Bytes cap = kUnlimited;   ///< irn: most bytes in flight
    Bytes room = 0;           ///< what a window must have left for the next packet
    Time last_sent;           ///< when the last data packet began to leave
    uint32_t last_wire = 0;   ///< its wire bytes
    uint32_t last_payload = 0;

    Time blocked_until;  ///< receiver not ready
    Time progress;       ///< gbn: when the timer was last restarted
    Ring<Wqe> wqes;
    uint32_t sending_wqe = 0;  ///< index in wqes of the one that `next_psn` or `send` falls into
    /// The same for `una`; those before it are unanswered READs and what follows them.
    uint32_t acked_wqe = 0;
    Bytes seen_received = 0, seen_marked = 0;  ///< the peer's running counts as last reported

    int timeouts = 0;                    ///< consecutive timeouts
    int rnr_naks = 0;                    ///< in a row
    SelectiveSend* selective = nullptr;  ///< irn, rud: it lies behind the QP; null: gbn
    Rare<Ring<Waiting>> waiting;
};

/// What few packets touch of either side.
struct Rest {
    Time waited;   ///< adaptive timeout: sum of the consecutive timeouts
    Time release;  ///< Pacing::rate_then: when the next packet may leave
    Time row;      ///< irn, rud: time of the last timeout that counted; what left before belongs to it
    Psn implied_at = ~Psn{0};  ///< gbn: `una` when a gap in answers was last found
    uint64_t messages = 0;
    uint32_t receives_taken = 0;   ///< irn: receives of the peer that posted messages take
    uint16_t reads = 0;            ///< READs and atomics in `wqes` without an answer
    Time nak_again = Time::max();  ///< gbn: when the NAK for `expected` may be sent again
};

/// What every packet that arrives and every reply touch: one cache line, and the message or what is held out
/// of order; then what few do.
struct Responder {
    Psn expected = 0;
    bool ack_asked = false;         ///< rud, without report_all: an ACK request stands until no hole is left
    bool nak_sent = false;          ///< gbn: a NAK for `expected` has been sent
    bool in_message = false;        ///< gbn, UC: between the first and the last packet of a message
    bool replies_in_order = false;  ///< gbn: has answered a READ: ACKs must not overtake such answers
    bool ack_owed = false;          ///< gbn: an ACK waits for the answers before it
    uint8_t nak_owed = 0;           ///< gbn: the syndrome of a NAK that waits for the answers before it
    uint16_t credit_path = 0;       ///< source port of credits: that of the latest packet that came
    uint32_t unacked = 0;           ///< packets since the last ACK
    uint32_t out_of_order = 0;      ///< irn, rud: packets held beyond `expected`
    Bytes unacked_bytes = 0;        ///< rud
    Bytes received = 0, marked = 0;
    Time ack_due = Time::max();  ///< a coalesced ACK waits in `held`, and goes out at the latest then
    uint32_t msn = 0;            ///< messages completed
    uint32_t receives_gone = 0;  ///< irn: how many the queue has given away for good

    Rare<Arriving> message;                 ///< gbn, UC, UD: the one message under way
    SelectiveReceive* selective = nullptr;  ///< irn, rud: it lies behind the QP; null: gbn
    Rare<HeldReply> held;                   ///< gbn; irn and rud have it in `selective`
    Rare<ReceiveQueue> receives;
    ReceiveQueue* shared = nullptr;  ///< the shared queue that it takes receives from; null: `receives`
    Rare<ReadAnswers> answers;       ///< gbn
};

/// One queue pair. What sends its packets and takes its ACKs lies together in the six lines from its
/// beginning to the end of `rto`; what takes its peer's packets, in the last of these and the first of
/// `resp`.
struct alignas(64) Qp {
    Flow flow;
    Plugged<CcOps> law;  ///< the NIC's, or a tap on it (Nic::tap)
    void* cc = nullptr;
    void* path = nullptr;
    Qp* next_ready = nullptr;
    Time armed = Time::max();  ///< where this QP stands in the NIC's deadline heap
    Requester req;
    uint32_t mtu = 0;  ///< payload of a full packet; Flow::mtu counts its header too where counts do
    uint32_t number = 0, peer = 0, peer_qp = 0;
    uint32_t index = 0;         ///< among the QPs of its Nic
    uint16_t dest_port = 4791;  ///< UDP
    uint8_t dscp = 26;
    Priority priority = kDataPriority;
    bool is_ready = false;
    bool reconsider = true;  ///< something has happened since it became ready, and it may not be any more
    bool answering = false;  ///< resp.answers.jobs holds something
    bool anywhere = false;   ///< sprays over several ports: any of them may pull it
    Service service = Service::rc;
    QpState state = QpState::rts;
    Opcode last_opcode = Opcode::write_only;  ///< of the last data packet
    bool told_by_overtaking = false;          ///< rud: `reorder` limits by how much packets may overtake
    Time rto;                                 ///< how long a packet may stay unacknowledged; gbn: ACK timeout
    Responder resp;
    void* receiver = nullptr;
    uint16_t forbidden = 0;        ///< traits of requests that the QP does not serve (opcodes.hpp)
    bool answer_turn = false;      ///< an answer goes before the QP's own request
    int8_t ack_timeout_code = -1;  ///< given; -1: the NIC's
    uint8_t peer_ports = 0xff;     ///< bit set: which ports of the peer can be reached
    uint8_t own_port = 0;          ///< the home port that it was made with
    uint8_t rnr_timer = 12, max_rd_atomic = 16;

    // What few packets touch.
    Rest rest;
    Rare<CreditState> credit;
    uint8_t max_dest_rd_atomic = 16;
    Time rto_low;                ///< irn
    Time reorder = Time::max();  ///< rud: by how much later packets may overtake; max: any
    int retries = 7, rnr_retries = 7;
    Bytes bdp = 0;  ///< given; 0: base RTT x line rate
    uint32_t domain = 0, qkey = 0;
    Time timers_since;  ///< since then the CC's timers ran `timers_run` times
    uint32_t timers_run = 0;
    uint32_t endpoint = 0;  ///< of its NIC
};

/// Where a reply that must wait keeps what it answers.
inline HeldReply& held_reply(Responder& resp)
{
    return resp.selective != nullptr ? resp.selective->held : resp.held.use();
}

inline ReceiveQueue& receives_of(Qp& qp)
{
    return qp.resp.shared != nullptr ? *qp.resp.shared : qp.resp.receives.use();
}

/// Ends a QP and gives back its block of memory.
inline void destroy(Qp* qp)
{
    if (qp->req.selective != nullptr) qp->req.selective->~SelectiveSend();
    if (qp->resp.selective != nullptr) qp->resp.selective->~SelectiveReceive();
    qp->~Qp();
    ::operator delete(static_cast<void*>(qp), std::align_val_t(alignof(Qp)));
}

/// Tells whether a QP in that state takes anything in.
constexpr bool takes_packets(QpState state)
{
    return state >= QpState::rtr && state <= QpState::sqe;
}

inline void LawWatch::check(Qp& qp, const char* handler)
{
    if (qp.flow.rate.bps <= 0 || qp.flow.window <= 0) blame_values(qp, handler);
}

/// Changes what the QP has been given and has not sent yet.
inline void add_backlog(const NicConfig& config, Qp& qp, Bytes more)
{
    const bool before = qp.flow.backlog > 0;
    qp.flow.backlog += more;
    const bool after = qp.flow.backlog > 0;
    if (before != after && config.open_qps != nullptr)
        config.open_qps->unsent.fetch_add(after ? 1 : -1, std::memory_order_relaxed);
}

/// True if the peer has not answered any of so many requests for credit that the QP does not send another
/// one.
inline bool asks_in_vain(const Qp& qp)
{
    return qp.credit->rts_unanswered > qp.retries;
}

/// Notes whether one more timeout may put the QP into error.
inline void set_near_end(const NicConfig& config, Qp& qp, bool near_end)
{
    if (qp.req.near_end == near_end) return;
    qp.req.near_end = near_end;
    if (config.open_qps != nullptr)
        config.open_qps->near_end.fetch_add(near_end ? 1 : -1, std::memory_order_relaxed);
}

/// The peer has answered: what went wrong in a row before does not count any more.
inline void forgive(const NicConfig& config, Qp& qp)
{
    Requester& req = qp.req;
    if ((req.timeouts | req.rnr_naks) != 0) {
        req.timeouts = req.rnr_naks = 0;
        qp.rest.waited = Time{};
    }
    if (req.near_end) set_near_end(config, qp, asks_in_vain(qp));
}

/// No more PSNs than this may be outstanding, or new ones would look like duplicates (IBTA: half of 2^24).
constexpr Psn kPsnHalf = Psn{1} << 23;

/// Returns the PSN nearest to `around` whose low 24 bits are `wire`.
constexpr Psn unwrap_psn(uint32_t wire, Psn around)
{
    const uint32_t delta = (wire - static_cast<uint32_t>(around)) & 0xffffffU;
    return around + delta - (delta >= 0x800000U ? 0x1000000U : 0);
}
constexpr uint32_t wire_psn(Psn psn)
{
    return static_cast<uint32_t>(psn & 0xffffffU);
}

constexpr bool has_answer(Verb verb)
{
    return verb == Verb::read || verb == Verb::compare_swap || verb == Verb::fetch_add;
}

constexpr bool takes_receive(const WorkRequest& request)
{
    return request.verb == Verb::send || (request.verb == Verb::write && request.with_immediate);
}

/// Counts the PSNs of a message of this length, at least one.
constexpr uint32_t packets_of(Bytes bytes, Bytes mtu)
{
    return bytes <= mtu ? 1 : static_cast<uint32_t>((bytes + mtu - 1) / mtu);
}

/// Returns the bytes of the message that belong to one PSN of it.
constexpr Bytes share_of(const Wqe& wqe, Psn psn, Bytes mtu)
{
    const Bytes left = wqe.request.bytes - static_cast<Bytes>(psn - wqe.first_psn) * mtu;
    return left < mtu ? left : mtu;
}

/// Returns the payload of the request's packet of that PSN.
constexpr Bytes payload_of(const Wqe& wqe, Psn psn, Bytes mtu)
{
    return wqe.asks ? 0 : share_of(wqe, psn, mtu);
}

constexpr Psn end_of(const Wqe& wqe)
{
    return wqe.first_psn + wqe.packets;
}

/// Returns the retransmission timeout after `timeouts` in a row.
constexpr Time backed_off(Time rto, int timeouts)
{
    return rto * (int64_t{1} << (timeouts < 10 ? timeouts : 10));
}

/// Finds the request that a PSN belongs to; it must be outstanding.
inline Wqe& wqe_of(Requester& req, Psn psn)
{
    size_t low = 0, high = req.wqes.size() - 1;
    while (low < high) {
        const size_t middle = (low + high + 1) / 2;
        if (req.wqes[middle].first_psn <= psn)
            low = middle;
        else
            high = middle - 1;
    }
    return req.wqes[low];
}

}  // namespace hpnsim

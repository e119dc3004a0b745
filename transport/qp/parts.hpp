// SPDX-License-Identifier: GPL-2.0-only
// The parts of a queue pair: requests under way, PSNs in flight, messages that arrive, answers that are owed.
// Internal to the transport.
#pragma once

#include "hpnsim/cc.hpp"
#include "hpnsim/packet.hpp"
#include "hpnsim/ring.hpp"
#include "hpnsim/verbs_types.hpp"
#include "hpnsim/work.hpp"

namespace hpnsim
{

/// A work request that has its PSNs and is not yet completed.
struct Wqe {
    Psn first_psn = 0;
    uint32_t packets = 0;   ///< PSNs
    bool rare = false;      ///< its packets carry an Extension
    bool asks = false;      ///< READ, atomic of this side: its packets bring no payload
    bool answered = true;   ///< READ, atomic: the answer has come whole
    bool response = false;  ///< irn, rud: it answers the peer's READ or atomic; nobody is told of its end
    uint64_t message = 0;
    Bytes retransmitted = 0;
    WorkRequest request;
    uint64_t answers = 0;         ///< response: number of the peer's message
    uint32_t receive_number = 0;  ///< irn: which receive of the peer it takes
};

/// A posted work request that has no PSNs yet: something before it must end first.
struct Waiting {
    WorkRequest request;
    Status fault = Status::success;  ///< what it will end with, found when it was posted
};

/// What the sender knows of one PSN in flight (irn, rud).
struct PsnState {
    enum class Is : uint8_t { in_flight, lost, received };
    Is is = Is::in_flight;
    uint8_t resent = 0;  ///< how often it was sent again, up to 255
    Time sent;
};

/// A transmission (irn, rud). It is stale when the PSN has been sent again, has arrived, or counts as lost.
struct SendRecord {
    Psn psn = 0;
    Time sent;
};

/// SLEEK's latest probe, and its next.
struct Probe {
    uint32_t psn = 0;        ///< as on the wire
    Time sent;               ///< when it left
    Time due = Time::max();  ///< when the next leaves
};

/// What a sender knows of single PSNs (irn, rud).
struct SelectiveSend {
    Ring<PsnState> psns;     ///< of una .. next_psn - 1
    Ring<SendRecord> sends;  ///< in the order of sending
    Psn first_lost = 0;      ///< no lost PSN below this one
    Psn scanned = 0;         ///< irn, SLEEK: gaps below it are known
    Psn recovery = 0;        ///< irn, SLEEK: the loss episode ends when `una` has passed it
    Time asked;              ///< when it last asked what has arrived (PeerQuirks::asks_when_blocked)
    Probe probe;
};

/// Holds a bit per PSN beyond the expected one (irn, rud receiver).
class PsnBitmap
{
public:
    bool test(Psn psn) const { return !words_.empty() && ((words_[word(psn)] >> (psn & 63)) & 1) != 0; }
    void set(Psn psn) { words_[word(psn)] |= uint64_t{1} << (psn & 63); }
    void clear(Psn psn) { words_[word(psn)] &= ~(uint64_t{1} << (psn & 63)); }
    /// Makes room for PSNs base .. base + span - 1. Bits outside of it are clear.
    void reserve(Psn base, Psn span);
    void reset() { words_.clear(); }

private:
    size_t word(Psn psn) const { return (psn >> 6) & (words_.size() - 1); }
    std::vector<uint64_t> words_;
};

/// gbn: a READ or an atomic that is being answered.
struct AnswerJob {
    Psn psn = 0;  ///< of the next packet
    uint64_t address = 0;
    Bytes left = 0;
    uint64_t value = 0;  ///< atomic: the value that the memory held
    uint32_t rkey = 0;
    bool atomic = false, started = false;
    bool again = false;  ///< a duplicate request is executed again
};

/// gbn: the result of an atomic, for a duplicate of its request.
struct AtomicResult {
    Psn psn = 0;
    uint64_t value = 0;
};

/// The answers that are owed to READs and atomics (gbn).
struct ReadAnswers {
    Psn answered = 0;  ///< one past the highest PSN of an answer that has left
    Ring<AnswerJob> jobs;
    Ring<AtomicResult> results;  ///< the last max_dest_rd_atomic
};

struct PostedReceive {
    ReceiveRequest request;
    bool taken = false;  ///< irn: taken by a message later than the first that waits for a receive
};
using ReceiveQueue = Ring<PostedReceive>;

/// A message that is arriving.
struct Arriving {
    Bytes arrived = 0;
    uint32_t bytes = 0;  ///< length of the message
    uint16_t what = 0;   ///< traits of its opcodes so far (opcodes.hpp)
    bool started = false, complete = false, has_receive = false;
    uint32_t immediate = 0;
    uint32_t rkey = 0;     ///< WRITE, READ; 0: unchecked
    uint64_t address = 0;  ///< WRITE, READ: remote address of the first byte
    uint64_t cookie = 0;
    uint64_t swap_add = 0, compare = 0;
    Opcode opcode = Opcode::write_only;  ///< of the packet that brought the request (READ, atomics)
    uint32_t src_qp = 0;
    ReceiveRequest receive;
};

/// What a reply tells of the packet that it answers.
struct Arrival {
    Time sent;
    uint32_t host_delay_ns = 0;
    uint32_t psn = 0;  ///< as on the wire
    uint16_t source_port = 0, dest_port = 4791;
    uint16_t feedback = 0;
    uint8_t port = 0;  ///< the NIC port that it came by
    bool retransmitted = false;
    bool ce = false;
    bool ack_request = false;

    Arrival() = default;
    Arrival(const Packet& data, uint8_t by)
        : sent(data.sent), host_delay_ns(data.host_delay_ns), psn(data.psn), source_port(data.source_port),
          dest_port(data.dest_port), feedback(data.feedback), port(by), retransmitted(data.retransmitted),
          ce(data.ce), ack_request(data.ack_request)
    {
    }
};

/// What a coalesced ACK answers, or a reply behind the answers to READs.
struct HeldReply {
    Time arrived;
    Arrival arrival;
};

/// What a receiver has taken out of order (irn, rud).
struct SelectiveReceive {
    PsnBitmap holds;
    Psn lowest_unreported = 0, highest_unreported = 0;  ///< of the packets since the last ACK
    uint64_t first_message = 0;                         ///< number of the first message in `arriving`
    Ring<Arriving> arriving;
    HeldReply held;
};

/// Credit of both directions, where the peer's receiver grants it. All are running counts, or of the sender.
struct CreditState {
    Bytes given = 0;               ///< to the peer
    Bytes granted = 0, asked = 0;  ///< credit that came, that the peer was asked for
    Time rts_due = Time::max();    ///< without credit: when the next RTS goes out
    Time rts_next;                 ///< no RTS goes out before
    int rts_in_a_row = 0;          ///< RTSs since credit came
    int rts_unanswered = 0;        ///< RTSs since anything came
};

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// The state of one queue pair. Internal to the transport. The algorithms' states follow it in one block.
#pragma once

#include "hpnsim/nic.hpp"
#include "hpnsim/ring.hpp"

namespace hpnsim
{

/// A posted work request that is not yet completed.
struct Wqe {
    Psn first_psn = 0;
    uint32_t packets = 0;
    Verb verb = Verb::write;
    Bytes bytes = 0;
    Bytes retransmitted = 0;
    uint64_t cookie = 0;
    uint64_t message = 0;
};

/// What the sender knows of one PSN in flight (rud).
struct PsnState {
    enum class Is : uint8_t { in_flight, lost, received };
    Is is = Is::in_flight;
    bool again = false;  ///< was sent more than once
    Time sent;
};

/// A transmission (rud). Stale when the PSN has been sent again, is known to have arrived, or counts as lost.
struct SendRecord {
    Psn psn = 0;
    Time sent;
};

/// A bit per PSN beyond the expected one (rud receiver).
class PsnBitmap
{
public:
    bool test(Psn psn) const { return !words_.empty() && ((words_[word(psn)] >> (psn & 63)) & 1) != 0; }
    void set(Psn psn) { words_[word(psn)] |= uint64_t{1} << (psn & 63); }
    void clear(Psn psn) { words_[word(psn)] &= ~(uint64_t{1} << (psn & 63)); }
    /// Room for PSNs base .. base + span - 1. Bits outside of it are clear.
    void reserve(Psn base, Psn span);

private:
    size_t word(Psn psn) const { return (psn >> 6) & (words_.size() - 1); }
    std::vector<uint64_t> words_;
};

struct Requester {
    Psn una = 0;             ///< oldest unacknowledged
    Psn send = 0;            ///< gbn: next to send, below next_psn after going back; rud: next_psn
    Psn end = 0;             ///< one past the last posted
    Time last_sent;          ///< when the last data packet began to leave
    uint32_t last_wire = 0;  ///< its wire bytes
    uint32_t last_payload = 0;
    Time progress;             ///< gbn: when the timer was last restarted
    Time blocked_until;        ///< receiver not ready
    int timeouts = 0;          ///< in a row
    uint32_t sending_wqe = 0;  ///< index in wqes of the one that `next_psn` or `send` falls into
    bool error = false;
    uint32_t lost = 0;                         ///< rud: PSNs waiting for retransmission
    Psn first_lost = 0;                        ///< rud: no lost PSN below this one
    Bytes seen_received = 0, seen_marked = 0;  ///< the peer's running counts as last reported
    uint64_t messages = 0;
    Ring<Wqe> wqes;
    Ring<PsnState> psns;     ///< rud: of una .. next_psn - 1
    Ring<SendRecord> sends;  ///< rud: in the order of sending
};

struct Responder {
    Psn expected = 0;
    bool nak_sent = false;    ///< gbn: a NAK is out for `expected`
    bool in_message = false;  ///< gbn: between the first and the last packet of a message
    uint32_t unacked = 0;     ///< gbn: packets since the last ACK
    Bytes unacked_bytes = 0;  ///< rud
    Psn lowest_unreported = 0, highest_unreported = 0;  ///< rud: of the packets since the last ACK
    uint32_t out_of_order = 0;                          ///< rud: packets held beyond `expected`
    uint32_t receives = 0;                              ///< posted and not consumed
    Bytes received = 0, marked = 0;
    /// A coalesced ACK that waits: when it goes out at the latest, and what it answers.
    Time ack_due = Time::max();
    Time arrived, sent;
    uint32_t psn = 0;
    uint16_t source_port = 0;
    uint8_t port = 0;
    bool retransmitted = false;
    PsnBitmap holds;  ///< rud
    struct Assembly {
        Bytes arrived = 0;
        bool started = false, complete = false;
    };
    uint64_t first_message = 0;  ///< rud: number of the first message in `assembly`
    Ring<Assembly> assembly;
};

struct Qp {
    Flow flow;
    void* cc = nullptr;
    void* path = nullptr;
    void* receiver = nullptr;
    Qp* next_ready = nullptr;
    bool is_ready = false;
    uint32_t number = 0, peer = 0, peer_qp = 0;
    Time armed = Time::max();  ///< where this QP stands in the NIC's deadline heap
    Requester req;
    Responder resp;
};

/// More PSNs than this may not be outstanding, or new ones look like duplicates (IBTA: half of 2^24).
constexpr Psn kPsnHalf = Psn{1} << 23;

/// The PSN nearest to `around` whose low 24 bits are `wire`.
constexpr Psn unwrap_psn(uint32_t wire, Psn around)
{
    const uint32_t delta = (wire - static_cast<uint32_t>(around)) & 0xffffffU;
    return around + delta - (delta >= 0x800000U ? 0x1000000U : 0);
}
constexpr uint32_t wire_psn(Psn psn)
{
    return static_cast<uint32_t>(psn & 0xffffffU);
}

/// The payload of one packet of a request.
constexpr Bytes payload_of(const Wqe& wqe, Psn psn, Bytes mtu)
{
    const Bytes offset = static_cast<Bytes>(psn - wqe.first_psn) * mtu;
    return wqe.bytes - offset < mtu ? wqe.bytes - offset : mtu;
}

/// The retransmission timeout after `timeouts` in a row (rud).
constexpr Time backed_off(Time rto, int timeouts)
{
    return rto * (int64_t{1} << (timeouts < 10 ? timeouts : 10));
}

/// The request that a PSN belongs to; it must be outstanding.
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

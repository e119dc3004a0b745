// SPDX-License-Identifier: GPL-2.0-only
// Selective repeat, which irn and rud share: the sender keeps a state of each PSN in flight, the receiver
// takes packets in any order, and ACKs have bitmaps. Internal to the transport.
#pragma once

#include "qp/qp.hpp"
#include "recovery/recovery.hpp"

namespace hpnsim
{

// ---- what the sender knows of its PSNs ----

/// Tells whether this very transmission may still be under way.
inline bool in_flight(Requester& req, const SendRecord& record)
{
    Ring<PsnState>& psns = req.selective->psns;
    if (record.psn < req.una || record.psn >= req.una + psns.size()) return false;
    const PsnState& state = psns[record.psn - req.una];
    return state.is == PsnState::Is::in_flight && state.sent == record.sent;
}

/// Returns when the packet left that has been in flight for longest; max: none is.
inline Time oldest_sent(Requester& req)
{
    Ring<SendRecord>& sends = req.selective->sends;
    while (!sends.empty() && !in_flight(req, sends.front())) sends.pop_front();
    return sends.empty() ? Time::max() : sends.front().sent;
}

/// Returns what windows and counts charge for a PSN.
inline Bytes size_of(Qp& qp, Psn psn)
{
    return payload_of(wqe_of(qp.req, psn), psn, qp.mtu) + qp.flow.header;
}

void mark_lost(Qp& qp, Psn psn);
/// Returns the oldest PSN that is to be sent again; there must be one.
Psn next_lost(Requester& req);
/// Adds up the bytes of the packets in flight that left at `sent_until` or before, as far as one timeout
/// goes. `one`: a timeout is of one packet (PeerQuirks::one_per_timeout).
Bytes expired_bytes(Qp& qp, Time sent_until, bool one);
/// Gives up on those packets.
void give_up(Qp& qp, Time sent_until, bool one);

/// What irn and rud do alike with a NIC.
struct Selective {
    // The sender (selective.cpp)
    static uint32_t psn_window(const NicConfig& config) { return config.selective.window; }
    static void on_sent(Requester& req, Psn psn, bool repair, Time now);
    /// Marks what the ACK acknowledges. Returns the highest PSN that its bitmap names; 0: it names none.
    static Psn read_ack(Nic& nic, Qp& qp, const Packet& ack);
    /// Moves `una` to where the ACK says, and returns the bytes passed.
    static Bytes advance(Nic& nic, Qp& qp, const Packet& ack, Time now);
    static void on_nak(Nic& nic, Qp& qp, const Packet& nak, Time now);
    static Bytes overdue(const NicConfig& config, Qp& qp, Time sent_until);
    static void on_timeout(Nic& nic, Qp& qp, Time sent_until, Time now);
    static Bytes unacknowledged(Qp& qp);
    /// Makes a packet that asks what has arrived.
    static Packet* make_question(Nic& nic, Qp& qp, Time now);

    // The receiver (any_order.cpp)
    static Placement accept(Nic& nic, Qp& qp, Packet& data, uint8_t port, Time now);
    /// Tells whether the packet has closed all holes, and an ACK must say so.
    static bool closing(const NicConfig& config, Responder& resp, const Packet& data, Placement placed);
    static void fill_bitmap(const NicConfig& config, const Responder& resp, const Arrival& data, Packet& ack);

    /// Returns the table as far as irn and rud share it.
    static constexpr RecoveryOps ops()
    {
        RecoveryOps ops;
        ops.any_order = true;
        ops.psn_window = psn_window;
        ops.on_sent = on_sent;
        ops.on_nak = on_nak;
        ops.overdue = overdue;
        ops.on_timeout = on_timeout;
        ops.unacknowledged = unacknowledged;
        ops.fill_bitmap = fill_bitmap;
        return ops;
    }

private:
    static bool mark_received(Qp& qp, Psn psn, bool by_count);
    static void forget_psns(Qp& qp, Psn una, bool by_count);
    static void ask_what_arrived(Nic& nic, Qp& qp, Time now);
    static Wqe* asked(Qp& qp, uint64_t message);
    static uint8_t assemble(Nic& nic, Qp& qp, const Packet& data, Time now);
    static uint8_t take_part(Nic& nic, Qp& qp, Arriving& message, const Packet& data, unsigned what);
    static uint8_t take_response_part(Nic& nic, Qp& qp, const Packet& data, uint64_t offset);
    static void finish_arrived(Nic& nic, Qp& qp, Time now);
    static void finish(Nic& nic, Qp& qp, const Arriving& message, uint64_t number, Time now);
    static void post_response(Nic& nic, Qp& qp, const Arriving& asked, uint64_t message, uint64_t value,
                              Time now);
};

}  // namespace hpnsim

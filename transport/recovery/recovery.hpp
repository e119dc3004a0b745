// SPDX-License-Identifier: GPL-2.0-only
// RecoveryOps is all in which the reliable transports differ: a table of constants and functions, of which
// each transport has one instance in its own file (go_back_n.cpp, irn.cpp, rud.cpp). A NIC never asks which
// transport it has; it reads the constants, and calls the functions. Internal to the transport.
#pragma once

#include "hpnsim/nic_config.hpp"

#include <cstdint>

namespace hpnsim
{

class Nic;
struct Arrival;
struct Packet;
struct Qp;
struct Requester;
struct Responder;

/// What became of a data packet of a reliable connection.
enum class Placement : uint8_t {
    none,    ///< it brought nothing new, or was refused; it has been answered as far as it must be
    taken,   ///< it is here for the first time
    closed,  ///< the same, and it closed the last of the holes that earlier packets had left
};

struct RecoveryOps {
    // Constants, of which some are read with every packet.
    /// Arrivals are taken in any order, and the sender has a state of each PSN in flight (selective.hpp).
    /// False: arrivals are taken in order, and the sender goes back.
    bool any_order = false;
    /// A READ takes the PSNs of its answers, which alone acknowledge it. False: its request has one PSN, and
    /// the answer is a message of its own in the other direction.
    bool answers_take_psns = false;
    bool numbers_receives = false;  ///< each message that takes a receive says which one
    /// Messages end as soon as they are whole. False: in the order of their numbers.
    bool ends_when_whole = false;
    bool carries_credit = false;      ///< there are headers for a receiver's credit
    bool told_by_overtaking = false;  ///< packets that arrive early show losses (SelectiveSettings::reorder)
    bool caps_in_flight = false;      ///< at most NicConfig::irn_cap bytes are in flight, whatever the window
    /// Its timeout exceeds what queues may add to a round trip, even if the fabric tells of losses.
    bool rto_outlasts_queues = false;

    // How far ahead, and how long.
    /// Returns how many PSNs may be outstanding.
    uint32_t (*psn_window)(const NicConfig& config) = nullptr;
    /// Returns how long the oldest packet, sent at `since`, may stay unacknowledged; null: always the QP's
    /// `ack_timeout`.
    Time (*patience)(const NicConfig& config, const Qp& qp, Time since) = nullptr;
    /// Tells whether the timeouts in a row are too many; `more`: as if there had been so many more, of the
    /// longest.
    bool (*too_many_timeouts)(const NicConfig& config, const Qp& qp, int more) = nullptr;

    // The sender.
    /// Notes that a packet has left; null: nothing needs to be noted. `repair`: it had left before.
    void (*on_sent)(Requester& req, Psn psn, bool repair, Time now) = nullptr;
    void (*take_ack)(Nic& nic, Qp& qp, const Packet& ack, Time now) = nullptr;
    void (*on_nak)(Nic& nic, Qp& qp, const Packet& nak, Time now) = nullptr;
    /// Takes the answer to a READ or an atomic; null: answers come as messages.
    void (*on_response)(Nic& nic, Qp& qp, Packet& response, uint8_t port, Time now) = nullptr;
    /// Returns the bytes that a timeout gives up on: those sent at `sent_until` or before.
    Bytes (*overdue)(const NicConfig& config, Qp& qp, Time sent_until) = nullptr;
    /// Gives up on them, so that they are sent again.
    void (*on_timeout)(Nic& nic, Qp& qp, Time sent_until, Time now) = nullptr;
    /// Counts the bytes that must be in flight, from what is known of the PSNs (audit).
    Bytes (*unacknowledged)(Qp& qp) = nullptr;

    // The receiver.
    void (*take_data)(Nic& nic, Qp& qp, Packet& data, uint8_t port, Time now) = nullptr;
    /// Adds to an ACK which PSNs have come beyond the expected one; null: none is ever kept.
    void (*fill_bitmap)(const NicConfig& config, const Responder& resp, const Arrival& data,
                        Packet& ack) = nullptr;
    /// Makes the next packet of the answers that the QP owes (Qp::answering); null: answers are messages.
    Packet* (*make_answer)(Nic& nic, Qp& qp, uint8_t port, Time now) = nullptr;
};

extern const RecoveryOps kGoBackNOps, kAdaptiveGoBackNOps, kIrnOps, kRudOps;

inline const RecoveryOps& recovery_of(const NicConfig& config)
{
    switch (config.reliability) {
    case Reliability::irn:
        return kIrnOps;
    case Reliability::rud:
        return kRudOps;
    case Reliability::go_back_n:
        break;
    }
    return config.retry.adaptive ? kAdaptiveGoBackNOps : kGoBackNOps;
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// What a NIC says of itself when it is asked: its counters, what a QP waits for, and what a CC did wrong.
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>
#include <string>

namespace hpnsim
{

struct NicCounters {
    uint64_t data_packets = 0;              ///< handed to a port, retransmissions and READ responses included
    uint64_t acks = 0, naks = 0, cnps = 0;  ///< made by this NIC
    uint64_t credits = 0, rts = 0;          ///< made by this NIC: grants, and requests for some
    uint64_t rnr_naks = 0;                  ///< of `naks`
    uint64_t implied_naks = 0;              ///< gaps that a requester found in READ responses
    uint64_t duplicates = 0;                ///< request packets that had arrived before
    uint64_t icrc_errors = 0;               ///< packets dropped for their ICRC
    uint64_t strays = 0;  ///< packets for no QP, a wrong peer, a QP that does not listen, a wrong Q_Key
    uint64_t timeouts = 0;
    Bytes retransmitted = 0;          ///< payload bytes
    Bytes posted = 0, delivered = 0;  ///< payload bytes of work requests, and of messages placed here
    Bytes failed = 0;                 ///< payload bytes of work requests completed in error
};

/// Says what a QP's unfinished work waits for. It is asked when a network makes no progress.
struct QpWait {
    enum class For : uint8_t {
        nothing,          ///< there is no unfinished work
        turn,             ///< a port that is free and not paused
        pacing,           ///< its own rate or window: the next packet leaves at `until`
        receiver,         ///< the peer has no receive posted: again at `until`
        credit,           ///< the peer's credit: asks again at `until`
        acknowledgement,  ///< the peer: the retransmission timer runs out at `until`
    };
    For what = For::nothing;
    Time until = Time::max();  ///< max: no timer will end the wait
    int in_a_row = 0;          ///< consecutive waits that came to nothing
    bool ends = false;         ///< it ends by itself, with success or an error
};

/// Says which request of a QP new packets are made of.
struct Outgoing {
    uint64_t cookie = 0;  ///< the request's
    uint32_t spare = 0;   ///< how many of its full packets may be cut (Nic::cut): none of them has left
    Time last_sent;       ///< when the QP's latest packet began to leave
};

/// Says what a CC did that no sender can follow.
struct LawFault {
    std::string sentence;  ///< names CC, handler, QP, value and time
    bool restless =
        false;  ///< its timers follow upon each other without end; else rate or window is no number
};

}  // namespace hpnsim

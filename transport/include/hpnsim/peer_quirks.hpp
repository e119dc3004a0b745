// SPDX-License-Identifier: GPL-2.0-only
// Collects where NICs of other simulators do otherwise than hpnsim's: `--profile` sets these, and no key of
// `--transport` does.
#pragma once

#include "hpnsim/events.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim
{

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

/// The defaults are hpnsim's own ways.
struct PeerQuirks {
    // Every transport. HPCC-sim sets all but `control_share`, which is uet-htsim's.
    Pacing pacing = Pacing::rate_now;
    Rotation rotation = Rotation::ready;
    bool overshoot = false;  ///< a window is full when it is reached, not when the next packet would pass it
    bool marks_are_cnps = false;  ///< an ACK that echoes a mark is a CNP to the CC
    /// Which pauses hold replies back that share a data priority; -1: that of their own priority.
    int replies_obey = -1;
    uint32_t control_share = 0;  ///< control packets to one of data while both wait; 0: control first
    IntWrap int_wrap;            ///< of the records that switches stamp

    // Go-back-N: HPCC-sim's.
    bool naks_are_acks = false;     ///< a NAK tells the CC what an ACK would, and always goes back
    bool answer_duplicates = true;  ///< acknowledge what has arrived before
    Time nak_repeat;                ///< NAK the same gap again after so long; 0: once

    // rud, where UEC leaves it open; in brackets what uet-htsim does.
    /// Header bytes of each packet that windows, byte counts and events include (64).
    uint32_t header = 0;
    /// Every PSN that arrives is named by an ACK before long: bitmaps reach back to the oldest that none has
    /// named, an ACK goes out before a bitmap overflows, and whenever the holes have closed. (false: a bitmap
    /// begins at a trigger that was marked or asked for the ACK, else 63 PSNs before it; nothing else hurries
    /// an ACK but a request that holes have kept open.)
    bool report_all = true;
    /// What nothing has asked to acknowledge is acknowledged after AckSettings::delay (never, unless the user
    /// gives a delay).
    bool acks_in_time = true;
    /// Bytes in flight fall by the receiver's running count, not by the PSNs that an ACK names (true).
    bool count_received = false;
    /// A packet that was sent twice gives a round trip when the ACK answers the second transmission, and one
    /// that another ACK has named before gives none (true).
    bool sample_repaired = false;
    /// A timeout gives up on the oldest packet alone, and the next is not longer (true).
    bool one_per_timeout = false;
    /// A sender whom a timeout leaves without window, and who had nothing else to repair, asks what has
    /// arrived, once a base round trip at most (true).
    bool asks_when_blocked = false;
};

}  // namespace hpnsim

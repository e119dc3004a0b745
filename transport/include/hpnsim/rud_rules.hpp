// SPDX-License-Identifier: GPL-2.0-only
// Collects the choices that `rud` leaves open, as parameters of the transport.
#pragma once

#include <cstdint>

namespace hpnsim
{

/// Says what `rud` does where UEC leaves it open. The defaults are hpnsim's own; uet-htsim's values are in
/// brackets.
struct RudRules {
    /// Windows, byte counts and events include this many header bytes of each packet (64).
    uint32_t header = 0;
    /// An ACK names every PSN that arrives before long: bitmaps reach back to the oldest that none has named,
    /// and an ACK goes out before a bitmap overflows, after NicConfig::ack_delay, and whenever the holes have
    /// closed. (false: a bitmap begins at a trigger that was marked or asked for the ACK, else 63 PSNs before
    /// it; nothing else hurries an ACK but a request that holes have kept open.)
    bool report_all = true;
    /// Bytes in flight fall by the receiver's running count, and not by the PSNs that an ACK names (true).
    bool count_received = false;
    /// A packet that was sent twice gives a round trip when the ACK answers the second transmission, and a
    /// packet that another ACK has named before gives none (true).
    bool sample_repaired = false;
    /// A timeout gives up on the oldest packet alone, and the next timeout is not longer (true).
    bool one_per_timeout = false;
    /// A sender that a timeout leaves without window, and that had nothing else to retransmit, asks what has
    /// arrived, once a base round trip at most (true).
    bool asks_when_blocked = false;
    /// Losses are inferred from what the receiver holds out of order, and by probes (sleek.cpp; -sleek).
    bool sleek = false;
};

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Collects the choices that `rud` leaves open, as parameters of the transport.
#pragma once

#include <cstdint>

namespace hpnsim
{

/// What `rud` does where UEC leaves it open. The defaults are hpnsim's own; in brackets what uet-htsim does.
struct RudRules {
    /// Header bytes of each packet that windows, byte counts and events include (64).
    uint32_t header = 0;
    /// Every PSN that arrives is named by an ACK before long: bitmaps reach back to the oldest that none has
    /// named, an ACK goes out before a bitmap overflows and after NicConfig::ack_delay, and whenever the
    /// holes have closed. (false: a bitmap begins at a trigger that was marked or asked for the ACK, else 63
    /// PSNs before it; nothing else hurries an ACK but a request that holes have kept open.)
    bool report_all = true;
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
    /// Losses are inferred from what the receiver holds out of order, and by probes (sleek.cpp; -sleek).
    bool sleek = false;
};

}  // namespace hpnsim

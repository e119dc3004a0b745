// SPDX-License-Identifier: GPL-2.0-only
// Implements the sender's half of receiver credit (UEC's RCCC), for any CC that spends it. It does nothing
// when the receiver grants no credit (`Flow::credited`).
#pragma once

#include "hpnsim/events.hpp"

#include <algorithm>

namespace hpnsim
{

/// Lets a sender begin before it has been granted anything (UEC: speculative sending).
inline void begin_on_trust(Flow& flow, Bytes trust)
{
    if (!flow.credited) return;
    flow.credit = trust;
    flow.on_trust = true;
}

/// Ends the trust at the first ACK, NACK or grant; what is left of it is void.
inline void end_trust(Flow& flow)
{
    if (!flow.on_trust) return;
    flow.on_trust = false;
    flow.credit = std::min<Bytes>(flow.credit, 0);
}

/// Adds a grant; the sender holds no more than `most` in hand.
inline void take_grant(Flow& flow, Bytes granted, Bytes most)
{
    end_trust(flow);
    flow.credit = std::min(flow.credit + granted, most);
}

/// Says what a sender asks for beyond the credit in hand (UEC: pull target). That is all that `waits` to be
/// sent, but no more than the window and a packet; on trust it is at least a packet. Below 0 it has credit to
/// spare.
inline Bytes wanted_credit(const Flow& flow, Bytes waits)
{
    const Bytes wanted = std::min(waits, flow.window + flow.mtu) - flow.credit;
    return flow.on_trust && waits > 0 ? std::max(wanted, flow.mtu) : wanted;
}

}  // namespace hpnsim

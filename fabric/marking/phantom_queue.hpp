// SPDX-License-Identifier: GPL-2.0-only
// A PhantomQueue counts bytes in and drains them more slowly than the link does, so that it grows before the
// real queue (HULL, NSDI'12). The ECN marker can go by it.
#pragma once

#include "hpnsim/units.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

/// It holds no packet. It is kept as the time at which it will have drained, so it needs no events.
class PhantomQueue
{
public:
    /// Drains at `share` (0 to 1) of the link's rate.
    void Configure(Rate link, double share)
    {
        m_drain = {std::llround(static_cast<double>(link.bps) * share)};
    }

    bool Enabled() const { return m_drain.bps > 0; }

    /// Counts a packet of `bytes` that begins to leave; returns the bytes that it found counted and not
    /// drained.
    Bytes Pass(Bytes bytes, Time now)
    {
        const Time left = std::max(m_emptyAt - now, Time{});
        m_emptyAt = now + left + transmit_time(bytes, m_drain);
        return bytes_in(left, m_drain);
    }

private:
    Rate m_drain;
    Time m_emptyAt;
};

}  // namespace hpnsim

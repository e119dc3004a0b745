// SPDX-License-Identifier: GPL-2.0-only
// GrowthTokens decides for an egress port what the senders of arriving packets are told, where they want
// notices: Bolt (NSDI'23, the switch's algorithms). hpnsim/notice.hpp names the flags.
#pragma once

#include "hpnsim/notice.hpp"
#include "hpnsim/units.hpp"

#include <algorithm>

namespace hpnsim
{

class GrowthTokens
{
public:
    /// Senders are told when `threshold` wire bytes wait (the paper: one packet); `frame` is a full packet's
    /// wire bytes.
    void Configure(Rate rate, Bytes threshold, Bytes frame)
    {
        m_bytesPerPs = bytes_at(static_cast<double>(rate.bps), picoseconds(1));
        m_threshold = threshold;
        m_frame = static_cast<double>(frame);
    }

    /// Counts a packet of any kind that comes for this port. Supply is what the link could carry since the
    /// one before, demand is the packet; what is left over is kept, up to one packet's worth.
    void Count(Bytes wireBytes, Time now)
    {
        m_supply += static_cast<double>((now - m_last).ps) * m_bytesPerPs;
        m_supply = std::min(m_supply - static_cast<double>(wireBytes), m_frame);
        m_last = now;
    }

    struct Verdict {
        uint16_t flags;  ///< that the packet carries on
        bool notify;     ///< true if its sender must be told of the queue
    };

    /// Judges a data packet with `flags` that finds `queued` bytes waiting.
    Verdict Judge(uint16_t flags, Bytes queued)
    {
        if (queued >= m_threshold) {
            const bool notify = (flags & notice::kNotified) == 0;
            return {static_cast<uint16_t>((flags | notice::kNotified) & ~notice::kGrow), notify};
        }
        if ((flags & notice::kEnding) != 0) {
            if ((flags & notice::kFirst) == 0) {
                m_endings = std::min(m_endings + 1, kMostEndings);
            }
            return {flags, false};
        }
        if ((flags & notice::kGrow) != 0 && !Grant()) {
            flags &= static_cast<uint16_t>(~notice::kGrow);
        }
        return {flags, false};
    }

private:
    static constexpr int kMostEndings = 256;  // as in the authors' simulator

    bool Grant()
    {
        if (m_endings > 0) {
            --m_endings;
            return true;
        }
        if (m_supply < m_frame) {
            return false;
        }
        m_supply -= m_frame;
        return true;
    }

    double m_bytesPerPs{0};
    double m_frame{0};
    double m_supply{0};  // SM token, wire bytes; below 0 after a burst
    Bytes m_threshold{0};
    Time m_last;
    int m_endings{0};  // PRU tokens
};

}  // namespace hpnsim

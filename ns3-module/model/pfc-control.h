// SPDX-License-Identifier: GPL-2.0-only
// Priority flow control: when an ingress tells its upstream to stop, and to go on.
#pragma once

#include "shared-buffer.h"

namespace hpnsim
{

class PfcControl
{
  public:
    /// Bytes below the threshold at which a stopped upstream may go on.
    static constexpr Bytes kResumeOffset = 3072; // HPCC-sim's, about two MTUs of 1500

    /// After an admission: must a PAUSE go out?
    static bool
    MustPause(const SharedBuffer& buffer, const IngressBuffer& in)
    {
        return !in.pausing && (in.headroom > 0 || buffer.SharedOf(in) >= buffer.Threshold());
    }

    /// After a departure: may the upstream go on?
    static bool
    MayResume(const SharedBuffer& buffer, const IngressBuffer& in)
    {
        const Bytes shared = buffer.SharedOf(in);
        return in.pausing && in.headroom == 0 &&
               (shared == 0 || shared + kResumeOffset <= buffer.Threshold());
    }

    /**
     * \brief What may still arrive after the decision to pause.
     *
     * Two cable delays and the far switch pipeline's contents, a full frame that just started at
     * either end, the PAUSE frame itself, and the response time that IEEE 802.3 31B.3.7 allows.
     */
    static Bytes
    Headroom(Rate rate, Time cable, Time pipeline, Bytes fullFrame, Bytes pauseFrame)
    {
        const Time flight{2 * cable.ps + pipeline.ps};
        return bytes_in(flight, rate) + 1 + 2 * fullFrame + pauseFrame + ResponseQuanta(rate) * 64;
    }

    /// Maximum response to PAUSE in quanta of 512 bit times (IEEE 802.3-2018 31B.3.7).
    static int64_t
    ResponseQuanta(Rate rate)
    {
        if (rate <= gbps(10))
        {
            return 60;
        }
        if (rate <= gbps(25))
        {
            return 80;
        }
        if (rate <= gbps(40))
        {
            return 118;
        }
        return rate <= gbps(100) ? 394 : 905;
    }
};

} // namespace hpnsim

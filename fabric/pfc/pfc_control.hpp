// SPDX-License-Identifier: GPL-2.0-only
// PfcControl decides when an ingress tells its upstream to stop, and when to go on.
#pragma once

#include "buffer/shared_buffer.hpp"

namespace hpnsim
{

class PfcControl
{
public:
    /// An upstream that was stopped may go on so many bytes below the threshold.
    static constexpr Bytes kResumeOffset = 3072;  // HPCC-sim's, about two MTUs of 1500

    /// Tells after an admission whether a PAUSE must go out.
    static bool MustPause(const SharedBuffer& buffer, const IngressBuffer& in)
    {
        return !in.pausing && (in.headroom > 0 || buffer.SharedOf(in) >= buffer.Threshold(in));
    }

    /// Tells after a departure whether the upstream may go on.
    static bool MayResume(const SharedBuffer& buffer, const IngressBuffer& in)
    {
        const Bytes shared = buffer.SharedOf(in);
        return in.pausing && in.headroom == 0 &&
               (shared == 0 || shared + kResumeOffset <= buffer.Threshold(in));
    }

    /**
     * \brief Returns what may still arrive after the decision to pause.
     *
     * After IEEE 802.1Q annex N it is what two cable delays, this switch's pipeline and the response time
     * (the longest that IEEE 802.3 31B.3.7 allows, or `reaction` if longer) let arrive; the PAUSE frame; and
     * three full frames: the one that did not fit and so called for the pause, the one that had just begun to
     * leave here, so that the PAUSE waits, and the one that has just begun to leave there when the PAUSE
     * takes effect. It is exact: headroom_test.cpp fills it.
     */
    static Bytes Headroom(Rate rate, Time cable, Time pipeline, Bytes fullFrame, Bytes pauseFrame,
                          Time reaction = {})
    {
        const Time response = std::max(transmit_time(ResponseQuanta(rate) * 64, rate), reaction);
        return LeastHeadroom(rate, cable, pipeline, fullFrame, pauseFrame, response);
    }

    /// Returns the same for an upstream that stops exactly `response` after a PAUSE has arrived.
    static Bytes LeastHeadroom(Rate rate, Time cable, Time pipeline, Bytes fullFrame, Bytes pauseFrame,
                               Time response)
    {
        const Time flight{2 * cable.ps + pipeline.ps + response.ps};
        return bytes_in(flight, rate) + 1 + 3 * fullFrame + pauseFrame;
    }

    /// Returns the maximum response to PAUSE in quanta of 512 bit times (IEEE 802.3-2018 31B.3.7).
    static int64_t ResponseQuanta(Rate rate)
    {
        if (rate <= gbps(10)) {
            return 60;
        }
        if (rate <= gbps(25)) {
            return 80;
        }
        if (rate <= gbps(40)) {
            return 118;
        }
        return rate <= gbps(100) ? 394 : 905;
    }
};

}  // namespace hpnsim

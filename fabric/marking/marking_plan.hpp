// SPDX-License-Identifier: GPL-2.0-only
// A MarkingPlan says at which queue each egress of a switch marks, so that senders hear of congestion before
// PFC stops them (DCQCN, SIGCOMM'15, section 4).
#pragma once

#include "buffer/buffer_plan.hpp"

#include <string>

namespace hpnsim
{

/**
 * \brief The marking curves of one switch.
 *
 * Dynamic thresholds pause an ingress (or, on a lossy fabric, drop at an egress) that holds
 * alpha x (S - used), S being the shared buffer. One ingress that alone fills one egress is paused
 * when that egress holds alpha S / (1 + alpha); more senders share the queue, so theirs may be
 * longer. Under `FabricSettings::markFirst`
 *
 * - kmax of every egress stays within alpha S / (1 + alpha): what a pause could meet is marked
 *   for certain;
 * - kmin stays within alpha (S - K / 2), K being the kmin of all egresses together: marking comes
 *   first even while half of them are congested, which is as many as can be when each takes two
 *   ingresses of its rate.
 *
 * A curve that is too high comes down as a whole, kmin and kmax by the same factor. On a trimming
 * fabric, which has no such threshold, kmax stays within what data may take of the buffer.
 */
class MarkingPlan
{
public:
    MarkingPlan(const FabricSettings& settings, const BufferPlan& buffer, const FabricPlan& plan,
                const FabricIndex& adjacency, uint32_t sw);

    /// Returns the curve of an egress of that rate.
    RedCurve Of(Rate rate) const;

    /// Returns the queue at an egress of that rate at which an ingress that feeds it may be stopped, or a
    /// packet dropped: of one ingress alone if an ingress is faster than the egress, else of two.
    Bytes FirstPause(Rate rate) const;

private:
    RedCurve Wanted(Rate rate) const;

    const FabricSettings& m_settings;
    bool m_fits{true};   // nothing is brought down
    double m_common{1};  // the factor that lowers all curves of the switch
    double m_alpha{1};   // the least alpha of all ports
    double m_shared{0};
    double m_most{0};  // the most that kmax may be
    Rate m_fastest;
};

/// Returns one sentence about the first port at which senders are stopped, or lose packets, before ECN
/// begins; empty if there is none. It names keys of `--fabric`.
std::string PauseBeforeMark(const FabricSettings& settings, const FabricPlan& plan,
                            const FabricIndex& adjacency);

}  // namespace hpnsim

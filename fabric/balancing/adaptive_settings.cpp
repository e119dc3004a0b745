// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of adaptive routing, with range, meaning and source of each: the list of
// AdaptiveSettings.
#include "balancing/adaptive_settings.hpp"

#include "hpnsim/settings.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

Bytes AdaptiveSettings::StepOf(Bytes share) const
{
    if (!stepPercent) return step;
    return std::max<Bytes>(std::llround(static_cast<double>(share) * *stepPercent / 100), 1);
}

const std::vector<Setting>& AdaptiveSettings::settings()
{
    using S = AdaptiveSettings;
    static const std::vector<Setting> list = {
        number<&S::levels>("levels", "",
                           "levels of load that are distinguished (Broadcom's DLB: 8 quality bands)", 1, 32),
        number<&S::step>(
            "step-kb", "KB",
            "queue at which the second level begins; each level is twice as wide as the one below it "
            "(assumption; below a few packets, flows stick to ports: docs/validation/paths.md)",
            0.001, 1e6),
        number<&S::stepPercent>("step-percent", "%",
                                "the same in percent of the switch's buffer over its ports; auto: step-kb "
                                "holds",
                                0.001, 100)};
    return list;
}

}  // namespace hpnsim

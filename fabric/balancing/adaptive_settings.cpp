// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of adaptive routing, with range, meaning and source of each: the list of
// AdaptiveSettings.
#include "balancing/adaptive_settings.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

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
            0.001, 1e6)};
    return list;
}

}  // namespace hpnsim

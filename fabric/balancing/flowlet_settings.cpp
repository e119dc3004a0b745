// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of FlowletSettings.
#include "balancing/flowlet_settings.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

const std::vector<Setting>& FlowletSettings::settings()
{
    using S = FlowletSettings;
    static const std::vector<Setting> list = {
        number<&S::gap>("gap-us", "us",
                        "the pause that ends a burst; 0 = every packet is a burst of its own; auto = the "
                        "network's base RTT, which no two paths' delays differ by when queues are short",
                        0, 1e6),
        number<&S::entries>("entries", "", "flows that a switch tells apart, at most (assumption)", 1,
                            1 << 20)};
    return list;
}

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of flowlet switching, with range, meaning and source of each: the list of
// FlowletSettings.
#include "balancing/flowlet_settings.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

const std::vector<Setting>& FlowletSettings::settings()
{
    using S = FlowletSettings;
    static const std::vector<Setting> list = {
        number<&S::gap>("gap-us", "us",
                        "a pause this long ends a burst; 0 = every packet is a burst of its own; auto = the "
                        "network's base RTT: while queues are short, the delays of two paths differ by less",
                        0, 1e6),
        number<&S::entries>("entries", "", "the most flows that a switch can distinguish (assumption)", 1,
                            1 << 20)};
    return list;
}

}  // namespace hpnsim

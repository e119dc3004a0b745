// SPDX-License-Identifier: GPL-2.0-only
// Declares the key of round robin, with range, meaning and source: the list of RoundRobinSettings.
#include "balancing/round_robin_settings.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

const std::vector<Setting>& RoundRobinSettings::settings()
{
    using S = RoundRobinSettings;
    static const std::vector<Setting> list = {
        count<&S::reshuffle>("reshuffle",
                             "rounds over the next hops after which their order is drawn anew; 0 = never "
                             "(Ofan's runs: 5)",
                             0, 1'000'000'000)};
    return list;
}

}  // namespace hpnsim

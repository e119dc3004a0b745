// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of the watchdog and of the search for deadlocks, with range, meaning and source of each:
// the list of WatchdogSettings.
#include "pfc/watchdog_settings.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

const std::vector<Setting>& WatchdogSettings::settings()
{
    using S = WatchdogSettings;
    static const std::vector<Setting> list = {
        number<&S::timeout>("watchdog-ms", "ms",
                            "a priority that is paused for this long counts as a storm; 0 = never; auto = "
                            "200 (SONiC), or twice the time in which a full buffer drains through one port",
                            0, 1e6),
        number<&S::restore>("restore-ms", "ms", "a storm ends after this long without a pause (SONiC: 200)",
                            0.001, 1e6),
        choice<&S::action>(
            "watchdog-action",
            "what a storm does to its queue: drop empties it and keeps it shut, forward ignores "
            "the pauses (SONiC: drop)",
            {{"drop", WatchdogAction::DROP}, {"forward", WatchdogAction::FORWARD}}),
        number<&S::deadlock>("deadlock-ms", "ms",
                             "after a pause this long, look for a PFC deadlock (assumption); 0 = never", 0,
                             1e6)};
    return list;
}

}  // namespace hpnsim

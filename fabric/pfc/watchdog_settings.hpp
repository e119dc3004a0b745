// SPDX-License-Identifier: GPL-2.0-only
// WatchdogSettings hold what a user may set for pauses that last too long: the watchdog that ends a storm,
// and the search for deadlocks.
#pragma once

#include "hpnsim/units.hpp"

#include <optional>
#include <vector>

namespace hpnsim
{

struct Setting;

enum class WatchdogAction {
    DROP,     ///< what waits in a stormed queue, and what comes
    FORWARD,  ///< pauses are ignored
};

struct WatchdogSettings {
    /// A priority paused for so long is a storm. 0: never. Empty: whoever builds the network finds it; a
    /// switch for which nobody has has no watchdog.
    std::optional<Time> timeout;
    Time restore{milliseconds(200)};  ///< a storm is over after so long without pause
    WatchdogAction action{WatchdogAction::DROP};
    Time deadlock{milliseconds(1)};  ///< a pause this long, and again, has its cause looked at; 0: never

    static const std::vector<Setting>& settings();
};

}  // namespace hpnsim

// SPDX-License-Identifier: GPL-2.0-only
// AdaptiveSettings hold what a user may set of adaptive routing (`--switch-lb adaptive`).
#pragma once

#include "hpnsim/units.hpp"

#include <vector>

namespace hpnsim
{

struct Setting;

struct AdaptiveSettings {
    uint32_t levels{8};  ///< loads that are told apart
    Bytes step{64000};   ///< where the second of them begins

    static const std::vector<Setting>& settings();
};

}  // namespace hpnsim

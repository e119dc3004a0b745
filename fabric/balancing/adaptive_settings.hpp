// SPDX-License-Identifier: GPL-2.0-only
// AdaptiveSettings hold what a user may set of adaptive routing (`--switch-lb adaptive`).
#pragma once

#include "hpnsim/units.hpp"

#include <optional>
#include <vector>

namespace hpnsim
{

struct Setting;

struct AdaptiveSettings {
    uint32_t levels{8};                 ///< loads that are told apart
    Bytes step{64000};                  ///< where the second of them begins
    std::optional<double> stepPercent;  ///< the same, of a port's share of the buffer; if any, it holds

    /// Returns the step of a switch that has so much buffer per port.
    Bytes StepOf(Bytes share) const;

    static const std::vector<Setting>& settings();
};

}  // namespace hpnsim

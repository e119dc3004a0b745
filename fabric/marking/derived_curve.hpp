// SPDX-License-Identifier: GPL-2.0-only
// DerivedCurve is the marking curve that follows from the settings of parts. FabricSettings::red holds one
// unless a program has set a function of its own there, and can be asked which it is.
#pragma once

#include "marking/ecn_settings.hpp"
#include "trimming/trim_settings.hpp"

#include <optional>

namespace hpnsim
{

struct DerivedCurve {
    /// On a trimming fabric thresholds are in BDPs of this base RTT.
    struct Trimmed {
        TrimSettings settings;
        Time rtt;
    };

    EcnSettings ecn;
    std::optional<Trimmed> trimmed;

    RedCurve operator()(Rate rate) const
    {
        return trimmed ? trimmed->settings.Curve(ecn, rate, trimmed->rtt) : ecn.At(rate);
    }
};

}  // namespace hpnsim
